//! Reads the entries under `federation`.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{Fields, any_text, list, map, text, unknown_word};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{ObjectName, WorkspaceLabel};

use super::{Issuer, Jwks, Lifetime, Pinned, Rule, RuleMatch, RuleWorkspaces, Scope, address, jwks, rules};
use crate::files::ids::id;
use crate::files::scalars::{MAX_PLAIN_NAME, is_plain_name};
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

/// Reads an entry.
pub(super) fn read<T>(
    cx: &mut Context,
    entry: &Entry,
    shape: &Shape,
    settings: impl FnOnce(&mut Context, &Fields<'_>, At) -> Option<T>,
) -> Option<Pinned<T>> {
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, shape.keys)?;
    let id = fields.value("id").map(|node| id(cx, node, "id", shape.prefix).map(str::to_owned));
    if id.is_none() && !is_plain_name(&entry.key) {
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

fn bad_name(cx: &mut Context, at: At, name: &str, shape: &Shape) {
    let message = format!("{} is not a valid name of {}", shown(name), shape.what);
    cx.report(&rules::BAD_FEDERATION_NAME, at, message)
        .label("invalid name")
        .help(format!("write 1 to {MAX_PLAIN_NAME} lower-case letters, digits and hyphens"));
}

fn name(cx: &mut Context, node: &Node, shape: &Shape) -> Option<ObjectName> {
    let name = text(&mut cx.problems, node, "name")?;
    if !is_plain_name(name) {
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
    let jwks = optional(fields.value("jwks"), |node| jwks::read(cx, node));
    let is_dialled = matches!(&jwks, Ok(None | Some(Jwks::Discovery { base: None, .. })));
    let issuer_url = url.and_then(|node| address::read(cx, node, "issuer_url", is_dialled));
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
    let entries = map(&mut cx.problems, node, "claims")?;
    all(entries, |entry| {
        let value = any_text(&mut cx.problems, &entry.value, &entry.key)?;
        Some((entry.key.clone(), value.to_owned()))
    })
}

/// Reads every item, so that one run reports all problems; `None` if one could not be read.
fn all<I, T, C: FromIterator<T>>(
    items: impl IntoIterator<Item = I>,
    read: impl FnMut(I) -> Option<T>,
) -> Option<C> {
    let read: Vec<Option<T>> = items.into_iter().map(read).collect();
    read.into_iter().collect()
}

fn scopes(cx: &mut Context, node: &Node) -> Option<BTreeSet<Scope>> {
    let known = || Scope::ALL.map(Scope::as_str).into_iter();
    let items = match &node.value {
        Value::List(_) => list(&mut cx.problems, node, "scope")?.iter().collect(),
        _ => vec![node],
    };
    let scopes: Vec<(Scope, At)> = all(items, |item| {
        let word = text(&mut cx.problems, item, "scope")?;
        let scope = Scope::parse(word);
        if scope.is_none() {
            let synonyms = [("inference", "workspace:inference"), ("developer", "workspace:developer")];
            let noun = ("scope", &rules::UNKNOWN_SCOPE, &synonyms[..]);
            unknown_word(&mut cx.problems, item.at, noun, word, known());
        }
        Some((scope?, item.at))
    })?;
    if scopes.is_empty() {
        cx.report(&rules::UNKNOWN_SCOPE, node.at, "`scope` is empty")
            .label("no scope")
            .help(format!("valid here: {}", listed(known())));
        return None;
    }
    Some(unique(cx, scopes, "scope"))
}

fn workspaces(cx: &mut Context, node: &Node) -> Option<RuleWorkspaces<WorkspaceLabel>> {
    if matches!(&node.value, Value::Text(word) if word == ALL) {
        return Some(RuleWorkspaces::All);
    }
    let items = list(&mut cx.problems, node, "workspaces")?;
    let labels: Vec<(WorkspaceLabel, At)> =
        all(items, |item| Some((WorkspaceLabel::new(text(&mut cx.problems, item, "workspaces")?), item.at)))?;
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
    Some(RuleWorkspaces::Only(unique(cx, labels, "workspaces")))
}

/// Returns the items as a set; reports duplicates.
fn unique<T: Ord>(cx: &mut Context, items: Vec<(T, At)>, key: &str) -> BTreeSet<T> {
    let mut all = BTreeSet::new();
    for (item, at) in items {
        if !all.insert(item) {
            cx.report(&general::DUPLICATE_ITEM, at, format!("duplicate item under `{key}`"))
                .label("again here")
                .help("keep one of the two");
        }
    }
    all
}
