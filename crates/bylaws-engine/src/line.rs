//! Lines of the files: which entry asks for something. Output uses them to find the position.

use crate::words;
use crate::{Address, Email, ObjectKind, ObjectName, TeamName, WorkspaceLabel};

/// A line of the files that asks for something; output uses it to find the position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// A line under `organization:`.
    Organization,
    /// An entry under `members:`.
    Member(Email),
    /// An entry under `teams:`.
    Team(TeamName),
    /// An entry under `workspaces:`.
    Workspace(WorkspaceLabel),
    /// A line under a workspace's `members:`.
    WorkspaceMember(WorkspaceLabel, Email),
    /// A line under a workspace's `teams:`.
    WorkspaceTeam(WorkspaceLabel, TeamName),
    /// An entry of another kind of object under a workspace, such as `api_keys:`.
    WorkspaceObject(WorkspaceLabel, ObjectKind, ObjectName),
    /// The same at the top level.
    OrganizationObject(ObjectKind, ObjectName),
    /// A line under `unlisted:`, by its key.
    Unlisted(&'static str),
    /// A line under `guards:`.
    Guard(GuardKind),
    /// An entry under `guards.approve:`, counted from 0 in the order of the file.
    Approval(usize),
    /// A line under `audit.spending.monthly:`.
    SpendingLimit(WorkspaceLabel),
    /// An entry under `audit.accept:`, counted from 0 in the order of the file.
    Acceptance(usize),
}

impl Line {
    /// Returns the line of the entry that asks for this object; `None` if no entry asks for it alone.
    pub fn of(address: &Address) -> Option<Self> {
        Some(match address.clone() {
            Address::Organization => Self::Organization,
            Address::Member(email) | Address::Invite(email) => Self::Member(email),
            Address::Workspace(label) => Self::Workspace(label),
            Address::WorkspaceMember(label, email) => Self::WorkspaceMember(label, email),
            Address::WorkspaceObject(label, kind, name) => Self::WorkspaceObject(label, kind, name),
            Address::OrganizationObject(kind, name) => Self::OrganizationObject(kind, name),
            Address::UnknownWorkspaceMember(..) | Address::Section(_) => return None,
        })
    }

    /// Returns the line of an object in a workspace, or of the organization.
    pub fn of_object(workspace: Option<&WorkspaceLabel>, kind: ObjectKind, name: ObjectName) -> Self {
        match workspace {
            Some(label) => Self::WorkspaceObject(label.clone(), kind, name),
            None => Self::OrganizationObject(kind, name),
        }
    }
}

words!(
    /// A guard: a rule that refuses a whole plan.
    GuardKind {
        /// Limits how many people may lose access in one plan.
        AccessLoss = "access_loss",
        /// Limits how many API keys may be switched off in one plan.
        KeysOff = "keys_off",
        /// Limits how many invites may be sent in one plan.
        Invites = "invites",
        /// Limits how many people may become admin of live workspaces in one plan.
        WorkspaceAdmins = "workspace_admins",
        /// Lists people who must hold a console-only role.
        RequiredAdmins = "required_admins",
        /// Domains allowed for listed people.
        AllowedDomains = "allowed_domains",
        /// Addresses that must not be removed, archived, lowered or switched off.
        Protect = "protect",
        /// Refuses files in which no `members` line is in force.
        Members = "members",
    }
);
