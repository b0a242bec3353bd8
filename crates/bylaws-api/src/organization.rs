//! The organization of the credential. It can only be read.

use serde::{Deserialize, Serialize};

use crate::{OrganizationId, Request};

/// The organization that a credential manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "organization")]
pub struct Organization {
    /// The id, a bare UUID.
    pub id: OrganizationId,
    /// The name, as set in the Console.
    pub name: String,
}

/// Returns `GET /v1/organizations/me`.
pub fn get() -> Request<Organization> {
    Request::get(&["me"])
}
