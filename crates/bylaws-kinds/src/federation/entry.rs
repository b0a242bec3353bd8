//! Reads the entries under `federation`.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{Fields, any_text, list, map, text, unknown_word};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{ObjectName, WorkspaceLabel};

use super::jwks::Keys;
use super::{Issuer, Jwks, Lifetime, Pinned, Rule, RuleMatch, RuleWorkspaces, Scope, rules, tenant};
use crate::files::ids::id;
use crate::files::{Context, rules as general};

/// What differs between issuers and rules.
pub(super) struct Shape {
    /// The noun, with its article.
    what: &'static str,
    prefix: &'static str,
    keys: &'static [&'static str],
}

pub(super) const ISSUER: Shape = Shape {
    what: "an issuer",
    prefix: "fdis_",
    keys: &["id", "name", "state", "issuer_url", "jwks", "check_jti", "max_jwt_lifetime"],
};

pub(super) const RULE: Shape = Shape {
    what: "a rule",
    prefix: "fdrl_",
    keys: &[
        "id",
        "name",
        "state",
        "issuer",
        "match",
        "service_account",
        "scope",
        "workspaces",
        "token_lifetime",
        "description",
    ],
};

/// The keys of an archived entry.
const OF_ARCHIVED: [&str; 3] = ["id", "name", "state"];
/// The word for every workspace.
pub(super) const ALL: &str = "all";
/// The longest name.
const MAX_NAME: usize = 255;

/// Reads an entry.
pub(super) fn read<T>(
    cx: &mut Context,
    entry: &Entry,
    shape: &Shape,
    settings: impl FnOnce(&mut Context, &Fields<'_>, At) -> Option<T>,
) -> Option<Pinned<T>> {
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, shape.keys)?;
    let id = fields.value("id").map(|node| id(cx, node, "id", shape.prefix).map(str::to_owned));
    if id.is_none() && !is_name(&entry.key) {
        bad_name(cx, entry.at, &entry.key, shape);
    }
    let name = fields.value("name").and_then(|node| name(cx, node, shape));
    if let (Some(line), None) = (fields.get("name"), &id) {
        cx.report(&general::NAME_WITHOUT_ID, line.at, "`name` requires an `id`")
            .label("no `id` here")
            .help("write the name before the `:`, as the key of the entry, or pin it by its `id`");
    }
    let id = id.unwrap_or_default();
    if is_archived(cx, &fields, shape) {
        return Some(Pinned { id, name, settings: None });
    }
    let settings = Some(settings(cx, &fields, entry.at)?);
    Some(Pinned { id, name, settings })
}

/// Returns whether the service accepts a name.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn bad_name(cx: &mut Context, at: At, name: &str, shape: &Shape) {
    let message = format!("{} is not a valid name of {}", shown(name), shape.what);
    cx.report(&rules::BAD_FEDERATION_NAME, at, message)
        .label("invalid name")
        .help(format!("write 1 to {MAX_NAME} lower-case letters, digits and hyphens"));
}

fn name(cx: &mut Context, node: &Node, shape: &Shape) -> Option<ObjectName> {
    let name = text(&mut cx.problems, node, "name")?;
    if !is_name(name) {
        bad_name(cx, node.at, name, shape);
    }
    Some(ObjectName::new(name))
}

fn is_archived(cx: &mut Context, fields: &Fields<'_>, shape: &Shape) -> bool {
    let Some(node) = fields.value("state") else { return false };
    let Some(word) = text(&mut cx.problems, node, "state") else { return false };
    if word != "archived" {
        cx.report(&general::UNKNOWN_STATE, node.at, format!("unknown state {}", shown(word)))
            .label("not `archived`")
            .help("write `archived`, or delete the line: what has no `state` is in use");
        return false;
    }
    let others = shape.keys.iter().copied().filter(|key| !OF_ARCHIVED.contains(key));
    let ignored: Vec<&str> = others.filter(|key| fields.get(key).is_some()).collect();
    if !ignored.is_empty() {
        let message = format!("ignored with `state: archived`: {}", listed(ignored.into_iter()));
        cx.report(&general::ARCHIVED_WITH_SETTINGS, node.at, message)
            .label("only `id` and `name` apply with this")
            .help("delete what is ignored");
    }
    true
}

