//! What the files alone show about issuers and rules: references to nothing, and what lets in more than needed.

use std::collections::BTreeSet;

use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Kind, Line, ObjectName};

use super::lifetime::LONG;
use super::matching::Broad;
use super::reach::exceeds;
use super::{Federation, ISSUER, Issuer, Lifetime, RULE_WORKSPACE, Rule, RuleWorkspaces, rules, tenant};
use crate::desired::Desired;
use crate::files::Context;
use crate::service_account::plan::SERVICE_ACCOUNT;

/// Checks the issuers of one file.
pub(super) fn issuers(cx: &mut Context, node: &Node, federation: &Federation) {
    let used: Option<BTreeSet<&ObjectName>> = federation
        .rules
        .as_ref()
        // A rule with an error may be the one.
        .filter(|_| cx.problems.is_clean())
        .map(|rules| rules.values().filter_map(|rule| Some(&rule.settings.as_ref()?.issuer)).collect());
    for (entry, name, issuer) in open(node, federation.issuers.as_ref()) {
        issuer_itself(cx, entry, issuer);
        if used.as_ref().is_some_and(|used| !used.contains(&name)) {
            cx.report(
                &rules::NOT_USED_BY_A_RULE,
                entry.at,
                format!("no rule names the issuer {}", shown(&entry.key)),
            )
            .label("not used")
            .help("delete the entry and archive the issuer, or write the rule that uses it");
        }
    }
}

fn issuer_itself(cx: &mut Context, entry: &Entry, issuer: &Issuer) {
    if issuer.check_jti == Some(false) {
        cx.report(
            &rules::JTI_NOT_CHECKED,
            at(entry, &["check_jti"]),
            "a token can be exchanged more than once",
        )
        .label("replay is possible")
        .help("delete the line, unless one token has to be exchanged by several processes");
    }
    if issuer.max_jwt_lifetime.is_some_and(Lifetime::is_long) {
        long(
            cx,
            at(entry, &["max_jwt_lifetime"]),
            "a stolen identity token can be exchanged as long as it lives",
        );
    }
}

fn long(cx: &mut Context, at: At, why: &str) {
    cx.report(&rules::LONG_LIFETIME, at, format!("longer than {LONG}: {why}"))
        .label("long")
        .help("write the shortest lifetime that works, as in `15m`");
}

/// Checks the rules of one file.
pub(super) fn rules(cx: &mut Context, node: &Node, federation: &Federation, desired: &Desired) {
    for (entry, name, rule) in open(node, federation.rules.as_ref()) {
        references(cx, entry, name, rule, federation, desired);
        memberships(cx, entry, rule, desired);
        let issuer = federation.issuers.as_ref().and_then(|issuers| issuers.get(&rule.issuer));
        pinning(cx, entry, rule, issuer.and_then(|issuer| issuer.settings.as_ref()));
        if rule.token_lifetime.is_some_and(Lifetime::is_long) {
            long(cx, at(entry, &["token_lifetime"]), "a stolen token works as long as it lives");
        }
        let matching = &rule.matching;
        if matching.accepts_all() {
            // An error already.
            continue;
        }
        for broad in matching.broad() {
            let (message, label) = match broad {
                Broad::Prefix(subject) => (
                    format!(
                        "{} accepts every subject that begins so, pull requests of forks for example",
                        shown(subject)
                    ),
                    "ends in `*`",
                ),
                Broad::PullRequests(subject) => (
                    format!(
                        "{} is the subject of pull requests, whose jobs run what anybody proposes",
                        shown(subject)
                    ),
                    "check this",
                ),
                Broad::InnerStar(subject) => (
                    format!(
                        "the `*` within {} is an ordinary character: only one at the end has a meaning",
                        shown(subject)
                    ),
                    "check this",
                ),
            };
            cx.report(&rules::BROAD_SUBJECT, at(entry, &["match", "subject"]), message)
                .label(label)
                .help("write the exact subject, as in `repo:acme/robot:environment:production`");
        }
        if matching.audience.is_none() {
            cx.report(&rules::NO_AUDIENCE, at(entry, &["match"]), "tokens for any audience are accepted")
                .label("no `audience`")
                .help(
                    "write the audience that your jobs ask for, as in `audience: https://api.anthropic.com`",
                );
        }
    }
}

