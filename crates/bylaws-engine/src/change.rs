//! One change: one write request to the service, with its meaning.

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

/// The id of a change within its plan: its action and address, and a number if that repeats.
///
/// It does not depend on the other changes, so two plans of the same change use the same id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub(crate) String);

impl ChangeId {
    pub(crate) fn of(action: Action, address: &Address) -> Self {
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
    /// The phase in which it is sent.
    pub(crate) phase: Phase,
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

    /// Returns whether the change has this class.
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }
}

/// A write request, before it has a method and a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Creates a workspace.
    CreateWorkspace {
        /// The label in the files; other changes refer to it.
        label: WorkspaceLabel,
        /// The settings of the workspace.
        settings: WorkspaceSettings,
    },
    /// Changes settings of a workspace.
    UpdateWorkspace {
        /// The id of the workspace.
        workspace: WorkspaceId,
        /// The settings that differ.
        patch: WorkspacePatch,
    },
    /// Archives a workspace, permanently.
    ArchiveWorkspace {
        /// The id of the workspace.
        workspace: WorkspaceId,
    },
    /// Sends an invite.
    Invite {
        /// The address to invite.
        email: Email,
        /// The role that the invite gives.
        role: SettableRole,
    },
    /// Withdraws a pending invite.
    Revoke {
        /// The id of the invite.
        invite: InviteId,
    },
    /// Changes a member's role.
    SetRole {
        /// The id of the member.
        user: UserId,
        /// The new role in the organization.
        role: SettableRole,
    },
    /// Removes a member from the organization.
    RemoveMember {
        /// The id of the member.
        user: UserId,
    },
    /// Adds a member to a workspace.
    AddWorkspaceMember {
        /// The workspace, live or created by the plan.
        workspace: WorkspaceRef,
        /// The id of the member.
        user: UserId,
        /// The role in the workspace.
        role: WorkspaceRole,
    },
    /// Changes a member's role in a workspace.
    SetWorkspaceRole {
        /// The id of the workspace.
        workspace: WorkspaceId,
        /// The id of the member.
        user: UserId,
        /// The new role in the workspace.
        role: WorkspaceRole,
    },
    /// Removes a member from a workspace.
    RemoveWorkspaceMember {
        /// The id of the workspace.
        workspace: WorkspaceId,
        /// The id of the member.
        user: UserId,
    },
    /// Sets the status of an API key.
    SetKeyStatus {
        /// The id of the key.
        key: ApiKeyId,
        /// The new status of the key.
        status: WantedStatus,
    },
}

impl Write {
    /// Returns whether it renames a live workspace.
    pub(crate) fn renames(&self) -> bool {
        matches!(self, Self::UpdateWorkspace { patch, .. } if patch.name.is_some())
    }

    /// Returns the id of the live object that is changed or removed; for a workspace membership, which has
    /// no id of its own, the id of the user. `None` if the request creates the object.
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

/// A live workspace, or one that the same plan creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceRef {
    /// A workspace that exists, by id.
    Live(WorkspaceId),
    /// A workspace that this plan creates; its id is known once the create is answered.
    Created(WorkspaceLabel),
}

/// Settings of a workspace to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// The name of the workspace.
    pub name: String,
    /// `#RRGGBB`; the service picks a color if `None`.
    pub display_color: Option<String>,
    /// The tags; `None` for none.
    pub tags: Option<BTreeMap<String, String>>,
    /// The data residency; `None` for the service's default.
    pub data_residency: Option<DataResidency>,
}

/// Settings of a workspace that change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspacePatch {
    /// The new name; `None` if unchanged.
    pub name: Option<String>,
    /// The new color; `None` if unchanged.
    pub display_color: Option<String>,
    /// Tags to set, or to delete if `None`: the service merges them key by key.
    pub tags: BTreeMap<String, Option<String>>,
    /// Allowed and default inference geos. Never contains `workspace_geo`.
    pub data_residency: Option<DataResidency>,
}
