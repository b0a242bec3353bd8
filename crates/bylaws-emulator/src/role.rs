//! Roles of people in the organization and in workspaces: which exist, which can be given.
//! Held as text everywhere, because a seed may hold roles that nobody knows yet.

use crate::organization::OrganizationKind;

/// Every role a response can carry today, and what filters take.
const CONSOLE: [&str; 7] =
    ["user", "developer", "billing", "admin", "claude_code_user", "owner", "primary_owner"];
const ENTERPRISE: [&str; 5] = ["user", "managed", "owner", "membership_admin", "primary_owner"];

/// Roles that may be given by API (`docs/service-behaviour.md#members`).
pub(crate) fn settable(kind: OrganizationKind) -> &'static [&'static str] {
    match kind {
        OrganizationKind::Console => &["user", "developer", "billing", "claude_code_user"],
        OrganizationKind::Enterprise => &["user", "managed"],
    }
}

/// Roles that a list can be filtered by; those of the other product are refused.
pub(crate) fn listable(kind: OrganizationKind) -> &'static [&'static str] {
    match kind {
        OrganizationKind::Console => &CONSOLE,
        OrganizationKind::Enterprise => &ENTERPRISE,
    }
}

/// Held, never given: nobody with such a role is removed or lowered by API.
pub(crate) fn held_only(role: &str) -> bool {
    matches!(role, "admin" | "owner" | "primary_owner" | "membership_admin")
}

/// The workspace role that comes with an organization role, in every workspace (section 6).
pub(crate) fn implicit(role: &str) -> Option<&'static str> {
    match role {
        "billing" => Some("workspace_billing"),
        "admin" | "owner" | "primary_owner" => Some("workspace_admin"),
        _ => None,
    }
}

/// Workspace roles that may be given by API.
pub(crate) const SETTABLE_IN_WORKSPACE: [&str; 4] =
    ["workspace_user", "workspace_developer", "workspace_restricted_developer", "workspace_admin"];