/// Checks the memberships of the account of a rule, where the files list them.
fn memberships(cx: &mut Context, entry: &Entry, rule: &Rule, desired: &Desired) {
    let Some(RuleWorkspaces::Only(labels)) = &rule.workspaces else { return };
    let mut roles = Vec::new();
    for label in labels.iter().filter(|label| !label.is_default()) {
        let listed = desired.open_workspace(label).and_then(|open| open.service_accounts.as_ref());
        let Some(listed) = listed else { continue };
        match listed.get(&rule.service_account) {
            Some(Some(role)) => roles.push(Some(*role)),
            Some(None) | None => {
                let (account, label) = (shown(rule.service_account.as_str()), label.as_str());
                let message =
                    format!("{account} is not a member of {}, so exchanges for it fail", shown(label));
                cx.report(&rules::RULE_WITHOUT_MEMBERSHIP, item(entry, "workspaces", label), message)
                    .label("no membership")
                    .help(format!("add {account} under the `service_accounts` of the workspace"));
            }
        }
    }
    if exceeds(rule.scopes.iter().copied(), &roles) {
        let message =
            format!("{} is only `workspace_user` in these workspaces", shown(rule.service_account.as_str()));
        cx.report(&rules::SCOPE_BEYOND_MEMBERSHIP, at(entry, &["scope"]), message)
            .label("more than the membership allows")
            .help("write `workspace:inference`, or raise the role of the account in the workspace");
    }
}

/// Reports accounts of the files that no rule names.
pub(super) fn accounts(cx: &mut Context, federation: &Federation, desired: &Desired) {
    let Some(rules) = federation.rules.as_ref().filter(|_| cx.problems.is_clean()) else { return };
    let used: BTreeSet<&ObjectName> =
        rules.values().filter_map(|rule| Some(&rule.settings.as_ref()?.service_account)).collect();
    let accounts = desired.service_accounts.iter().flatten();
    for (name, _) in accounts.filter(|(name, account)| !account.is_archived() && !used.contains(name)) {
        let line = Line::of_object(None, SERVICE_ACCOUNT.object(), name.clone());
        let Some(at) = cx.origins.get(&line).copied() else { continue };
        let message = format!("no rule names the service account {}", shown(name.as_str()));
        cx.report(&super::rules::NOT_USED_BY_A_RULE, at, message)
            .label("not used")
            .help("archive it, or write the rule that uses it");
    }
}

/// Reports names that are not in the files.
fn references(
    cx: &mut Context,
    entry: &Entry,
    name: &ObjectName,
    rule: &Rule,
    federation: &Federation,
    desired: &Desired,
) {
    if let Some(issuers) = &federation.issuers {
        match issuers.get(&rule.issuer) {
            None if is_listed(cx, &ISSUER, &rule.issuer) => {}
            None => unknown(cx, at(entry, &["issuer"]), "issuer", "federation.issuers", rule.issuer.as_str()),
            Some(issuer) if issuer.is_archived() => archived(cx, at(entry, &["issuer"]), "issuer"),
            Some(_) => {}
        }
    }
    if let Some(accounts) = &desired.service_accounts {
        let place = at(entry, &["service_account"]);
        match accounts.get(&rule.service_account) {
            None if is_listed(cx, &SERVICE_ACCOUNT, &rule.service_account) => {}
            None => unknown(cx, place, "service account", "service_accounts", rule.service_account.as_str()),
            Some(account) if account.is_archived() => archived(cx, place, "service account"),
            Some(_) => {}
        }
    }
    let Some(RuleWorkspaces::Only(labels)) = &rule.workspaces else { return };
    for label in labels {
        let place = item(entry, "workspaces", label.as_str());
        let line = Line::WorkspaceObject(label.clone(), RULE_WORKSPACE.object(), name.clone());
        cx.origins.insert(line, place);
        let Some(workspaces) = &desired.workspaces else { continue };
        match workspaces.get(label) {
            None if cx.origins.contains_key(&Line::Workspace(label.clone())) => {}
            None => unknown(cx, place, "workspace", "workspaces", label.as_str()),
            Some(workspace) if workspace.open().is_none() => archived(cx, place, "workspace"),
            Some(_) => {}
        }
    }
}

