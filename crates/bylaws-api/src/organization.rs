//! The organization the credential belongs to. It has no other operation: it cannot be renamed here.

use serde::{Deserialize, Serialize};

use crate::{OrganizationId, Request};

/// The organization a credential manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "organization")]
pub struct Organization {
    /// A bare UUID.
    pub id: OrganizationId,
    /// Its name, as set in the Console.
    pub name: String,
}

/// `GET /v1/organizations/me`.
pub fn get() -> Request<Organization> {
    Request::get(&["v1", "organizations", "me"])
}
