//! Live workspaces that the files do not mention, and the sizes that guards measure by.

use std::collections::BTreeSet;

use super::Planner;
use crate::desired::Visibility;
use crate::judge::Sizes;
use crate::live::{InviteStatus, LiveWorkspace};
use crate::matching::Matched;
use crate::{Address, OrganizationRole, Person, WorkspaceId, WorkspaceLabel};

impl<'a> Planner<'a> {
    /// Open workspaces that no entry means or may mean; `Default` and `Claude Code` left out.
    pub(super) fn unlisted_workspaces(&self) -> Vec<&'a LiveWorkspace> {
        let Some(listed) = &self.desired.workspaces else { return Vec::new() };
        let mut claimed: BTreeSet<&WorkspaceId> = BTreeSet::new();
        for found in self.matched.values() {
            if let Matched::Live(live) = found {
                claimed.insert(&live.id);
            }
        }
        for (label, entry) in listed {
            claimed.extend(entry.id.as_ref());
            // An entry that could mean several claims them all until somebody says which.
            if entry.id.is_none() {
                claimed.extend(self.workspaces.open_named(label.as_str()).iter().map(|live| &live.id));
            }
        }
        self.workspaces
            .all()
            .filter(|live| !live.archived && !live.is_claude_code())
            .filter(|live| !self.workspaces.is_default(&live.id) && !claimed.contains(&live.id))
            .collect()
    }

    pub(super) fn report_unlisted_workspaces(&mut self) {
        if self.desired.unlisted.workspaces == Visibility::Ignore {
            return;
        }
        for live in self.unlisted_workspaces() {
            let address = Address::Workspace(WorkspaceLabel::new(live.name.clone()));
            self.draft.stay(address, live.id.to_string());
        }
    }

    pub(super) fn sizes(&self) -> Sizes {
        let kind = self.desired.organization.kind;
        let settable = |role: &OrganizationRole| matches!(role.seen_in(kind), OrganizationRole::Settable(_));
        let mut people: BTreeSet<Person> =
            self.people.users().filter(|user| settable(&user.role)).map(|user| user.email.person()).collect();
        for (person, invites) in self.people.invited() {
            let pending = invites.iter().any(|invite| invite.status == InviteStatus::Pending);
            let member = invites.iter().any(|invite| !self.people.users_like(&invite.email).is_empty());
            if pending && !member {
                people.insert(person.clone());
            }
        }
        let members = self.desired.members.as_ref();
        Sizes {
            people: people.len(),
            active_keys: self.active_keys(),
            emptied: self.emptied(),
            nobody_in_force: members
                .is_some_and(|lines| !lines.values().any(|line| line.in_force(self.today))),
            admins: self
                .people
                .users()
                .filter(|user| matches!(user.role.seen_in(kind), OrganizationRole::Held(_)))
                .map(|user| user.email.clone())
                .collect(),
            people_read: self.live.people.is_some(),
        }
    }
}
