//! Unlisted live people and workspaces. `memberships.rs` and `keys.rs` handle unlisted memberships and keys.

use std::collections::BTreeSet;

use bylaws_engine::guards::Pair;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{Action, Address, Line, OrganizationRole, WorkspaceId, WorkspaceLabel};

use crate::desired::Policy;
use crate::live::{InviteStatus, LiveInvite, LiveUser, LiveWorkspace};
use crate::plan::Planner;
use crate::workspace::matching::labels;

/// Why a person that no line can list is kept.
pub(crate) const UNLISTABLE: &str = "with an address that the files cannot list";

impl<'a> Planner<'a> {
    /// Returns the open workspaces that no entry means or may mean, without `Default`.
    pub(crate) fn unlisted_workspaces(&self) -> Vec<&'a LiveWorkspace> {
        let Some(listed) = &self.desired.workspaces else { return Vec::new() };
        let mut claimed: BTreeSet<&WorkspaceId> = labels(&self.matched).into_keys().collect();
        for (label, entry) in listed {
            claimed.extend(entry.id.as_ref());
            // An entry that may mean several workspaces claims all of them until its `id` is set.
            if entry.id.is_none() && !label.is_default() {
                claimed.extend(self.workspaces.open_named(label.as_str()).iter().map(|live| &live.id));
            }
        }
        self.workspaces
            .all()
            .filter(|live| !live.archived)
            .filter(|live| !self.workspaces.is_default(&live.id) && !claimed.contains(&live.id))
            .collect()
    }

    pub(crate) fn report_unlisted_workspaces(&mut self) {
        if self.desired.unlisted.of("workspaces") == Policy::Ignore {
            return;
        }
        for live in self.unlisted_workspaces() {
            let address = Address::Workspace(WorkspaceLabel::new(live.name.clone()));
            self.draft.stay(address, live.id.say());
        }
    }

    pub(crate) fn plan_unlisted_members(&mut self) {
        let policy = self.desired.unlisted.of("members");
        let users: Vec<&'a LiveUser> = self.people.users().collect();
        for user in users {
            if policy == Policy::Ignore || self.identities.accounts_for(&user.id) {
                continue;
            }
            let address = Address::Member(user.email.clone());
            let reason = match user.role.seen_in(self.desired.organization.kind) {
                _ if self.identities.in_doubt.contains(&user.id) => {
                    text!("{}, and may be somebody that the files list", user.role)
                }
                role if user.email.listable().is_none() => text!("{}, {}", role, Text::from(UNLISTABLE)),
                OrganizationRole::Held(role) => text!("{}: the API cannot remove them", role),
                OrganizationRole::Unknown(role) => text!("{}: a role that this version does not know", role),
                OrganizationRole::Settable(role) => {
                    let pair = Pair { action: Action::Remove, address: address.clone() };
                    match self.kept_as_missing(&user.id, &[pair]) {
                        Some(why) => text!("{}, {}", role, why),
                        None if policy == Policy::Remove => {
                            self.remove_member(&user.email, user, None, Line::Unlisted("members"));
                            continue;
                        }
                        None => role.as_str().into(),
                    }
                }
            };
            self.draft.stay(address, reason);
        }
    }

    pub(crate) fn plan_unlisted_invites(&mut self) {
        let policy = self.desired.unlisted.of("members");
        let kind = self.desired.organization.kind;
        let unlisted: Vec<&'a LiveInvite> = self
            .people
            .invited()
            .filter(|(person, _)| !self.identities.claimed_people.contains(person))
            .flat_map(|(_, invites)| invites.iter().copied())
            // Accepted between the two readings: the person is a member and planned as one.
            .filter(|invite| self.people.users_like(&invite.email).is_empty())
            .collect();
        for invite in unlisted {
            let reason = match (&invite.status, invite.role.seen_in(kind), policy) {
                (_, _, Policy::Ignore)
                | (InviteStatus::Accepted | InviteStatus::Expired | InviteStatus::Deleted, _, _) => continue,
                (InviteStatus::Unknown(status), role, _) => {
                    text!("{}, {}: a status that this version does not know", status, role)
                }
                (InviteStatus::Pending, OrganizationRole::Unknown(role), _) => {
                    text!("pending, {}: a role that this version does not know", role)
                }
                (InviteStatus::Pending, role, Policy::Remove) if invite.email.listable().is_none() => {
                    text!("pending, {}, {}", role, Text::from(UNLISTABLE))
                }
                (InviteStatus::Pending, role, Policy::Report) => text!("pending, {}", role),
                (InviteStatus::Pending, _, Policy::Remove) => {
                    self.revoke(invite, None, Some(Line::Unlisted("members")), false);
                    continue;
                }
            };
            self.draft.stay(Address::Invite(invite.email.clone()), reason);
        }
    }
}
