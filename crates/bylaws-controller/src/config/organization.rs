//! Reads one organization of the configuration.

use std::collections::BTreeMap;

use bylaws_config::fields::{Fields, list, text};
use bylaws_config::node::Node;
use bylaws_config::shown::shown;
use bylaws_engine::Class;

use super::values::{Reader, wrong};
use super::{Credential, Drift, Mode, Organization, Source};

const KEYS: [&str; 9] =
    ["source", "verify", "guards", "credential_file", "federation", "api_url", "mode", "drift", "hold"];

/// The variable of a child that contains the id of the organization.
pub(super) const ID: &str = "ANTHROPIC_ORGANIZATION_ID";

/// The variable of a child that names the file with the identity token.
pub(crate) const TOKEN_FILE: &str = "ANTHROPIC_IDENTITY_TOKEN_FILE";

/// The fields of `federation`, each with the variable of the child.
const FEDERATION: [(&str, &str); 5] = [
    ("rule", "ANTHROPIC_FEDERATION_RULE_ID"),
    ("organization", ID),
    ("service_account", "ANTHROPIC_SERVICE_ACCOUNT_ID"),
    ("token_file", TOKEN_FILE),
    ("workspace", "ANTHROPIC_WORKSPACE_ID"),
];

pub(super) fn read(cx: &mut Reader<'_>, name: &str, node: &Node) -> Option<Organization> {
    let fields = Fields::open(cx.problems, node, name, &KEYS)?;
    let help = "write `{git: URL, branch: main, path: bylaws}` or `{folder: PATH}`";
    let source = fields.required(cx.problems, fields.at, "source", help);
    let source = source.and_then(|node| self::source(cx, node));
    let allowed_signers = fields.value("verify").and_then(|node| {
        let verify = Fields::open(cx.problems, node, "verify", &["allowed_signers"])?;
        let help = "name a file in the format of `ssh-keygen`, allowed signers";
        let file = verify.required(cx.problems, verify.at, "allowed_signers", help)?;
        cx.path(file, "allowed_signers")
    });
    if allowed_signers.is_some() && matches!(source, Some(Source::Folder(_))) {
        let help = "remove `verify`, or read the files from git";
        wrong(cx.problems, fields.at, "a folder has no signed commits".to_owned(), help);
    }
    let guards = fields.value("guards").map(|node| cx.path(node, "guards"));
    let credential = credential(cx, &fields);
    let api_url = fields.value("api_url").map(|node| {
        let url = text(cx.problems, node, "api_url")?;
        if let Err(why) = (cx.check_url)(url) {
            // It may contain a password.
            cx.problems.hide(node.at);
            wrong(
                cx.problems,
                node.at,
                format!("`api_url` {why}"),
                "write a URL such as https://api.anthropic.com",
            );
        }
        Some(url.to_owned())
    });
    let modes = [("plan", Mode::Plan), ("apply", Mode::Apply)];
    let mode = fields.value("mode").map_or(Some(Mode::Plan), |node| cx.word(node, "mode", "mode", &modes));
    let drifts = [("hold", Drift::Hold), ("apply", Drift::Apply)];
    let drift =
        fields.value("drift").map_or(Some(Drift::Hold), |node| cx.word(node, "drift", "value", &drifts));
    let hold = fields.value("hold").map_or(Some(Vec::new()), |node| {
        let classes: Vec<(&str, Class)> = Class::ALL.iter().map(|class| (class.as_str(), *class)).collect();
        let words = list(cx.problems, node, "hold")?;
        words.iter().map(|word| cx.word(word, "hold", "class", &classes)).collect()
    });
    Some(Organization {
        source: source?,
        allowed_signers,
        guards: guards.unwrap_or_default(),
        credential: credential?,
        api_url: api_url.unwrap_or_default(),
        mode: mode?,
        drift: drift?,
        hold: hold?,
    })
}

fn source(cx: &mut Reader<'_>, node: &Node) -> Option<Source> {
    let fields =
        Fields::open(cx.problems, node, "source", &["git", "branch", "path", "token_file", "folder"])?;
    match (fields.value("git"), fields.value("folder")) {
        (Some(git), None) => self::git(cx, &fields, git),
        (None, Some(folder)) => {
            for key in ["branch", "path", "token_file"] {
                if let Some(entry) = fields.get(key) {
                    let message = format!("`{key}` belongs to a git source");
                    wrong(cx.problems, entry.at, message, "remove it, or write `git:` instead of `folder:`");
                }
            }
            Some(Source::Folder(cx.path(folder, "folder")?))
        }
        (git, _) => {
            let message = match git {
                Some(_) => "`source` has both `git` and `folder`",
                None => "`source` needs either `git` or `folder`",
            };
            wrong(cx.problems, node.at, message.to_owned(), "write `git: URL` or `folder: PATH`");
            None
        }
    }
}

