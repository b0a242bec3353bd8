//! Identities: which members the lines of the files mean or may mean, and the state of each person. `resolve.rs`
//! finds them.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::text::Text;
use bylaws_engine::{ChangeId, Email, OrganizationRole, Person, SettableRole, UserId};

use crate::live::LiveUser;

/// What is known about people.
#[derive(Default)]
pub(crate) struct Identities {
    /// Everybody under `members`, and everybody else named in a managed workspace.
    pub(crate) standings: BTreeMap<Email, Standing>,
    /// Members that a line means or may mean: they are not unlisted.
    pub(super) claimed: BTreeSet<UserId>,
    /// People whose invites a line means or may mean.
    pub(crate) claimed_people: BTreeSet<Person>,
    /// Members that the files do not identify without doubt: nothing is removed from them.
    pub(crate) in_doubt: BTreeSet<UserId>,
    /// Those of them that a blocked line names by their own address.
    pub(super) spoken_of: BTreeSet<UserId>,
    /// Members pinned by a line with another address.
    pub(crate) pinned_by: BTreeMap<UserId, Email>,
    /// Members that this plan removes.
    pub(crate) leaving: BTreeSet<UserId>,
    /// Those, and members that should be removed but cannot be: their memberships are not planned
    /// separately.
    pub(crate) out: BTreeSet<UserId>,
    /// Members whose role this plan changes.
    pub(crate) changing: BTreeMap<UserId, RoleChange>,
}

/// Unlisted members, with the missing people that each could be.
pub(crate) type CouldBe = BTreeMap<UserId, BTreeSet<Email>>;

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
    Waiting { role: OrganizationRole, reason: Text },
    /// Not a member, and not invited.
    Blocked(Text),
    /// Must not be a member: their lines have no effect.
    Out,
}

impl Identities {
    /// Returns whether a line or blocked item accounts for the member, so that they are not unlisted.
    pub(crate) fn accounts_for(&self, user: &UserId) -> bool {
        let doubtful = self.in_doubt.contains(user);
        self.claimed.contains(user) && !doubtful || self.spoken_of.contains(user)
    }

    /// Returns whether a line means or may mean the member.
    pub(crate) fn claims_user(&self, user: &UserId) -> bool {
        self.claimed.contains(user) || self.in_doubt.contains(user)
    }

    /// Marks the members of one person as doubtful, except the one with exactly this address; all of them if
    /// several have it.
    pub(super) fn doubt(&mut self, email: &Email, like: &[&LiveUser]) {
        let (exact, other): (Vec<&LiveUser>, Vec<&LiveUser>) =
            like.iter().partition(|user| user.email == *email);
        self.in_doubt.extend(other.iter().map(|user| user.id.clone()));
        if exact.len() > 1 {
            self.doubt_spoken_of(&exact);
        }
    }

    pub(super) fn doubt_spoken_of(&mut self, users: &[&LiveUser]) {
        self.in_doubt.extend(users.iter().map(|user| user.id.clone()));
        self.spoken_of.extend(users.iter().map(|user| user.id.clone()));
    }
}