/// Reads the settings of an issuer.
pub(super) fn issuer(cx: &mut Context, fields: &Fields<'_>, at: At) -> Option<Issuer> {
    let help = "write the issuer that the tokens name, as in `issuer_url: https://gitlab.com`";
    let url = fields.required(&mut cx.problems, at, "issuer_url", help);
    let jwks = optional(fields.value("jwks"), |node| jwks(cx, node));
    let is_dialled = !matches!(
        &jwks,
        Ok(Some(Jwks::Url { .. } | Jwks::Inline(_) | Jwks::Discovery { base: Some(_), .. }))
    );
    let issuer_url = url.and_then(|node| address(cx, node, "issuer_url", is_dialled));
    let check_jti = optional(fields.value("check_jti"), |node| flag(cx, node, "check_jti"));
    let max_jwt_lifetime =
        optional(fields.value("max_jwt_lifetime"), |node| lifetime(cx, node, "max_jwt_lifetime", 1, 176_400));
    Some(Issuer {
        url: issuer_url?,
        jwks: jwks.ok()?,
        check_jti: check_jti.ok()?,
        max_jwt_lifetime: max_jwt_lifetime.ok()?,
    })
}

/// A field that is there and could not be read.
struct Unread;

/// Reads a field that may be left out.
fn optional<'n, T>(
    node: Option<&'n Node>,
    read: impl FnOnce(&'n Node) -> Option<T>,
) -> Result<Option<T>, Unread> {
    node.map_or(Ok(None), |node| read(node).map(Some).ok_or(Unread))
}

fn flag(cx: &mut Context, node: &Node, key: &str) -> Option<bool> {
    match &node.value {
        Value::Bool(source) if source == "true" => Some(true),
        Value::Bool(source) if source == "false" => Some(false),
        other => {
            let message = format!("`{key}` must be `true` or `false`, not {}", other.described());
            cx.report(&rules::NOT_A_BOOLEAN, node.at, message)
                .label("not a boolean")
                .help("write true or false");
            None
        }
    }
}

fn lifetime(cx: &mut Context, node: &Node, key: &str, least: u32, most: u32) -> Option<Lifetime> {
    let found = match &node.value {
        Value::Text(text) => Lifetime::parse(text),
        _ => None,
    };
    let lifetime = found.filter(|lifetime| (least..=most).contains(&lifetime.seconds()));
    if lifetime.is_none() {
        let (least, most) = (Lifetime::of_seconds(least), Lifetime::of_seconds(most));
        let message = match found {
            Some(found) => format!("`{key}` must be from {least} to {most}, not {found}"),
            None => format!("`{key}` must be a lifetime, not {}", node.value.described()),
        };
        cx.report(&rules::BAD_LIFETIME, node.at, message)
            .label("invalid lifetime")
            .help(format!("write a whole number with `s`, `m` or `h`, from {least} to {most}, as in `15m`"));
    }
    lifetime
}

