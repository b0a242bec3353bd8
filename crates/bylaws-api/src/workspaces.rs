//! Workspaces: creating, changing and archiving them. Their members are in `workspace_members`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tolerant;
use crate::{DataResidency, DataResidencyWrite, Page, Replay, Request, Timestamp, WorkspaceId};

/// A workspace, the default one included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace")]
pub struct Workspace {
    /// The id, `wrkspc_…`.
    pub id: WorkspaceId,
    /// The name; not unique.
    pub name: String,
    /// The time it was created.
    pub created_at: Timestamp,
    /// The time it was archived, which is permanent.
    pub archived_at: Option<Timestamp>,
    /// The color, as `#RRGGBB`.
    pub display_color: String,
    /// The data residency; missing in older shapes of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidency>,
    /// The tags, including those that begin with `anthropic`.
    #[serde(default, deserialize_with = "tolerant::null_is_default")]
    pub tags: BTreeMap<String, String>,
    /// The customer-managed encryption key; write-once.
    pub external_key_id: Option<String>,
    /// The encryption compartment; read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compartment_id: Option<String>,
    /// The user profile; write-once.
    pub user_profile_id: Option<String>,
    /// The privacy settings as received, sent only to requests with the beta `efs-2026-10-01`. Read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_data_privacy: Option<Value>,
}

/// Which workspaces to list; by default neither archived ones nor the default one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkspacesQuery {
    /// Whether to include archived workspaces.
    pub include_archived: bool,
    /// Whether to include the default workspace.
    pub include_default: bool,
}

/// A workspace to create; a field that is `None` or empty is not sent and the service chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkspaceCreate {
    /// The name, 1 to 255 characters.
    pub name: String,
    /// The color, as `#RRGGBB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_color: Option<String>,
    /// The data residency; the only chance to set `workspace_geo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidencyWrite>,
    /// The tags; keys must not begin with `anthropic`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The customer-managed encryption key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_key_id: Option<String>,
}

/// A change of a workspace; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkspaceUpdate {
    /// The new name; the id stays the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new color, as `#RRGGBB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_color: Option<String>,
    /// The data residency without `workspace_geo`, which cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidencyWrite>,
    /// Tags, merged into the stored ones: other keys stay, `None` deletes a key (sent as `null`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, Option<String>>>,
    /// The customer-managed encryption key; write-once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_key_id: Option<String>,
}

/// Returns `GET /v1/organizations/workspaces`, in no particular order.
pub fn list(query: &WorkspacesQuery) -> Request<Page<Workspace>> {
    Request::list(&["workspaces"])
        .with_optional("include_archived", query.include_archived.then_some(&true))
        .with_optional("include_default", query.include_default.then_some(&true))
}

/// Returns `GET /v1/organizations/workspaces/{workspace_id}`; includes archived ones and the default one.
pub fn get(id: &WorkspaceId) -> Request<Workspace> {
    Request::get(&["workspaces", id.as_str()])
}

/// Returns the request that creates a workspace. Not safe to repeat: names are not unique, so a repeat would
/// create a second one.
pub fn create(workspace: &WorkspaceCreate) -> Request<Workspace> {
    Request::post(&["workspaces"], Replay::NotSafe).with_body(workspace).answered_with("workspace")
}

/// Returns the request that changes the given fields.
pub fn update(id: &WorkspaceId, change: &WorkspaceUpdate) -> Request<Workspace> {
    Request::post(&["workspaces", id.as_str()], Replay::Safe).with_body(change).answered_with("workspace")
}

/// Returns the request that archives a workspace and every key in it, permanently.
pub fn archive(id: &WorkspaceId) -> Request<Workspace> {
    Request::post(&["workspaces", id.as_str(), "archive"], Replay::Safe).answered_with("workspace")
}
