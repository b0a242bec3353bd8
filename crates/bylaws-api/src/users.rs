//! Members of the organization: reading them, changing their role, removing them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::{Page, Replay, Request, Timestamp, UserId};

open_enum! {
    /// A role in the organization. The settable ones depend on the kind of organization; `admin`,
    /// `membership_admin` and the owner roles never are (`docs/service-behaviour.md#members`).
    pub enum OrganizationRole {
        /// All rights. Not settable.
        Admin = "admin",
        /// Billing, in Console organizations.
        Billing = "billing",
        /// Claude Code only, in Console organizations.
        ClaudeCodeUser = "claude_code_user",
        /// Workbench and API keys, in Console organizations.
        Developer = "developer",
        /// Managed by groups, in Enterprise organizations.
        Managed = "managed",
        /// Manages members, in Enterprise organizations. Not settable.
        MembershipAdmin = "membership_admin",
        /// Counts as an admin wherever admins are meant. Not settable.
        Owner = "owner",
        /// The first owner. Not settable.
        PrimaryOwner = "primary_owner",
        /// The basic role in the organization.
        User = "user",
    }
}

/// A member of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user")]
pub struct User {
    /// The id, `user_…`.
    pub id: UserId,
    /// The address as stored; the service compares addresses without case and `+tag`.
    pub email: String,
    /// The name that the person chose.
    #[serde(default)]
    pub name: String,
    /// The role in the organization.
    pub role: OrganizationRole,
    /// The time they became a member.
    pub added_at: Timestamp,
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user_deleted")]
pub struct UserDeleted {
    /// The id of the removed member.
    pub id: UserId,
}

/// Which members to list; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsersQuery {
    /// Only this person, by address.
    pub email: Option<String>,
}

/// Returns `GET /v1/organizations/users`, newest first.
pub fn list(query: &UsersQuery) -> Request<Page<User>> {
    Request::list(&["users"]).with_optional("email", query.email.as_ref())
}

/// Returns `GET /v1/organizations/users/{user_id}`.
pub fn get(id: &UserId) -> Request<User> {
    Request::get(&["users", id.as_str()])
}

/// Returns the request that changes a member's role in the organization.
pub fn set_role(id: &UserId, role: &OrganizationRole) -> Request<User> {
    Request::post(&["users", id.as_str()], Replay::Safe)
        .with_body(&json!({ "role": role }))
        .answered_with("user")
}

/// Returns the request that removes a member from the organization. Their personal keys are archived
/// permanently.
pub fn remove(id: &UserId) -> Request<UserDeleted> {
    Request::delete(&["users", id.as_str()]).answered_with("user_deleted")
}