/// Reads an https address. The service connects to it if `is_dialled`.
fn address(cx: &mut Context, node: &Node, key: &str, is_dialled: bool) -> Option<String> {
    let url = text(&mut cx.problems, node, key)?;
    let host = tenant::host(url);
    let port = host
        .and_then(|host| url.get("https://".len() + host.len()..))
        .and_then(|rest| rest.strip_prefix(':'));
    let port = port.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_public = |host: &str| {
        let last = host.rsplit('.').next().unwrap_or_default();
        host.contains('.') && last.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let why = match host {
        _ if url.chars().any(|c| c.is_whitespace() || c.is_control()) => "contains white space",
        None => "is not an https address",
        Some(host) if host.contains('@') => "contains a user name",
        Some(_) if port.is_some_and(|port| port != "443") => "has another port than 443",
        Some(_) if url.contains(['?', '#']) => "has a query or a fragment",
        Some(host) if is_dialled && !is_public(host) => {
            "has no public host name, and the service reads the keys there"
        }
        Some(_) => return Some(url.to_owned()),
    };
    cx.report(&rules::BAD_ISSUER_URL, node.at, format!("`{key}` {why}: {}", shown(url)))
        .label("invalid address")
        .help("write an https address, as in `https://token.actions.githubusercontent.com`");
    None
}

fn jwks(cx: &mut Context, node: &Node) -> Option<Jwks> {
    const KEYS: [&str; 4] = ["discovery_base", "explicit_url", "inline", "ca_cert"];
    if matches!(&node.value, Value::Text(word) if word == "discovery") {
        return Some(Jwks::Discovery { base: None, ca_cert: None });
    }
    if !matches!(&node.value, Value::Map(_)) {
        let message = format!("`jwks` must be `discovery` or a map, not {}", node.value.described());
        bad_jwks(cx, node.at, message);
        return None;
    }
    let fields = Fields::open(&mut cx.problems, node, "jwks", &KEYS)?;
    let sources: Vec<&str> = KEYS.iter().copied().take(3).filter(|key| fields.get(key).is_some()).collect();
    if sources.len() > 1 {
        bad_jwks(cx, node.at, format!("`jwks` has several sources of keys: {}", listed(sources.into_iter())));
        return None;
    }
    let ca_cert =
        optional(fields.value("ca_cert"), |node| text(&mut cx.problems, node, "ca_cert").map(str::to_owned));
    let ca_cert = ca_cert.ok()?;
    match sources.first().and_then(|key| Some((*key, fields.value(key)?))) {
        Some(("explicit_url", node)) => {
            Some(Jwks::Url { url: address(cx, node, "explicit_url", true)?, ca_cert })
        }
        Some(("inline", node)) => {
            if let Some(line) = fields.get("ca_cert") {
                bad_jwks(cx, line.at, "`ca_cert` has no effect with `inline`".to_owned());
                return None;
            }
            keys(cx, node).map(Jwks::Inline)
        }
        Some((_, node)) => {
            Some(Jwks::Discovery { base: Some(address(cx, node, "discovery_base", true)?), ca_cert })
        }
        None => Some(Jwks::Discovery { base: None, ca_cert }),
    }
}

fn bad_jwks(cx: &mut Context, at: At, message: String) {
    cx.report(&rules::BAD_JWKS, at, message).label("invalid keys").help(
        "write `discovery`, or one of `{discovery_base: URL}`, `{explicit_url: URL}` and `{inline: {keys: [\u{2026}]}}`",
    );
}

/// Reads public keys, as a JWKS has them.
fn keys(cx: &mut Context, node: &Node) -> Option<Keys> {
    /// The fields of private and shared keys.
    const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    let fields = Fields::open(&mut cx.problems, node, "inline", &["keys"])?;
    let items =
        fields.required(&mut cx.problems, node.at, "keys", "write `keys: [\u{2026}]`, as a JWKS has them")?;
    let items = list(&mut cx.problems, items, "keys")?;
    let mut keys = Vec::new();
    for item in items {
        let entries = map(&mut cx.problems, item, "a key")?;
        if let Some(secret) = entries.iter().find(|entry| SECRET.contains(&entry.key.as_str())) {
            cx.report(&rules::BAD_JWKS, secret.at, "this is a private or shared key")
                .label("secret")
                .help("keep it out of git, replace it, and write the public key only");
            return None;
        }
        keys.push(
            entries
                .iter()
                .map(|entry| Some((entry.key.clone(), json(&entry.value)?)))
                .collect::<Option<_>>()?,
        );
    }
    if keys.is_empty() {
        bad_jwks(cx, node.at, "`keys` is empty, so no token would be accepted".to_owned());
        return None;
    }
    Some(Keys::new(keys))
}

fn json(node: &Node) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    Some(match &node.value {
        Value::Null => Json::Null,
        Value::Bool(source) => Json::Bool(source == "true"),
        Value::Number(source) => {
            serde_json::from_str(source).unwrap_or_else(|_| Json::String(source.clone()))
        }
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        Value::Map(entries) => {
            let fields = entries.iter().map(|entry| Some((entry.key.clone(), json(&entry.value)?)));
            Json::Object(fields.collect::<Option<_>>()?)
        }
    })
}

