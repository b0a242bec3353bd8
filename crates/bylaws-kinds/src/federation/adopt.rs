//! What the entries of issuers and rules become so that they say what is live.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;

use super::lists::read;
use super::pinned::Found;
use super::{Federation, Issuer, LiveFederation, LiveRule, Pinned, Rule, Scope, import};
use crate::adopt::view::{Difference, View};
use crate::desired::Desired;

/// Adopts a live issuer.
pub(super) fn issuer(
    view: &View<'_>,
    desired: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let live = read(view.live).ok_or_else(|| difference.reason.clone())?;
    let all = live.issuers.as_deref().unwrap_or_default();
    let entries = desired.federation.as_mut().and_then(|federation| federation.issuers.as_mut());
    one(entries, name, all, import::issuer, of_issuer, difference)
}

/// Adopts a live rule, with its workspaces.
pub(super) fn rule(
    view: &View<'_>,
    desired: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let live = read(view.live).ok_or_else(|| difference.reason.clone())?;
    let all = live.rules.as_deref().unwrap_or_default();
    let label = |id: &_| {
        let listed =
            view.plan.workspaces.iter().find(|(_, live)| *live == id).map(|(label, _)| label.clone());
        listed.or_else(|| import::label_of(view.live, id).filter(|_| view.basis.desired.workspaces.is_none()))
    };
    let Some(federation) = &mut desired.federation else { return Err(difference.reason.clone()) };
    let Federation { issuers, rules } = federation;
    let settings = |rule: &LiveRule| {
        let wanted = import::wanted_rule(rule, live, view.live, &label)?;
        let issuer = match &*issuers {
            // The label of a pinned issuer may be another one.
            Some(listed) => label_of_issuer(listed, live, &rule.issuer_id)?,
            None => wanted.issuer,
        };
        Some(Rule { issuer, ..wanted })
    };
    one(rules.as_mut(), name, all, settings, of_rule, difference)
}

/// Returns the name of the entry that means a live issuer.
fn label_of_issuer(
    listed: &BTreeMap<ObjectName, Pinned<Issuer>>,
    live: &LiveFederation,
    id: &str,
) -> Option<ObjectName> {
    let means = |(label, entry): &(&ObjectName, &Pinned<Issuer>)| {
        let found = entry.find(label, live.issuers.iter().flatten());
        matches!(found, Found::Live(issuer) if issuer.id == id)
    };
    listed.iter().find(means).map(|(label, _)| label.clone())
}

/// Returns the live settings that an entry manages; a new entry has those of an import.
fn of_issuer(entry: Option<&Issuer>, live: Issuer) -> Issuer {
    let Some(entry) = entry else { return live.brief() };
    Issuer {
        url: live.url,
        jwks: entry.jwks.as_ref().and(live.jwks),
        check_jti: entry.check_jti.and(live.check_jti),
        max_jwt_lifetime: entry.max_jwt_lifetime.and(live.max_jwt_lifetime),
    }
}

/// Returns the same for a rule.
fn of_rule(entry: Option<&Rule>, live: Rule) -> Rule {
    let Some(entry) = entry else { return live.brief() };
    let is_managed = entry.workspaces.is_some() || !live.scopes.contains(&Scope::Admin);
    Rule {
        workspaces: live.workspaces.filter(|_| is_managed),
        token_lifetime: entry.token_lifetime.and(live.token_lifetime),
        description: entry.description.as_ref().and(live.description),
        ..live
    }
}

fn one<L: super::pinned::Archivable, T>(
    entries: Option<&mut BTreeMap<ObjectName, Pinned<T>>>,
    name: &ObjectName,
    all: &[L],
    settings: impl Fn(&L) -> Option<T>,
    managed: fn(Option<&T>, T) -> T,
    difference: &Difference,
) -> Result<(), String> {
    let reason = || difference.reason.clone();
    let entries = entries.ok_or_else(reason)?;
    let new = Pinned { id: None, name: None, settings: None };
    let entry = entries.get(name);
    match entry.unwrap_or(&new).find(name, all.iter()) {
        Found::Live(live) => {
            let settings = settings(live).ok_or_else(reason)?;
            let settings = Some(managed(entry.and_then(|entry| entry.settings.as_ref()), settings));
            // A pinned entry says the name only if it says one already.
            let called = entry.and_then(|entry| entry.name.as_ref()).map(|_| ObjectName::new(live.name()));
            let id = entry.and_then(|entry| entry.id.clone());
            entries.insert(name.clone(), Pinned { id, name: called, settings });
        }
        Found::Archived(_) | Found::Absent if entry.is_some() => drop(entries.remove(name)),
        Found::Archived(_) | Found::Absent => return Err(reason()),
    }
    Ok(())
}
