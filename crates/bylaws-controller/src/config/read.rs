//! Reads the configuration file: every problem with its position, before anything else is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bylaws_config::fields::{FILE, Fields, list, map};
use bylaws_config::files::{Files, Format};
use bylaws_config::node::{Node, Value};
use bylaws_config::position::At;
use bylaws_config::problem::Problems;
use bylaws_config::scalars::source;
use bylaws_config::{LoadError, rules};
use bylaws_output::document::canonical::sha256_of;

use super::values::{CheckUrl, Reader, wrong};
use super::{Config, Credential, Loaded, Notify, Organization, Source, organization};
use crate::reason::Event;

const KEYS: [&str; 6] = ["bylaws-controller", "state", "every", "organizations", "notify", "hook"];

static FORMAT: Format = Format { rules: rules::LIST, named: &[] };

/// Reads a configuration file. Paths in it are relative to its folder. `check_url` returns what is wrong with the URL of a
/// service, as in "is not a URL". Fails if there is no file to read.
pub fn load(path: &Path, check_url: &CheckUrl) -> Result<Loaded, LoadError> {
    let Files { trees, mut problems, texts } = Files::of_path(path, &FORMAT)?;
    // Children and git run in other folders.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("")).to_owned();
    let root = trees.roots.first();
    let (state, config) =
        root.map_or((None, None), |root| config(&mut Reader::new(&mut problems, &folder, check_url), root));
    let config = config.filter(|_| problems.is_clean());
    let names = root.map(names).unwrap_or_default();
    let finished = texts.finish(problems, bylaws_config::files::Lines::default(), trees.complete);
    let has_error =
        finished.problems.iter().any(|problem| problem.severity == bylaws_config::Severity::Error);
    let digest = sha256_of(finished.files.iter().map(|file| &file.text));
    let config = config.filter(|_| !has_error).map(|config| Config { digest, ..config });
    Ok(Loaded { config, state, names, problems: finished.problems, files: finished.files })
}

/// Returns the names under `organizations`, whatever they have.
fn names(root: &Node) -> Vec<String> {
    let Value::Map(entries) = &root.value else { return Vec::new() };
    let organizations = entries.iter().find(|entry| entry.key == "organizations");
    let Some(Value::Map(entries)) = organizations.map(|entry| &entry.value.value) else { return Vec::new() };
    entries.iter().map(|entry| entry.key.clone()).collect()
}

/// Returns the state folder, and the whole configuration.
fn config(cx: &mut Reader<'_>, root: &Node) -> (Option<PathBuf>, Option<Config>) {
    let Some(fields) = Fields::open(cx.problems, root, FILE, &KEYS) else { return (None, None) };
    version(cx.problems, &fields);
    let state =
        fields.required(cx.problems, fields.at, "state", "name a folder that only this user can read");
    let state = state.and_then(|node| cx.path(node, "state"));
    let config = with_state(cx, &fields, state.clone());
    (state, config)
}

fn with_state(cx: &mut Reader<'_>, fields: &Fields<'_>, state: Option<PathBuf>) -> Option<Config> {
    let every = fields.value("every").map_or(Some(super::values::EVERY), |node| cx.every(node));
    let organizations = fields.required(
        cx.problems,
        fields.at,
        "organizations",
        "write a map of names, each with its source and its credential",
    );
    let organizations = organizations.and_then(|node| all(cx, node));
    let notify = fields.value("notify").map_or(Some(Vec::new()), |node| notify(cx, node));
    let hook = fields.value("hook").and_then(|node| {
        let hook = Fields::open(cx.problems, node, "hook", &["token_file"])?;
        let token = hook.required(cx.problems, hook.at, "token_file", "name a file with the bearer token")?;
        cx.path(token, "token_file")
    });
    Some(Config {
        digest: String::new(),
        state: state?,
        every: every?,
        organizations: organizations?,
        notify: notify?,
        hook_token_file: hook,
    })
}

fn version(problems: &mut Problems, fields: &Fields<'_>) {
    let help = "write `bylaws-controller: 1` as the first line";
    let Some(node) = fields.required(problems, fields.at, "bylaws-controller", help) else { return };
    if source(problems, node, "bylaws-controller").is_some_and(|version| version != "1") {
        problems
            .report(&rules::FORMAT_VERSION, node.at, "this version of the configuration is not known")
            .label("not 1")
            .help(help);
    }
}

/// Reads the organizations, and reports those that must be the same one under two names.
fn all(cx: &mut Reader<'_>, node: &Node) -> Option<BTreeMap<String, Organization>> {
    let entries = map(cx.problems, node, "organizations")?;
    if entries.is_empty() {
        wrong(cx.problems, node.at, "`organizations` is empty".to_owned(), "add one organization");
    }
    let mut found = BTreeMap::new();
    let mut seen: BTreeMap<String, At> = BTreeMap::new();
    for entry in entries {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !entry.key.chars().all(is_plain) || entry.key.is_empty() || entry.key.len() > 63 {
            let message = format!("{} is not a valid name", bylaws_config::shown::shown(&entry.key));
            wrong(cx.problems, entry.at, message, "use 1 to 63 lower-case letters, digits and `-`");
        }
        let Some(organization) = organization::read(cx, &entry.key, &entry.value) else { continue };
        for (what, help) in identities(&organization) {
            if let Some(first) = seen.get(&what) {
                cx.problems
                    .report(&rules::CONTROLLER_VALUE, entry.at, "one organization has two names".to_owned())
                    .label("again here")
                    .also(*first, "first here")
                    .help(help);
            } else {
                seen.insert(what, entry.at);
            }
        }
        found.insert(entry.key.clone(), organization);
    }
    Some(found)
}

/// Returns what no two organizations can share, with the next step.
fn identities(organization: &Organization) -> Vec<(String, &'static str)> {
    let source = match &organization.source {
        Source::Git { url, branch, path, .. } => format!("git {url} {branch} {path}"),
        Source::Folder(folder) => format!("folder {}", folder.display()),
    };
    let source = (source, "name another source: the files of an organization belong to one name");
    let credential = match &organization.credential {
        Credential::File(file) => (
            format!("file {}", file.display()),
            "name another file: a credential belongs to one organization",
        ),
        Credential::Federation(variables) => (
            format!("id {}", variables.get(super::organization::ID).map_or("", String::as_str)),
            "remove one of them: they have the same organization id",
        ),
    };
    vec![source, credential]
}

fn notify(cx: &mut Reader<'_>, node: &Node) -> Option<Vec<Notify>> {
    let items = list(cx.problems, node, "notify")?;
    items.iter().map(|item| target(cx, item)).collect()
}

fn target(cx: &mut Reader<'_>, node: &Node) -> Option<Notify> {
    let fields = Fields::open(cx.problems, node, "notify", &["url_file", "on", "names"])?;
    let url = fields.required(cx.problems, fields.at, "url_file", "name a file with the URL to post to");
    let url_file = url.and_then(|node| cx.path(node, "url_file"));
    let on = match fields.value("on") {
        Some(node) => {
            let words = list(cx.problems, node, "on")?;
            let table = Event::ALL.map(|event| (event.as_str(), event));
            words.iter().map(|word| cx.word(word, "on", "event", &table)).collect()
        }
        None => Some(Event::ALL.to_vec()),
    };
    let names = match fields.value("names").map(|node| (node.at, &node.value)) {
        None => false,
        Some((_, Value::Bool(word))) => word == "true",
        Some((at, _)) => {
            wrong(cx.problems, at, "`names` is not true or false".to_owned(), "write `true` or `false`");
            false
        }
    };
    Some(Notify { url_file: url_file?, on: on?, names })
}
