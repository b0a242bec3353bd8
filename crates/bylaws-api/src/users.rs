//! Members of the organization: who they are, their role, and taking them out.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::page::{Listed, MOST_ITEMS};
use crate::{Page, Replay, Request, Timestamp, UserId};

open_enum! {
    /// A role in the organization. Which ones can be set depends on the kind of organization; `admin`,
    /// `membership_admin` and the owners never can (`docs/service-behaviour.md#members`).
    pub enum OrganizationRole {
        /// Everything. Never settable here.
        Admin = "admin",
        /// Billing, in Console organizations.
        Billing = "billing",
        /// Claude Code only, in Console organizations.
        ClaudeCodeUser = "claude_code_user",
        /// Workbench and API keys, in Console organizations.
        Developer = "developer",
        /// Managed by groups, in Enterprise organizations.
        Managed = "managed",
        /// Manages members, in Enterprise organizations. Never settable here.
        MembershipAdmin = "membership_admin",
        /// Counts as an admin wherever admins are meant. Never settable here.
        Owner = "owner",
        /// The first of the owners. Never settable here.
        PrimaryOwner = "primary_owner",
        /// The plainest role.
        User = "user",
    }
}

/// A member of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user")]
pub struct User {
    /// `user_…`
    pub id: UserId,
    /// The address as stored; the service compares addresses without case and `+tag`.
    pub email: String,
    /// The name the person chose.
    #[serde(default)]
    pub name: String,
    /// The role in the organization.
    pub role: OrganizationRole,
    /// Since when.
    pub added_at: Timestamp,
}

impl Listed for User {
    const KIND: &'static str = "users";

    fn list_id(&self) -> &str {
        self.id.as_str()
    }
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user_deleted")]
pub struct UserDeleted {
    /// Who was removed.
    pub id: UserId,
}

/// Which users to list; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsersQuery {
    /// One person by address.
    pub email: Option<String>,
    /// Any of these roles; empty means every role.
    pub roles: Vec<OrganizationRole>,
}

/// `GET /v1/organizations/users`, newest first.
pub fn list(query: &UsersQuery) -> Request<Page<User>> {
    Request::get(&["v1", "organizations", "users"])
        .with_query("limit", &MOST_ITEMS)
        .with_optional("email", query.email.as_ref())
        .with_each("roles[]", &query.roles)
}

/// `GET /v1/organizations/users/{user_id}`.
pub fn get(id: &UserId) -> Request<User> {
    Request::get(&["v1", "organizations", "users", id.as_str()])
}

/// Changes a member's role in the organization.
pub fn set_role(id: &UserId, role: &OrganizationRole) -> Request<User> {
    Request::post(&["v1", "organizations", "users", id.as_str()], Replay::Safe)
        .with_body(&json!({ "role": role }))
        .answered_with("user")
}

/// Takes a member out of the organization. Their personal keys are archived for good.
pub fn remove(id: &UserId) -> Request<UserDeleted> {
    Request::delete(&["v1", "organizations", "users", id.as_str()]).answered_with("user_deleted")
}
