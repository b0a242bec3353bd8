//! What a plan must read, and in how many requests. Only lists are read, so the number follows from their
//! sizes; every plan prints it.

use std::collections::BTreeMap;

use bylaws_engine::Reads;

use crate::desired::Desired;
use crate::federation::Federation;
use crate::live::Live;
use crate::objects::OBJECTS;
use crate::workspace::matching::member_lists;

/// The maximum number of items on a page of a list.
pub const PAGE: usize = 1000;
/// The same for the lists of the newer kinds.
const SHORT_PAGE: usize = 100;

/// The lists that a plan of these files needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Whether members and invites are needed.
    pub people: bool,
    /// Workspaces, with and without the default one.
    pub workspaces: bool,
    /// Whether API keys are needed.
    pub api_keys: bool,
}

impl Needs {
    /// Returns the needs of the files. Without `members`, people are needed only if workspaces name some.
    pub fn of(desired: &Desired) -> Self {
        let names_people = desired.open().any(|(_, open)| {
            let team = |name| desired.teams.get(name).is_some_and(|people| !people.is_empty());
            open.members.as_ref().is_some_and(|lines| !lines.is_empty())
                || open.teams.as_ref().is_some_and(|teams| teams.keys().any(team))
        });
        Self {
            people: desired.members.is_some() || names_people,
            workspaces: desired.workspaces.is_some()
                || desired.federation.as_ref().is_some_and(Federation::names_workspaces),
            api_keys: desired.api_keys.is_some() || desired.open().any(|(_, open)| open.api_keys.is_some()),
        }
    }
}

/// Returns the number of requests needed to read this live state for these files.
pub(crate) fn reads(desired: &Desired, live: &Live) -> Reads {
    let needs = Needs::of(desired);
    let (mut invites, mut users, mut spaces) = (0, 0, 0);
    if let (true, Some(people)) = (needs.people, &live.people) {
        invites = pages(people.invites.iter().filter(|invite| invite.is_listed()).count());
        users = pages(people.users.len());
    }
    if let (true, Some(workspaces)) = (needs.workspaces, &live.workspaces) {
        let all = workspaces.all.len();
        // With and without the default one.
        spaces = pages(all) + pages(all - usize::from(workspaces.default.is_some()));
    }
    let members = member_lists(desired, live)
        .iter()
        .map(|id| pages(live.workspace_members.get(id).map_or(0, BTreeMap::len)))
        .sum();
    let lists = [
        ("organization", 1),
        ("invites", invites),
        ("users", users),
        ("workspaces", spaces),
        ("workspace_members", members),
    ];
    let mut lists = lists.to_vec();
    for objects in OBJECTS {
        let (section, reads) = (objects.section(), objects.reads(desired, live));
        match lists.iter_mut().find(|(name, _)| *name == section) {
            Some((_, sum)) => *sum += reads,
            None => lists.push((section, reads)),
        }
    }
    Reads(lists)
}

pub(crate) fn pages(items: usize) -> usize {
    items.div_ceil(PAGE).max(1)
}

pub(crate) fn short_pages(items: usize) -> usize {
    items.div_ceil(SHORT_PAGE).max(1)
}

impl crate::live::LiveInvite {
    /// Returns whether the service lists the invite: deleted ones are never listed.
    fn is_listed(&self) -> bool {
        self.status != crate::live::InviteStatus::Deleted
    }
}
