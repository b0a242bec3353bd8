//! What a plan says besides its changes: statements about addresses, and what happens after an external event.

use std::collections::BTreeSet;

use crate::approval::Pair;
use crate::cause::Cause;
use crate::facts::Facts;
use crate::line::Line;
use crate::text::Text;
use crate::words;
use crate::{Action, Address, Class};

/// A statement about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The address that it is about.
    pub address: Address,
    /// The problem and, if action is required, who must do what.
    pub reason: Text,
    /// The line that it comes from.
    pub line: Option<Line>,
    /// What an approval must cover to allow it.
    pub approve: Vec<Pair>,
    /// Why every output lists it first; `None` if it does not.
    pub review: Option<ReviewKind>,
    /// The cause; `None` without a base, and for items that are not blocked.
    pub cause: Option<Cause>,
}

impl Item {
    /// Returns an item about an entry of the files.
    pub fn listed(address: Address, reason: impl Into<Text>) -> Self {
        Self { line: Line::of(&address), ..Self::new(address, reason) }
    }

    /// Returns an item without a line and without pairs to approve.
    pub fn new(address: Address, reason: impl Into<Text>) -> Self {
        Self { address, reason: reason.into(), line: None, approve: Vec::new(), review: None, cause: None }
    }
}

/// What happens once an external event has happened, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The address that it is about.
    pub address: Address,
    /// The action that follows. `create` for a member is the accepted invite itself.
    pub action: Action,
    /// The state after the event.
    pub after: Facts,
    /// The classes of the change.
    pub classes: BTreeSet<Class>,
    /// The event that must happen first.
    pub reason: Text,
    /// The line that it comes from.
    pub line: Option<Line>,
    /// The cause; `None` without a base.
    pub cause: Option<Cause>,
}

impl Waiting {
    /// Returns what a person gets once their invite is accepted.
    pub fn for_invite(address: Address, after: Facts, reason: Text, line: Option<Line>) -> Self {
        let classes = BTreeSet::from([Class::Grant]);
        Self { address, action: Action::Create, after, classes, reason, line, cause: None }
    }
}

words!(
    /// Why an entry is listed first, in the order in which outputs list them.
    ReviewKind {
        /// It cannot be undone.
        Irreversible = "irreversible",
        /// A member is removed from the organization.
        MemberRemoval = "member_removal",
        /// A commit asks for it, and it also undoes something that was changed outside git.
        UndoesDrift = "undoes_drift",
        /// Somebody gets more access.
        Raise = "raise",
        /// Somebody becomes `workspace_admin` of a live workspace, now or once their invite is accepted.
        WorkspaceAdmin = "workspace_admin",
        /// The address of an invited person, or the new name of a workspace, is easily confused with another
        /// one.
        LookAlike = "look_alike",
        /// A key stops working, and its workspace has no other active key.
        LastActiveKey = "last_active_key",
        /// It is wanted but cannot be done, and somebody may rely on it.
        Blocked = "blocked",
        /// A workspace loses its last explicit `workspace_admin`.
        NoWorkspaceAdmin = "no_workspace_admin",
        /// Somebody who is not in the files has an address outside `allowed_domains`.
        OutsideAllowedDomains = "outside_allowed_domains",
        /// A limit in the files is looser than the built-in value.
        LoosenedGuard = "loosened_guard",
        /// More identities, workspaces or scopes can obtain tokens.
        Widen = "widen",
        /// A spend limit is raised or taken away.
        Money = "money",
        /// A spend limit is set at or below what the month has cost already.
        Throttle = "throttle",
        /// Less is recorded or visible.
        Audit = "audit",
        /// Data begins to leave the organization.
        Egress = "egress",
    }
);
