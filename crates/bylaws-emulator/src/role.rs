//! Roles in the organization and in workspaces: which exist and which can be given. Kept as text, because a
//! seed may contain unknown roles.

use crate::envelope::Refusal;
use crate::object::Object;
use crate::organization::OrganizationKind;

/// The roles that responses can contain and filters accept.
const CONSOLE: [&str; 7] =
    ["user", "developer", "billing", "admin", "claude_code_user", "owner", "primary_owner"];
const ENTERPRISE: [&str; 5] = ["user", "managed", "owner", "membership_admin", "primary_owner"];

/// Returns the roles that the API can give (`docs/service-behaviour.md#members`).
pub(crate) fn settable(kind: OrganizationKind) -> &'static [&'static str] {
    match kind {
        OrganizationKind::Console => &["user", "developer", "billing", "claude_code_user"],
        OrganizationKind::Enterprise => &["user", "managed"],
    }
}

/// Returns the roles that a list can be filtered by; those of the other product are refused.
pub(crate) fn listable(kind: OrganizationKind) -> &'static [&'static str] {
    match kind {
        OrganizationKind::Console => &CONSOLE,
        OrganizationKind::Enterprise => &ENTERPRISE,
    }
}

/// Returns whether a role is console-only: the API neither removes nor lowers such members.
pub(crate) fn is_console_only(role: &str) -> bool {
    matches!(role, "admin" | "owner" | "primary_owner" | "membership_admin")
}

/// Returns the workspace role that an organization role implies in every workspace
/// (`docs/service-behaviour.md#workspace-members`).
pub(crate) fn implicit(role: &str) -> Option<&'static str> {
    match role {
        "billing" => Some("workspace_billing"),
        "admin" | "owner" | "primary_owner" => Some("workspace_admin"),
        _ => None,
    }
}

/// Workspace roles that the API can give.
pub(crate) const SETTABLE_IN_WORKSPACE: [&str; 4] =
    ["workspace_user", "workspace_developer", "workspace_restricted_developer", "workspace_admin"];

/// Takes a role out of a body; it must be one of `settable`.
pub(crate) fn read(body: &mut Object, field: &str, settable: &[&str]) -> Result<String, Refusal> {
    let role = body.text(field)?;
    if settable.contains(&role.as_str()) {
        return Ok(role);
    }
    Err(Refusal::invalid(format!("{field}: must be one of {}.", settable.join(", "))))
}
