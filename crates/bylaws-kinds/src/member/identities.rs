//! Resolves identities: which members the lines of the files mean or may mean, and the state of each person.
//! Runs before anything is planned, so that the order of lines does not matter.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{ChangeId, Email, OrganizationRole, Person, SettableRole, UserId};

use crate::live::{InviteStatus, LiveUser};
use crate::member::invites::not_accepted;
use crate::plan::Planner;

/// What is known about people.
#[derive(Default)]
pub(crate) struct Identities {
    /// Everybody under `members`, and everybody else named in a managed workspace.
    standings: BTreeMap<Email, Standing>,
    /// Members that a line means or may mean: they are not unlisted.
    claimed: BTreeSet<UserId>,
    /// People whose invites a line means or may mean.
    claimed_people: BTreeSet<Person>,
    /// Members that the files do not identify without doubt: nothing is removed from them.
    in_doubt: BTreeSet<UserId>,
    /// Those of them that a blocked line names by their own address.
    spoken_of: BTreeSet<UserId>,
    /// Members pinned by a line with another address.
    pinned_by: BTreeMap<UserId, Email>,
    /// Members that this plan removes.
    pub(crate) leaving: BTreeSet<UserId>,
    /// Those, and members that should be removed but cannot be: their memberships are not planned
    /// separately.
    pub(crate) out: BTreeSet<UserId>,
    /// Members whose role this plan changes.
    pub(crate) changing: BTreeMap<UserId, RoleChange>,
}

/// A change of a member's role in the organization.
pub(crate) struct RoleChange {
    pub(crate) from: SettableRole,
    pub(crate) to: SettableRole,
    pub(crate) change: ChangeId,
}

/// The state of a person after the plan.
#[derive(Clone)]
pub(crate) enum Standing {
    /// A member, with the role after the plan and the change that gives it.
    Member { user: UserId, role: OrganizationRole, after: Option<ChangeId> },
    /// Not a member yet: an invite with this role must be accepted first.
    Waiting { role: OrganizationRole, reason: String },
    /// Not a member, and not invited.
    Blocked(String),
    /// Must not be a member: their lines have no effect.
    Out,
}

impl Identities {
    /// Returns the state of a person named by a line; `None` if it was not resolved.
    pub(crate) fn standing(&self, email: &Email) -> Option<&Standing> {
        self.standings.get(email)
    }

    pub(crate) fn stands(&mut self, email: &Email, standing: Standing) {
        self.standings.insert(email.clone(), standing);
    }

    pub(crate) fn is_in_doubt(&self, user: &UserId) -> bool {
        self.in_doubt.contains(user)
    }

    /// Returns whether a line or blocked item accounts for the member, so that they are not unlisted.
    pub(crate) fn accounts_for(&self, user: &UserId) -> bool {
        let doubtful = self.in_doubt.contains(user);
        self.claimed.contains(user) && !doubtful || self.spoken_of.contains(user)
    }

    pub(crate) fn claims(&self, person: &Person) -> bool {
        self.claimed_people.contains(person)
    }

    /// Returns whether a line means or may mean the member.
    pub(crate) fn claims_user(&self, user: &UserId) -> bool {
        self.claimed.contains(user) || self.in_doubt.contains(user)
    }

    /// Returns the address of another line that pins this member.
    pub(crate) fn pinned_by(&self, user: &UserId) -> Option<&Email> {
        self.pinned_by.get(user)
    }

    /// Marks the members of one person as doubtful, except the one with exactly this address; all of them if
    /// several have it.
    fn doubt(&mut self, email: &Email, like: &[&LiveUser]) {
        let (exact, other): (Vec<&LiveUser>, Vec<&LiveUser>) =
            like.iter().partition(|user| user.email == *email);
        self.in_doubt.extend(other.iter().map(|user| user.id.clone()));
        if exact.len() > 1 {
            self.doubt_spoken_of(&exact);
        }
    }

    fn doubt_spoken_of(&mut self, users: &[&LiveUser]) {
        self.in_doubt.extend(users.iter().map(|user| user.id.clone()));
        self.spoken_of.extend(users.iter().map(|user| user.id.clone()));
    }
}

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
            ([user], _) if self.identities.is_in_doubt(&user.id) => {
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
        self.identities.stands(email, standing);
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
pub(crate) fn live_as(other: &Email) -> String {
    format!("live as {other}, which the service treats as the same person; use that address")
}
