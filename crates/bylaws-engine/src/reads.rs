//! What a plan must read, and in how many requests. Only lists are read, so the number follows from their
//! sizes; every plan prints it.

use std::collections::BTreeMap;

use crate::desired::{Desired, WorkspaceState};
use crate::live::Live;
use crate::matching::member_lists;

/// The maximum number of items on a page of a list.
pub const PAGE: usize = 1000;

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
        let open = || {
            desired.workspaces.iter().flatten().filter_map(|(_, workspace)| match &workspace.state {
                WorkspaceState::Open(open) => Some(open),
                WorkspaceState::Archived => None,
            })
        };
        let names_people = open().any(|open| {
            let team = |name| desired.teams.get(name).is_some_and(|people| !people.is_empty());
            open.members.as_ref().is_some_and(|lines| !lines.is_empty())
                || open.teams.as_ref().is_some_and(|teams| teams.keys().any(team))
        });
        Self {
            people: desired.members.is_some() || names_people,
            workspaces: desired.workspaces.is_some(),
            api_keys: desired.api_keys.is_some() || open().any(|open| open.api_keys.is_some()),
        }
    }
}

/// Read requests by kind. A list takes at least one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Requests of `GET /v1/organizations/me`.
    pub organization: usize,
    /// The number of pages of invites.
    pub invites: usize,
    /// The number of pages of members.
    pub users: usize,
    /// Pages of workspaces, listed with the default one and without.
    pub workspaces: usize,
    /// Pages of workspace members, over all workspaces read.
    pub workspace_members: usize,
    /// Pages of API keys.
    pub api_keys: usize,
}

impl Reads {
    /// Returns the number of requests needed to read this live state for these files.
    pub fn of(desired: &Desired, live: &Live) -> Self {
        let needs = Needs::of(desired);
        let mut reads = Self { organization: 1, ..Self::default() };
        if let (true, Some(people)) = (needs.people, &live.people) {
            reads.invites = pages(people.invites.iter().filter(|i| i.is_listed()).count());
            reads.users = pages(people.users.len());
        }
        if let (true, Some(workspaces)) = (needs.workspaces, &live.workspaces) {
            let all = workspaces.all.len();
            reads.workspaces = pages(all) + pages(all - usize::from(workspaces.default.is_some()));
        }
        for id in member_lists(desired, live) {
            reads.workspace_members += pages(live.workspace_members.get(&id).map_or(0, BTreeMap::len));
        }
        if let (true, Some(keys)) = (needs.api_keys, &live.api_keys) {
            reads.api_keys = pages(keys.len());
        }
        reads
    }

    /// Returns the total number.
    pub fn total(&self) -> usize {
        self.organization
            + self.invites
            + self.users
            + self.workspaces
            + self.workspace_members
            + self.api_keys
    }
}

fn pages(items: usize) -> usize {
    items.div_ceil(PAGE).max(1)
}

impl crate::live::LiveInvite {
    /// Returns whether the service lists the invite: deleted ones are never listed.
    fn is_listed(&self) -> bool {
        self.status != crate::live::InviteStatus::Deleted
    }
}