/// Returns whether there is an entry, valid or not.
fn is_listed(cx: &Context, kind: &Kind, name: &ObjectName) -> bool {
    cx.origins.contains_key(&Line::of_object(None, kind.object(), name.clone()))
}

fn unknown(cx: &mut Context, at: At, what: &str, section: &str, name: &str) {
    cx.report(&rules::UNKNOWN_REFERENCE, at, format!("the {what} {} is not in the files", shown(name)))
        .label(format!("not under `{section}`"))
        .help(format!("add it under `{section}`, or correct the name"));
}

fn archived(cx: &mut Context, at: At, what: &str) {
    cx.report(&rules::UNKNOWN_REFERENCE, at, format!("this {what} is archived in the files"))
        .label("archived")
        .help("archive the rule as well, or name another one");
}

/// Reports a rule of a shared issuer that does not name the customer, or only by a name.
fn pinning(cx: &mut Context, entry: &Entry, rule: &Rule, issuer: Option<&Issuer>) {
    let Some(platform) = issuer.and_then(|issuer| tenant::platform(&issuer.url)) else { return };
    let place = at(entry, &["match"]);
    let ids = listed(platform.ids().iter().copied());
    if !platform.is_pinned_by(&rule.matching) {
        let message =
            format!("every customer of {} could use this rule: nothing in it names yours", platform.name);
        cx.report(&rules::TENANT_NOT_PINNED, place, message)
            .label("names no customer")
            .help(format!("add one of these claims: {}", listed(platform.claims.iter().copied())));
    } else if !platform.is_pinned_by_id(&rule.matching) {
        let message = format!("names of {} can be given to somebody else later, ids cannot", platform.name);
        cx.report(&rules::TENANT_PINNED_BY_NAME, place, message)
            .label("pinned by name only")
            .help(format!("add one of these claims: {ids}"));
    }
}

/// Returns the open entries of a part, as far as they were read.
fn open<'n, T>(
    node: &'n Node,
    part: Option<&'n std::collections::BTreeMap<ObjectName, super::Pinned<T>>>,
) -> Vec<(&'n Entry, &'n ObjectName, &'n T)> {
    let Value::Map(entries) = &node.value else { return Vec::new() };
    let found = entries.iter().filter_map(|entry| {
        let (name, pinned) = part?.get_key_value(&ObjectName::new(entry.key.as_str()))?;
        Some((entry, name, pinned.settings.as_ref()?))
    });
    found.collect()
}

/// Returns the location of a field, or of what contains it.
fn at(entry: &Entry, path: &[&str]) -> At {
    let mut place = entry;
    for key in path {
        let Value::Map(entries) = &place.value.value else { break };
        let Some(found) = entries.iter().find(|entry| entry.key == *key) else { break };
        place = found;
    }
    place.at
}

/// Returns the location of an item of a list.
fn item(entry: &Entry, key: &str, text: &str) -> At {
    let Value::Map(entries) = &entry.value.value else { return entry.at };
    let Some(field) = entries.iter().find(|field| field.key == key) else { return entry.at };
    let Value::List(items) = &field.value.value else { return field.at };
    let is_it = |item: &&Node| matches!(&item.value, Value::Text(word) if word == text);
    items.iter().find(is_it).map_or(field.at, |item| item.at)
}
