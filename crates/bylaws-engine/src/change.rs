//! One change: one write request to the service, with its meaning.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use crate::facts::Facts;
use crate::line::Line;
use crate::phase::Phase;
use crate::text::quoted;
use crate::write::{WorkspaceRef, Write};
use crate::{Action, Address, Cause, Class, UserId, WorkspaceId};

quoted!(ChangeId);

/// The id of a change within its plan: its action and address, and a number if that repeats.
///
/// It does not depend on the other changes, so two plans of the same change use the same id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub(crate) String);

impl ChangeId {
    /// Returns the id of the first change with this action and address.
    pub fn of(action: Action, address: &Address) -> Self {
        Self(format!("{action} {address}"))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One write request of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The id within the plan.
    pub id: ChangeId,
    /// What the change does.
    pub action: Action,
    /// The address of the object that is changed.
    pub address: Address,
    /// The known state before; `None` if the object does not exist.
    pub before: Option<Facts>,
    /// The state afterwards; `None` if the object is gone.
    pub after: Option<Facts>,
    /// The write request to send.
    pub write: Write,
    /// Changes that must be done first.
    pub depends_on: Vec<ChangeId>,
    /// The classes of the change.
    pub classes: BTreeSet<Class>,
    /// The last day of the line whose expiry is the reason, if any.
    pub expired: Option<Date>,
    /// The line of the files that asks for it.
    pub line: Option<Line>,
    /// The cause; `None` without a base.
    pub cause: Option<Cause>,
    /// Whether a commit asks for it, and it also undoes something that was changed outside git.
    pub undoes_drift: bool,
    /// The phase in which it is sent.
    pub phase: Phase,
}

/// Why the files ask for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A line asks for it.
    Line,
    /// A line has expired.
    Expired,
    /// No line mentions it, and the policy under `unlisted` applies.
    Unlisted,
}

impl Change {
    /// Returns a change with this request that the entry of its object asks for. It depends on the changes that
    /// create its workspace and the objects to which its fields refer.
    pub fn new(phase: Phase, address: Address, write: Write) -> Self {
        let created_by = match &write.within {
            Some(WorkspaceRef::Created(label)) => {
                Some(ChangeId::of(Action::Create, &Address::Workspace(label.clone())))
            }
            Some(WorkspaceRef::Live(_)) | None => None,
        };
        let referred = write.refers_to_new().map(|object| ChangeId::of(Action::Create, &object.address));
        let depends_on = created_by.into_iter().chain(referred).collect();
        Self {
            id: ChangeId::of(write.action, &address),
            action: write.action,
            line: Line::of(&address),
            address,
            before: None,
            after: None,
            write,
            depends_on,
            classes: BTreeSet::new(),
            expired: None,
            cause: None,
            undoes_drift: false,
            phase,
        }
    }

    /// Returns why the files ask for it.
    pub fn why(&self) -> Why {
        match (&self.line, self.expired) {
            (Some(Line::Unlisted(_)), _) => Why::Unlisted,
            (_, Some(_)) => Why::Expired,
            (_, None) => Why::Line,
        }
    }

    /// Returns the id of the live object that the request is about; `None` if the request creates it.
    pub fn target(&self) -> Option<&str> {
        self.write.target()
    }

    /// Returns whether it removes a person from the organization.
    pub fn removes_person(&self) -> bool {
        self.action == Action::Remove && matches!(self.address, Address::Member(_))
    }

    /// Returns whether it renames a live object.
    pub fn renames(&self) -> bool {
        self.action == Action::Update && self.after.as_ref().is_some_and(|after| after.text("name").is_some())
    }

    /// Returns whether somebody is an explicit `workspace_admin` afterwards.
    pub fn makes_admin(&self) -> bool {
        self.after.as_ref() == Some(&Facts::workspace_admin())
    }

    /// Returns the live workspace and the user of a membership that it creates.
    pub fn joined(&self) -> Option<(WorkspaceId, UserId)> {
        let is_new = self.action == Action::Create && matches!(self.address, Address::WorkspaceMember(..));
        let workspace = self.write.live_workspace().filter(|_| is_new)?;
        Some((workspace.clone(), UserId::new(self.write.natural.as_str())))
    }

    /// Returns the workspace and the user of a membership that it removes.
    pub fn left(&self) -> Option<(&WorkspaceId, &str)> {
        let is_gone = self.action == Action::Remove && matches!(self.address, Address::WorkspaceMember(..));
        self.write.live_workspace().filter(|_| is_gone).zip(self.target())
    }

    /// Returns whether the change has this class.
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }
}
