//! Workspace memberships of service accounts. Every account is a `workspace_user` of the default workspace, whether the
//! service lists that or not.

mod activities;
mod adopt;
pub(crate) mod check;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bylaws_engine::{Facts, LiveWorkspaceRole, ObjectName, WorkspaceRole, words};

/// The entries under `service_accounts:` of a workspace; `None` is `none`: not a member.
pub(crate) type Memberships = BTreeMap<ObjectName, Option<AccountRole>>;

words!(
    /// A role of a service account in one workspace.
    AccountRole {
        /// `workspace_user`
        User = "workspace_user",
        /// `workspace_restricted_developer`, "Limited Developer" in the Console.
        RestrictedDeveloper = "workspace_restricted_developer",
        /// `workspace_developer`
        Developer = "workspace_developer",
        /// `workspace_admin`
        Admin = "workspace_admin",
    }
);

/// The word in files for no membership.
const NONE: &str = "none";

impl AccountRole {
    /// Returns the role as people have it.
    pub(crate) fn role(self) -> WorkspaceRole {
        match self {
            Self::User => WorkspaceRole::User,
            Self::RestrictedDeveloper => WorkspaceRole::RestrictedDeveloper,
            Self::Developer => WorkspaceRole::Developer,
            Self::Admin => WorkspaceRole::Admin,
        }
    }

    /// Returns what files can say about a live role; `None` if they cannot.
    pub(crate) fn of(role: &LiveWorkspaceRole) -> Option<Self> {
        Self::parse(role.as_str())
    }
}

/// Returns a role as plans compare it.
fn facts(role: &str) -> Facts {
    Facts::one("workspace_role", role)
}
