//! Invites: sending and withdrawing them. An invite is never updated.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::tolerant;
use crate::{InviteId, OrganizationRole, Page, Replay, Request, Timestamp};

open_enum! {
    /// The status of an invite.
    pub enum InviteStatus {
        /// The person is a member, under an unrelated user id.
        Accepted = "accepted",
        /// Withdrawn. Lists omit these.
        Deleted = "deleted",
        /// Not accepted in time.
        Expired = "expired",
        /// Waiting for the person.
        Pending = "pending",
    }
}

/// An invite. Lists omit deleted ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "invite")]
pub struct Invite {
    /// The id, `invite_…`.
    pub id: InviteId,
    /// The invited e-mail address.
    pub email: String,
    /// The role that it gives.
    pub role: OrganizationRole,
    /// The status of the invite.
    pub status: InviteStatus,
    /// The time it was sent.
    pub invited_at: Timestamp,
    /// The time it expires.
    pub expires_at: Timestamp,
    /// The time it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// Groups that the person would join; empty in Console organizations.
    #[serde(default, deserialize_with = "tolerant::null_is_default")]
    pub rbac_group_ids: Vec<String>,
}

/// The answer to a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "invite_deleted")]
pub struct InviteDeleted {
    /// The id of the invite.
    pub id: InviteId,
}

/// Returns `GET /v1/organizations/invites`, newest first.
pub fn list() -> Request<Page<Invite>> {
    Request::list(&["invites"])
}

/// Returns `GET /v1/organizations/invites/{invite_id}`.
pub fn get(id: &InviteId) -> Request<Invite> {
    Request::get(&["invites", id.as_str()])
}

/// Returns the request that invites a person; the service sends a real e-mail. Not safe to repeat.
pub fn create(email: &str, role: &OrganizationRole) -> Request<Invite> {
    Request::post(&["invites"], Replay::NotSafe)
        .with_body(&json!({ "email": email, "role": role }))
        .answered_with("invite")
}

/// Returns the request that withdraws a pending invite.
pub fn delete(id: &InviteId) -> Request<InviteDeleted> {
    Request::delete(&["invites", id.as_str()]).answered_with("invite_deleted")
}
