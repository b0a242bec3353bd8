//! Resolves identities. Runs before anything is planned, so that the order of lines does not matter.

use bylaws_engine::text::{Text, text};
use bylaws_engine::{Email, OrganizationRole};

use crate::live::{InviteStatus, LiveUser};
use crate::member::identities::Standing;
use crate::member::invites::not_accepted;
use crate::plan::Planner;

impl<'a> Planner<'a> {
    /// Resolves the lines under `members`.
    pub(crate) fn resolve_people(&mut self) {
        let desired = self.desired;
        for (email, entry) in desired.members.iter().flatten() {
            let like = self.people.users_like(email);
            self.identities.claimed_people.insert(email.person());
            self.identities.claimed.extend(like.iter().map(|user| user.id.clone()));
            let Some(id) = &entry.id else {
                self.identities.doubt(email, like);
                continue;
            };
            let pinned = self.people.user(id);
            let exact: Vec<&LiveUser> = like.iter().copied().filter(|user| user.email == *email).collect();
            let others = like.iter().filter(|user| user.id != *id).map(|user| user.id.clone());
            self.identities.in_doubt.extend(others);
            match pinned {
                Some(user) if user.email == *email => {}
                Some(user) => {
                    self.identities.claimed.insert(user.id.clone());
                    self.identities.in_doubt.insert(user.id.clone());
                    self.identities.pinned_by.insert(user.id.clone(), email.clone());
                    self.identities.doubt_spoken_of(&exact);
                }
                None => self.identities.doubt_spoken_of(&exact),
            }
        }
        let pinned: Vec<&LiveUser> =
            self.identities.pinned_by.keys().filter_map(|id| self.people.user(id)).collect();
        for user in pinned {
            if desired.members.as_ref().is_some_and(|members| members.contains_key(&user.email)) {
                self.identities.doubt_spoken_of(&[user]);
            }
        }
    }

    /// Resolves a person named in a workspace but not under `members`.
    pub(crate) fn look_up_standing(&mut self, email: &Email) {
        if self.identities.standings.contains_key(email) {
            return;
        }
        let like: Vec<&'a LiveUser> = self.people.users_like(email).to_vec();
        self.identities.doubt(email, &like);
        let exact: Vec<&LiveUser> = like.iter().copied().filter(|user| user.email == *email).collect();
        let standing = match (exact.as_slice(), like.first()) {
            ([user], _) if self.identities.out.contains(&user.id) => Standing::Out,
            ([user], _) if self.identities.in_doubt.contains(&user.id) => {
                Standing::Blocked("may be somebody that the files list under another spelling".into())
            }
            ([user], _) => {
                let role = user.role.seen_in(self.desired.organization.kind);
                Standing::Member { user: user.id.clone(), role, after: None }
            }
            ([], Some(other)) => Standing::Blocked(live_as(&other.email)),
            ([], None) => match self.people.invites_to(email).first() {
                Some(invite) if invite.status == InviteStatus::Pending => {
                    let role = invite.role.seen_in(self.desired.organization.kind);
                    Standing::Waiting { role, reason: not_accepted(invite) }
                }
                _ => Standing::Blocked(
                    "not a member of the organization: invite them, or list them under `members`".into(),
                ),
            },
            (_, _) => Standing::Blocked("several members have this address: check the Console".into()),
        };
        self.identities.standings.insert(email.clone(), standing);
    }

    /// Returns the role of a live member after the plan.
    pub(crate) fn role_after(&self, user: &LiveUser) -> OrganizationRole {
        match self.identities.changing.get(&user.id) {
            Some(change) => OrganizationRole::Settable(change.to),
            None => user.role.seen_in(self.desired.organization.kind),
        }
    }
}

/// Returns the message for a person who is live under another spelling.
pub(crate) fn live_as(other: &Email) -> Text {
    text!("live as {}, which the service treats as the same person; use that address", other)
}
