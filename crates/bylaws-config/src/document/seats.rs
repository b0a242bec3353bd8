//! `members:` and `teams:` under a workspace: who may enter, with which role.
//! Roles in the organization are in `members.rs`.

use schemars::JsonSchema;

use super::text::Day;

/// A role in this workspace, or a role with an end.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Workspace member", extend("defaultSnippets" = [{
    "label": "role until a day",
    "description": "The long form: a role with a last day.",
    "body": {"role": "${1:workspace_user}", "until": "${2:2027-01-31}"}
}]))]
pub(super) enum SeatEntry {
    Short(SeatRole),
    Long(Seat),
}

/// A workspace member in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Workspace member, long form")]
pub(super) struct Seat {
    /// What the person should be in this workspace.
    #[schemars(extend("examples" = ["workspace_user"]))]
    role: SeatRole,
    /// Last day, in UTC, on which the line is in force. Then the seat is taken away.
    #[schemars(extend("examples" = ["2027-01-15"]))]
    until: Option<Day>,
}

/// A person's role in this workspace.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Role in the workspace")]
pub(super) enum SeatRole {
    /// May use the Workbench.
    WorkspaceUser,
    /// May make keys and use the API, with limits; "Workspace Limited Developer" in the Console.
    WorkspaceRestrictedDeveloper,
    /// May make keys and use the API.
    WorkspaceDeveloper,
    /// May manage the workspace and its members.
    WorkspaceAdmin,
    /// Follows from the organization role `billing`, and cannot be given.
    WorkspaceBilling,
    /// No seat here, though a team of theirs has one.
    None,
}

/// The role of everybody in a team. Of two teams the stronger role holds; a line under `members` wins.
#[derive(JsonSchema)]
#[schemars(title = "Role of a team")]
pub(super) enum TeamRole {
    /// May use the Workbench.
    #[schemars(rename = "workspace_user")]
    User,
    /// May make keys and use the API, with limits; "Workspace Limited Developer" in the Console.
    #[schemars(rename = "workspace_restricted_developer")]
    RestrictedDeveloper,
    /// May make keys and use the API.
    #[schemars(rename = "workspace_developer")]
    Developer,
    /// May manage the workspace and its members.
    #[schemars(rename = "workspace_admin")]
    Admin,
    /// Follows from the organization role `billing`, and cannot be given.
    #[schemars(rename = "workspace_billing")]
    Billing,
}
