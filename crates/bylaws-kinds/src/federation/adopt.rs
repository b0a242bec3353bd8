//! What the entries of issuers and rules become so that they say what is live.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;

use super::pinned::Found;
use super::{Federation, LiveFederation, Pinned, import};
use crate::adopt::view::{Difference, View};
use crate::desired::Desired;

/// Adopts a live issuer.
pub(super) fn issuer(
    view: &View<'_>,
    desired: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let live = read(view).ok_or_else(|| difference.reason.clone())?;
    let all = live.issuers.as_deref().unwrap_or_default();
    let entries = desired.federation.as_mut().and_then(|federation| federation.issuers.as_mut());
    one(entries, name, all, import::issuer, difference)
}

/// Adopts a live rule, with its workspaces.
pub(super) fn rule(
    view: &View<'_>,
    desired: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let live = read(view).ok_or_else(|| difference.reason.clone())?;
    let all = live.rules.as_deref().unwrap_or_default();
    let label = |id: &_| {
        let listed =
            view.plan.workspaces.iter().find(|(_, live)| *live == id).map(|(label, _)| label.clone());
        listed.or_else(|| import::label_of(view.live, id).filter(|_| view.basis.desired.workspaces.is_none()))
    };
    let settings = |rule: &_| import::wanted_rule(rule, live, view.live, &label);
    let entries =
        desired.federation.as_mut().and_then(|federation: &mut Federation| federation.rules.as_mut());
    one(entries, name, all, settings, difference)
}

fn read<'v>(view: &View<'v>) -> Option<&'v LiveFederation> {
    view.live.federation.as_ref().filter(|federation| federation.refused.is_none())
}

fn one<L: super::pinned::Archivable, T>(
    entries: Option<&mut BTreeMap<ObjectName, Pinned<T>>>,
    name: &ObjectName,
    all: &[L],
    settings: impl Fn(&L) -> Option<T>,
    difference: &Difference,
) -> Result<(), String> {
    let reason = || difference.reason.clone();
    let entries = entries.ok_or_else(reason)?;
    let new = Pinned { id: None, name: None, settings: None };
    let entry = entries.get(name);
    match entry.unwrap_or(&new).find(name, all.iter()) {
        Found::Live(live) => {
            let settings = Some(settings(live).ok_or_else(reason)?);
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
