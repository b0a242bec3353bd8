//! `members:` and `teams:` under a workspace: the workspace members and their roles.
//! Organization roles are in `member`.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

use schemars::JsonSchema;

use crate::files::schema::text::Day;

/// A workspace role, or a workspace role with an end date.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Workspace member", extend("defaultSnippets" = [{
    "label": "role until a date",
    "description": "The long form: a role with a last day.",
    "body": {"role": "${1:workspace_user}", "until": "${2:2027-01-31}"}
}]))]
pub(crate) enum MembershipEntry {
    Short(MembershipRole),
    Long(Membership),
}

/// A workspace member in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Workspace member, long form")]
pub(crate) struct Membership {
    /// The role of the person in this workspace.
    #[schemars(extend("examples" = ["workspace_user"]))]
    role: MembershipRole,
    /// Last day of the workspace membership, in UTC. Afterwards it is removed.
    #[schemars(extend("examples" = ["2027-01-15"]))]
    until: Option<Day>,
}

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
