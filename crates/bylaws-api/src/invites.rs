//! Invites: asking somebody in by e-mail, and withdrawing that. An invite is never updated.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::page::{Listed, MOST_ITEMS};
use crate::tolerant;
use crate::{InviteId, OrganizationRole, Page, Replay, Request, Timestamp};

open_enum! {
    /// What became of an invite.
    pub enum InviteStatus {
        /// The person is a member, under an unrelated user id.
        Accepted = "accepted",
        /// Withdrawn. Lists leave these out.
        Deleted = "deleted",
        /// Not accepted in time.
        Expired = "expired",
        /// Waiting for the person.
        Pending = "pending",
    }
}

/// An invite. Deleted ones are not in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "invite")]
pub struct Invite {
    /// `invite_…`
    pub id: InviteId,
    /// Who was invited.
    pub email: String,
    /// The role they would get.
    pub role: OrganizationRole,
    /// What became of it.
    pub status: InviteStatus,
    /// When it was made.
    pub invited_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
    /// When it was accepted.
    #[serde(default)]
    pub accepted_at: Option<Timestamp>,
    /// Groups the person would join; empty in Console organizations.
    #[serde(default, deserialize_with = "tolerant::null_is_default")]
    pub rbac_group_ids: Vec<String>,
}

impl Listed for Invite {
    const KIND: &'static str = "invites";

    fn list_id(&self) -> &str {
        self.id.as_str()
    }
}

/// The answer to a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "invite_deleted")]
pub struct InviteDeleted {
    /// Which invite.
    pub id: InviteId,
}

/// Which invites to list; the default is all that the service lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitesQuery {
    /// One person by address.
    pub email: Option<String>,
    /// Any of these roles; empty means every role.
    pub roles: Vec<OrganizationRole>,
    /// Any of these; empty means pending, accepted and expired.
    pub statuses: Vec<InviteStatus>,
}

/// `GET /v1/organizations/invites`, newest first.
pub fn list(query: &InvitesQuery) -> Request<Page<Invite>> {
    Request::get(&["v1", "organizations", "invites"])
        .with_query("limit", &MOST_ITEMS)
        .with_optional("email", query.email.as_ref())
        .with_each("roles[]", &query.roles)
        .with_each("statuses[]", &query.statuses)
}

/// `GET /v1/organizations/invites/{invite_id}`.
pub fn get(id: &InviteId) -> Request<Invite> {
    Request::get(&["v1", "organizations", "invites", id.as_str()])
}

/// Invites somebody; the service sends them a real e-mail. Not safe to repeat.
pub fn create(email: &str, role: &OrganizationRole) -> Request<Invite> {
    Request::post(&["v1", "organizations", "invites"], Replay::NotSafe)
        .with_body(&json!({ "email": email, "role": role }))
        .answered_with("invite")
}

/// Withdraws a pending invite.
pub fn delete(id: &InviteId) -> Request<InviteDeleted> {
    Request::delete(&["v1", "organizations", "invites", id.as_str()]).answered_with("invite_deleted")
}
