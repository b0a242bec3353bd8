//! One change: one write request of the service, with what it means.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;

use crate::desired::{DataResidency, Line, WantedStatus};
use crate::facts::Facts;
use crate::plan::Phase;
use crate::{
    Action, Address, ApiKeyId, Cause, Class, Email, InviteId, SettableRole, UserId, WorkspaceId,
    WorkspaceLabel, WorkspaceRole,
};

/// A change's name within its plan: its action and address, and a number where that repeats.
///
/// It does not depend on the other changes, so two plans of one thing name it alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub(crate) String);

impl ChangeId {
    pub(crate) fn of(action: Action, address: &Address) -> Self {
        Self(format!("{action} {address}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One write request, in the order in which apply sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name in the plan.
    pub id: ChangeId,
    /// What is done.
    pub action: Action,
    /// To what.
    pub address: Address,
    /// What is known to be so now; `None` where the thing is not there.
    pub before: Option<Facts>,
    /// What is so afterwards; `None` where the thing is gone.
    pub after: Option<Facts>,
    /// What is sent.
    pub write: Write,
    /// Changes that must be done first.
    pub depends_on: Vec<ChangeId>,
    /// What kind of change it is.
    pub classes: BTreeSet<Class>,
    /// The day a line of the files came to its end, where that is why.
    pub expired: Option<Date>,
    /// The line that asks for it.
    pub line: Option<Line>,
    /// What it comes from; `None` without a base.
    pub cause: Option<Cause>,
    /// When it has its turn.
    pub(crate) phase: Phase,
}

/// Why the files ask for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A line says so.
    Line,
    /// A line has expired.
    Expired,
    /// No line mentions it, and `unlisted` says what happens then.
    Unlisted,
}

impl Change {
    /// Why the files ask for it.
    pub fn why(&self) -> Why {
        match (&self.line, self.expired) {
            (Some(Line::Unlisted(_)), _) => Why::Unlisted,
            (_, Some(_)) => Why::Expired,
            (_, None) => Why::Line,
        }
    }

    /// Returns the id of the live thing that the request is about; `None` for what the request creates.
    pub fn target(&self) -> Option<&str> {
        self.write.target()
    }

    /// Whether it is of this class.
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }
}

/// A write request, before it has a method and a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Makes a workspace.
    CreateWorkspace {
        /// How the files call it; other changes refer to it by this.
        label: WorkspaceLabel,
        /// Its settings.
        settings: WorkspaceSettings,
    },
    /// Changes settings of a workspace.
    UpdateWorkspace {
        /// Which one.
        workspace: WorkspaceId,
        /// Only what differs.
        patch: WorkspacePatch,
    },
    /// Archives a workspace for good.
    ArchiveWorkspace {
        /// Which one.
        workspace: WorkspaceId,
    },
    /// Sends an invite.
    Invite {
        /// To whom.
        email: Email,
        /// With which role.
        role: SettableRole,
    },
    /// Withdraws a pending invite.
    Revoke {
        /// Which one.
        invite: InviteId,
    },
    /// Changes a member's role.
    SetRole {
        /// Whose.
        user: UserId,
        /// To what.
        role: SettableRole,
    },
    /// Removes a member from the organization.
    RemoveMember {
        /// Whom.
        user: UserId,
    },
    /// Gives a member a seat in a workspace.
    AddWorkspaceMember {
        /// Where.
        workspace: WorkspaceRef,
        /// Whom.
        user: UserId,
        /// As what.
        role: WorkspaceRole,
    },
    /// Changes a member's role in a workspace.
    SetWorkspaceRole {
        /// Where.
        workspace: WorkspaceId,
        /// Whose.
        user: UserId,
        /// To what.
        role: WorkspaceRole,
    },
    /// Takes a member's seat in a workspace.
    RemoveWorkspaceMember {
        /// Where.
        workspace: WorkspaceId,
        /// Whose.
        user: UserId,
    },
    /// Switches an API key.
    SetKeyStatus {
        /// Which one.
        key: ApiKeyId,
        /// To what.
        status: WantedStatus,
    },
}

impl Write {
    /// Whether it gives a workspace that is live another name.
    pub(crate) fn renames(&self) -> bool {
        matches!(self, Self::UpdateWorkspace { patch, .. } if patch.name.is_some())
    }

    /// Returns the id of the live thing that is changed or removed; of a workspace membership, which has no id of
    /// its own, the id of the user. `None` for what the request creates.
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::CreateWorkspace { .. } | Self::Invite { .. } | Self::AddWorkspaceMember { .. } => None,
            Self::UpdateWorkspace { workspace, .. } | Self::ArchiveWorkspace { workspace } => {
                Some(workspace.as_str())
            }
            Self::Revoke { invite } => Some(invite.as_str()),
            Self::SetRole { user, .. }
            | Self::RemoveMember { user }
            | Self::SetWorkspaceRole { user, .. }
            | Self::RemoveWorkspaceMember { user, .. } => Some(user.as_str()),
            Self::SetKeyStatus { key, .. } => Some(key.as_str()),
        }
    }
}

/// A workspace that is there, or one that the same plan makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceRef {
    /// There.
    Live(WorkspaceId),
    /// Made by this plan; its id is known when the create was answered.
    Created(WorkspaceLabel),
}

/// Settings of a workspace to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Its name.
    pub name: String,
    /// `#RRGGBB`; the service picks one where `None`.
    pub display_color: Option<String>,
    /// Tags.
    pub tags: Option<BTreeMap<String, String>>,
    /// Data residency.
    pub data_residency: Option<DataResidency>,
}

/// Settings of a workspace that change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspacePatch {
    /// The new name.
    pub name: Option<String>,
    /// The new colour.
    pub display_color: Option<String>,
    /// Tags to set, and with `None` to delete: the service merges them key by key.
    pub tags: BTreeMap<String, Option<String>>,
    /// Where inference may happen, and where by default. Never `workspace_geo`.
    pub data_residency: Option<DataResidency>,
}