fn git(cx: &mut Reader<'_>, fields: &Fields<'_>, git: &Node) -> Option<Source> {
    let url = text(cx.problems, git, "git")?.to_owned();
    if let Some((message, help)) = unusable(&url) {
        if url.contains(['@', '?', '#', '=']) {
            cx.problems.hide(git.at);
        }
        wrong(cx.problems, git.at, message.to_owned(), help);
    }
    let branch = match fields.value("branch") {
        Some(node) => {
            let branch = text(cx.problems, node, "branch")?;
            if !is_branch(branch) {
                let message = format!("{} is not the name of a branch", shown(branch));
                wrong(cx.problems, node.at, message, "write the name without `refs/heads/`");
            }
            branch.to_owned()
        }
        None => "main".to_owned(),
    };
    let path = match fields.value("path") {
        Some(node) => {
            let path = text(cx.problems, node, "path")?;
            let is_plain = |part: &str| !part.is_empty() && part != ".." && !part.starts_with('.');
            if path != "." && !path.split('/').all(is_plain) {
                let message = format!("{} is not a path in a repository", shown(path));
                wrong(cx.problems, node.at, message, "write it relative to the top, as in `org/bylaws`");
            }
            if path == "." { String::new() } else { path.to_owned() }
        }
        None => "bylaws".to_owned(),
    };
    let token_file = fields.value("token_file").map(|node| cx.path(node, "token_file"));
    Some(Source::Git { url, branch, path, token_file: token_file.unwrap_or_default() })
}

/// Returns what is wrong with the URL of a repository, and the next step.
fn unusable(url: &str) -> Option<(&'static str, &'static str)> {
    let rest = ["https://", "ssh://", "file://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    if host.is_some_and(|host| host.split('@').next().is_some_and(|user| host != user && user.contains(':')))
        || (url.starts_with("https://")
            && (host.is_some_and(|host| host.contains('@')) || url.contains(['?', '#'])))
    {
        return Some((
            "the URL contains a credential",
            "put the token into a file, and name it as `token_file`",
        ));
    }
    // `git@host:path`; other schemes could run programs (`ext::`) or send the token in the clear.
    let is_scp = url.split_once(':').is_some_and(|(host, path)| {
        host.contains('@') && !host.contains('/') && !host.starts_with('-') && !path.starts_with(':')
    });
    let is_plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if is_plain && (rest.is_some_and(|rest| !rest.starts_with('-')) || is_scp || url.starts_with('/')) {
        return None;
    }
    Some((
        "not a URL that the controller fetches from",
        "write an https://, ssh:// or file:// URL, git@HOST:PATH, or an absolute path",
    ))
}

fn is_branch(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "._/-+@=".contains(c);
    name.chars().all(is_plain)
        && !name.starts_with(['-', '/', '.'])
        && !name.ends_with(['/', '.'])
        && !name.contains("..")
        && !name.contains("//")
}

fn credential(cx: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Credential> {
    match (fields.value("credential_file"), fields.value("federation")) {
        (Some(file), None) => Some(Credential::File(cx.path(file, "credential_file")?)),
        (None, Some(node)) => {
            let keys = FEDERATION.map(|(key, _)| key);
            let federation = Fields::open(cx.problems, node, "federation", &keys)?;
            let mut variables = BTreeMap::new();
            for (key, variable) in FEDERATION {
                let value = match federation.value(key) {
                    None if key == "workspace" => continue,
                    None => {
                        federation.required(cx.problems, federation.at, key, "see the page on credentials");
                        continue;
                    }
                    Some(node) if key == "token_file" => {
                        cx.path(node, key).map(|path| path.display().to_string())
                    }
                    Some(node) => text(cx.problems, node, key).map(str::to_owned),
                };
                variables.extend(value.map(|value| (variable, value)));
            }
            Some(Credential::Federation(variables))
        }
        (file, federation) => {
            let help = "write `credential_file: PATH`, or `federation:` to use an identity token";
            let (at, message) = match (file, federation) {
                (Some(_), Some(second)) => {
                    (second.at, "an organization has both `credential_file` and `federation`")
                }
                _ => (fields.at, "an organization needs either `credential_file` or `federation`"),
            };
            wrong(cx.problems, at, message.to_owned(), help);
            None
        }
    }
}
