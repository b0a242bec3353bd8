//! Compares the access of people between two moments: gained, lost or changed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Grant, Holder, Place, Presence, Who};
use crate::{LiveWorkspaceRole, OrganizationRole, WorkspaceId};

/// One difference in access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The person whose access differs.
    pub who: Who,
    /// The organization or the workspace in which it differs.
    pub place: Where,
    /// What the person had before; `None` if nothing.
    pub before: Option<Held>,
    /// What the person has after; `None` if nothing.
    pub after: Option<Held>,
}

/// The organization or workspace in which access differs. The organization sorts first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// The organization itself, not a workspace.
    Organization,
    /// A workspace, by its current name, or its last one, and its id if it is known.
    Workspace(String, Option<WorkspaceId>),
}

/// The access of a person at one of the two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// A role in the organization, if it is known, and whether the person is a member or only invited.
    Organization(Option<OrganizationRole>, Presence),
    /// A role in a workspace, with its sources.
    Workspace(Grant),
}

impl Held {
    /// Returns the role in the service's word.
    pub fn role(&self) -> &str {
        match self {
            Self::Organization(role, _) => role.as_ref().map_or("unknown", OrganizationRole::as_str),
            Self::Workspace(grant) => grant.role.as_str(),
        }
    }
}

/// Returns every difference, sorted by person and place. Only the role counts, not why somebody has it.
/// Workspaces are matched by id if both sides know it, else by name.
pub fn difference(before: &Access, after: &Access) -> Vec<AccessChange> {
    let (old, new) = pair(&before.places, &after.places);
    let everybody: BTreeSet<&Who> = before.people.keys().chain(after.people.keys()).collect();
    let mut changes = Vec::new();
    for who in everybody {
        let (had, has) = (before.people.get(who), after.people.get(who));
        let (was, is) = (had.and_then(organization), has.and_then(organization));
        if was != is {
            changes.push(AccessChange {
                who: who.clone(),
                place: Where::Organization,
                before: was,
                after: is,
            });
        }
        let mut memberships: BTreeMap<&Where, (Option<&Grant>, Option<&Grant>)> = BTreeMap::new();
        for (at, grant) in had.into_iter().flat_map(|holder| &holder.grants) {
            if let Some(place) = old.get(*at) {
                memberships.entry(place).or_default().0 = Some(grant);
            }
        }
        for (at, grant) in has.into_iter().flat_map(|holder| &holder.grants) {
            if let Some(place) = new.get(*at) {
                memberships.entry(place).or_default().1 = Some(grant);
            }
        }
        for (place, (had, has)) in memberships {
            let role = |grant: Option<&Grant>| -> Option<LiveWorkspaceRole> { Some(grant?.role.clone()) };
            if role(had) != role(has) {
                changes.push(AccessChange {
                    who: who.clone(),
                    place: place.clone(),
                    before: had.cloned().map(Held::Workspace),
                    after: has.cloned().map(Held::Workspace),
                });
            }
        }
    }
    changes
}

/// Returns the access to the organization; `None` for a user listed only in a workspace.
fn organization(holder: &Holder) -> Option<Held> {
    let is_in = holder.standing != Presence::Stranger;
    is_in.then(|| Held::Organization(holder.role.clone(), holder.standing))
}

/// Gives the workspaces of both sides a common name.
fn pair(before: &[Place], after: &[Place]) -> (Vec<Where>, Vec<Where>) {
    let own = |place: &Place| Where::Workspace(place.name.clone(), place.id.clone());
    let mut free: Vec<&Place> = after.iter().collect();
    let mut old: Vec<Option<Where>> = vec![None; before.len()];
    let rules: [fn(&Place, &Place) -> bool; 2] = [
        |a, b| a.id.is_some() && a.id == b.id,
        |a, b| a.name == b.name && (a.id.is_none() || b.id.is_none()),
    ];
    for is_same in rules {
        for (place, slot) in before.iter().zip(&mut old).filter(|(_, slot)| slot.is_none()) {
            let found = free.iter().position(|other| is_same(place, other));
            *slot = found.map(|at| own(free.remove(at)));
        }
    }
    let old = before.iter().zip(old).map(|(place, slot)| slot.unwrap_or_else(|| own(place))).collect();
    (old, after.iter().map(own).collect())
}
