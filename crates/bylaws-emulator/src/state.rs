//! The organization between requests, and the effect of time on it. The module of each kind implements its
//! operations.

use std::collections::BTreeMap;
use std::mem::take;

use jiff::Timestamp;

use crate::api_keys::ApiKey;
use crate::clock::Clock;
use crate::feed::Feed;
use crate::invites::Invite;
use crate::kinds;
use crate::listing::Listing;
use crate::seed::{Seed, SeedError};
use crate::users::User;
use crate::workload::Workloads;
use crate::workspace_members::{NAME as MEMBER, WorkspaceMember};
use crate::workspaces::{CLAUDE_CODE, DEFAULT, Workspace};

/// The state between two requests. Cloned only if a fault needs an earlier state.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The current time, as of the last [`tick`](Self::tick).
    pub(crate) now: Timestamp,
    pub(crate) clock: Clock,
    pub(crate) users: Listing<User>,
    pub(crate) invites: Listing<Invite>,
    pub(crate) workspaces: Listing<Workspace>,
    /// Explicit memberships by workspace, then by user.
    pub(crate) members: BTreeMap<String, Listing<WorkspaceMember>>,
    pub(crate) api_keys: Listing<ApiKey>,
    pub(crate) feed: Feed,
    pub(crate) workloads: Workloads,
    /// Everything else, as it was in the seed. The lists above are empty here.
    pub(crate) rest: Seed,
    /// The id of the workspace `Default`.
    pub(crate) default_workspace: String,
}

impl State {
    pub(crate) fn new(mut seed: Seed) -> Result<Self, SeedError> {
        let clock = Clock::of_seed(seed.now);
        seed.complete()?;
        let workspaces = newest_first("Workspace", &mut seed.workspaces, |item| (item.created_at, &item.id));
        // Names are not unique: a later workspace with the same name is not the default.
        let is_default = |workspace: &&Workspace| workspace.is_open() && workspace.name == DEFAULT;
        let default_workspace =
            workspaces.iter().filter(is_default).last().map(|workspace| workspace.id.clone());
        let mut members: BTreeMap<String, Listing<WorkspaceMember>> = BTreeMap::new();
        for membership in take(&mut seed.workspace_members).into_iter().rev() {
            let workspace = members.entry(membership.workspace_id.clone());
            workspace.or_insert_with(|| Listing::of(MEMBER)).add(&membership.user_id.clone(), membership);
        }
        let mut state = Self {
            now: clock.now(),
            clock,
            users: newest_first("User", &mut seed.users, |item| (item.added_at, &item.id)),
            invites: newest_first("Invite", &mut seed.invites, |item| (item.invited_at, &item.id)),
            workspaces,
            members,
            api_keys: newest_first("API key", &mut seed.api_keys, |item| (item.created_at, &item.id)),
            feed: Feed::of_seed(take(&mut seed.activities)),
            workloads: Workloads::default(),
            rest: seed,
            default_workspace: default_workspace.unwrap_or_default(),
        };
        state.settle();
        Ok(state)
    }

    pub(crate) fn dump(&self) -> Seed {
        // Memberships in the order of their workspaces, so that a dump loaded as a seed dumps the same.
        let memberships = self.workspaces.iter().filter_map(|workspace| self.members.get(&workspace.id));
        Seed {
            now: Some(self.now),
            users: self.users.iter().cloned().collect(),
            invites: self.invites.iter().cloned().collect(),
            workspaces: self.workspaces.iter().cloned().collect(),
            workspace_members: memberships.flat_map(Listing::iter).cloned().collect(),
            api_keys: self.api_keys.iter().cloned().collect(),
            ..self.rest.clone()
        }
    }

    /// Sets the clock. Going back undoes nothing: what has expired stays expired.
    pub(crate) fn set_clock(&mut self, to: Timestamp) -> Timestamp {
        self.clock = self.clock.set(to);
        self.tick();
        self.now
    }

    /// Reads the clock and applies the time. Costs nothing within the same second.
    pub(crate) fn tick(&mut self) {
        let now = self.clock.now();
        if now != self.now {
            self.now = now;
            self.settle();
        }
    }

    pub(crate) fn is_default(&self, workspace_id: &str) -> bool {
        self.default_workspace == workspace_id
    }

    /// Returns the ids of the Claude Code workspaces, found by name.
    pub(crate) fn claude_code_workspaces(&self) -> Vec<String> {
        let named = self.workspaces.iter().filter(|workspace| workspace.name == CLAUDE_CODE);
        named.map(|workspace| workspace.id.clone()).collect()
    }

    fn settle(&mut self) {
        for kind in kinds::ALL {
            (kind.settle)(self);
        }
    }
}

/// Takes a list out of a seed. Of two items with the same time, the one written first is the newer.
fn newest_first<T>(
    what: &'static str,
    items: &mut Vec<T>,
    key: fn(&T) -> (Timestamp, &String),
) -> Listing<T> {
    let mut items = take(items);
    items.reverse();
    items.sort_by_key(|item| key(item).0);
    let mut list = Listing::of(what);
    for item in items {
        list.add(&key(&item).1.clone(), item);
    }
    list
}
