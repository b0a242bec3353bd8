//! Workspaces: making, changing and archiving them. Who may enter is in `workspace_members`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::page::{Listed, MOST_ITEMS};
use crate::tolerant;
use crate::{
    DataResidency, DataResidencyWrite, InferenceDataPrivacy, Page, Replay, Request, Timestamp, WorkspaceId,
};

/// A workspace, the default one included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace")]
pub struct Workspace {
    /// `wrkspc_…`
    pub id: WorkspaceId,
    /// Not unique: two workspaces may bear one name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was archived, for good.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// `#RRGGBB`.
    pub display_color: String,
    /// Older shapes of the object lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidency>,
    /// Free labels.
    #[serde(default, deserialize_with = "tolerant::null_is_default")]
    pub tags: BTreeMap<String, String>,
    /// The customer's own encryption key; write-once.
    #[serde(default)]
    pub external_key_id: Option<String>,
    /// Encryption compartment; read-only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment_id: Option<String>,
    /// Write-once.
    #[serde(default)]
    pub user_profile_id: Option<String>,
    /// Sent only to requests with the beta `efs-2026-10-01`. Read only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference_data_privacy: Option<InferenceDataPrivacy>,
}

impl Listed for Workspace {
    const KIND: &'static str = "workspaces";

    fn list_id(&self) -> &str {
        self.id.as_str()
    }
}

/// Which workspaces to list; the default leaves out archived ones and the default workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspacesQuery {
    /// Archived ones too.
    pub include_archived: bool,
    /// The default workspace too.
    pub include_default: bool,
    /// Only these, at most 100; the two switches still apply.
    pub ids: Vec<WorkspaceId>,
}

/// A workspace to make; what is `None` or empty is not sent and the service chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkspaceCreate {
    /// 1 to 255 characters.
    pub name: String,
    /// `#RRGGBB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_color: Option<String>,
    /// The only chance to set `workspace_geo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidencyWrite>,
    /// Free labels; keys must not begin with `anthropic`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The customer's own encryption key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_key_id: Option<String>,
}

/// A change of a workspace; what is `None` is not sent and stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkspaceUpdate {
    /// Renames in place; the id stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `#RRGGBB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_color: Option<String>,
    /// Leave `workspace_geo` out: it cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidencyWrite>,
    /// Merged into the stored tags: keys not named stay, `None` deletes a key (sent as `null`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, Option<String>>>,
    /// Write-once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_key_id: Option<String>,
}

/// `GET /v1/organizations/workspaces`, in no order to rely on.
pub fn list(query: &WorkspacesQuery) -> Request<Page<Workspace>> {
    Request::get(&["v1", "organizations", "workspaces"])
        .with_query("limit", &MOST_ITEMS)
        .with_optional("include_archived", query.include_archived.then_some(&true))
        .with_optional("include_default", query.include_default.then_some(&true))
        .with_each("ids[]", &query.ids)
}

/// `GET /v1/organizations/workspaces/{workspace_id}`; archived ones and the default one too.
pub fn get(id: &WorkspaceId) -> Request<Workspace> {
    Request::get(&["v1", "organizations", "workspaces", id.as_str()])
}

/// Makes a workspace. Not safe to repeat: names are not unique, so a repeat would make a second one.
pub fn create(workspace: &WorkspaceCreate) -> Request<Workspace> {
    Request::post(&["v1", "organizations", "workspaces"], Replay::NotSafe)
        .with_body(workspace)
        .answered_with("workspace")
}

/// Changes the fields that are given.
pub fn update(id: &WorkspaceId, change: &WorkspaceUpdate) -> Request<Workspace> {
    Request::post(&["v1", "organizations", "workspaces", id.as_str()], Replay::Safe)
        .with_body(change)
        .answered_with("workspace")
}

/// Archives a workspace and every key in it, for good.
pub fn archive(id: &WorkspaceId) -> Request<Workspace> {
    Request::post(&["v1", "organizations", "workspaces", id.as_str(), "archive"], Replay::Safe)
        .answered_with("workspace")
}