/// Reads the settings of a rule.
pub(super) fn rule(cx: &mut Context, fields: &Fields<'_>, at: At) -> Option<Rule> {
    let problems = &mut cx.problems;
    let issuer =
        fields.required(problems, at, "issuer", "write the name of an issuer, as in `issuer: github`");
    let matching = fields.required(
        problems,
        at,
        "match",
        "write which tokens the rule accepts, as in `match: {subject: \u{2026}}`",
    );
    let account = fields.required(
        problems,
        at,
        "service_account",
        "write the name of a service account, as in `service_account: ci-deploy`",
    );
    let scope = fields.required(problems, at, "scope", "write a scope, as in `scope: workspace:inference`");
    let matching = matching.and_then(|node| self::matching(cx, node));
    let reference = |cx: &mut Context, node: Option<&Node>, key| {
        node.and_then(|node| text(&mut cx.problems, node, key)).map(ObjectName::new)
    };
    let issuer = reference(cx, issuer, "issuer");
    let service_account = reference(cx, account, "service_account");
    let scopes = scope.and_then(|node| scopes(cx, node));
    let is_of_console = scopes.as_ref().is_some_and(|scopes| scopes.contains(&Scope::Admin));
    let workspaces = optional(fields.value("workspaces"), |node| workspaces(cx, node));
    if fields.get("workspaces").is_none() && !is_of_console {
        let help =
            "write the workspaces for which the rule is enabled, as in `workspaces: [production]`, or `all`";
        fields.required(&mut cx.problems, at, "workspaces", help);
    }
    let token_lifetime =
        optional(fields.value("token_lifetime"), |node| lifetime(cx, node, "token_lifetime", 60, 86_400));
    let description = optional(fields.value("description"), |node| {
        any_text(&mut cx.problems, node, "description").map(str::to_owned)
    });
    Some(Rule {
        issuer: issuer?,
        matching: matching?,
        service_account: service_account?,
        scopes: scopes?,
        workspaces: workspaces.ok()?,
        token_lifetime: token_lifetime.ok()?,
        description: description.ok()?,
    })
}

fn matching(cx: &mut Context, node: &Node) -> Option<RuleMatch> {
    let fields =
        Fields::open(&mut cx.problems, node, "match", &["subject", "audience", "claims", "condition"])?;
    let one = |cx: &mut Context, key: &'static str| {
        optional(fields.value(key), |node| text(&mut cx.problems, node, key).map(str::to_owned)).ok()
    };
    let subject = one(cx, "subject");
    let audience = one(cx, "audience");
    let condition = one(cx, "condition");
    let claims = optional(fields.value("claims"), |node| claims(cx, node)).ok();
    let matching = RuleMatch {
        subject: subject?,
        audience: audience?,
        claims: claims?.unwrap_or_default(),
        condition: condition?,
    };
    if matching.accepts_all() {
        cx.report(&rules::MATCH_ACCEPTS_ALL, node.at, "this accepts every token of the issuer")
            .label("accepts everything")
            .help("write a `subject` other than `*`, `claims` or a `condition`");
    }
    Some(matching)
}

fn claims(cx: &mut Context, node: &Node) -> Option<BTreeMap<String, String>> {
    let mut claims = BTreeMap::new();
    for entry in map(&mut cx.problems, node, "claims")? {
        let value = any_text(&mut cx.problems, &entry.value, &entry.key)?;
        claims.insert(entry.key.clone(), value.to_owned());
    }
    Some(claims)
}

fn scopes(cx: &mut Context, node: &Node) -> Option<BTreeSet<Scope>> {
    let known = Scope::ALL.map(Scope::as_str).into_iter();
    let items = match &node.value {
        Value::List(_) => list(&mut cx.problems, node, "scope")?.iter().collect(),
        _ => vec![node],
    };
    let mut scopes = BTreeSet::new();
    for item in items {
        let word = text(&mut cx.problems, item, "scope")?;
        match Scope::parse(word) {
            Some(scope) => drop(scopes.insert(scope)),
            None => {
                let noun = (
                    "scope",
                    &rules::UNKNOWN_SCOPE,
                    &[("inference", "workspace:inference"), ("developer", "workspace:developer")][..],
                );
                unknown_word(&mut cx.problems, item.at, noun, word, known);
                return None;
            }
        }
    }
    if scopes.is_empty() {
        cx.report(&rules::UNKNOWN_SCOPE, node.at, "`scope` is empty")
            .label("no scope")
            .help(format!("valid here: {}", listed(known)));
        return None;
    }
    Some(scopes)
}

fn workspaces(cx: &mut Context, node: &Node) -> Option<RuleWorkspaces<WorkspaceLabel>> {
    if matches!(&node.value, Value::Text(word) if word == ALL) {
        return Some(RuleWorkspaces::All);
    }
    let items = list(&mut cx.problems, node, "workspaces")?;
    let mut labels = BTreeSet::new();
    for item in items {
        labels.insert(WorkspaceLabel::new(text(&mut cx.problems, item, "workspaces")?));
    }
    if labels.is_empty() {
        cx.report(
            &rules::UNKNOWN_REFERENCE,
            node.at,
            "`workspaces` is empty: a rule is enabled for at least one",
        )
        .label("no workspace")
        .help("name a workspace, or write `state: archived` to archive the rule");
        return None;
    }
    Some(RuleWorkspaces::Only(labels))
}
