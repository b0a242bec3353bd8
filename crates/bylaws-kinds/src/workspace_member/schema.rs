//! `members:` and `teams:` under a workspace: the workspace members and their roles.
//! Organization roles are in `member`.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

use schemars::JsonSchema;

/// The role of a person in this workspace.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Role in the workspace")]
pub(crate) enum MembershipRole {
    /// Can use the Workbench.
    WorkspaceUser,
    /// Can create API keys and use the API, with limits; "Workspace Limited Developer" in the Console.
    WorkspaceRestrictedDeveloper,
    /// Can create API keys and use the API.
    WorkspaceDeveloper,
    /// Can manage the workspace and its members.
    WorkspaceAdmin,
    /// Follows from the organization role `billing`; cannot be assigned.
    WorkspaceBilling,
    /// Not a member of this workspace, even if one of their teams is.
    None,
}

/// The role of everyone in a team. With two teams the stronger role applies; an entry under `members` overrides both.
#[derive(JsonSchema)]
#[schemars(title = "Role of a team")]
pub(crate) enum TeamRole {
    /// Can use the Workbench.
    #[schemars(rename = "workspace_user")]
    User,
    /// Can create API keys and use the API, with limits; "Workspace Limited Developer" in the Console.
    #[schemars(rename = "workspace_restricted_developer")]
    RestrictedDeveloper,
    /// Can create API keys and use the API.
    #[schemars(rename = "workspace_developer")]
    Developer,
    /// Can manage the workspace and its members.
    #[schemars(rename = "workspace_admin")]
    Admin,
    /// Follows from the organization role `billing`; cannot be assigned.
    #[schemars(rename = "workspace_billing")]
    Billing,
}
