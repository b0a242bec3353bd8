//! Who may enter a workspace by explicit membership; admins and billing members enter without one and
//! do not appear here.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::page::{Listed, MOST_ITEMS};
use crate::{Page, Replay, Request, UserId, WorkspaceId};

open_enum! {
    /// A role in a workspace.
    pub enum WorkspaceRole {
        /// Everything in the workspace.
        WorkspaceAdmin = "workspace_admin",
        /// Inherited from the organization role `billing`; never settable.
        WorkspaceBilling = "workspace_billing",
        /// Workbench and API keys.
        WorkspaceDeveloper = "workspace_developer",
        /// "Workspace Limited Developer" in the Console.
        WorkspaceRestrictedDeveloper = "workspace_restricted_developer",
        /// Workbench only.
        WorkspaceUser = "workspace_user",
    }
}

/// One membership. It has no id of its own, no address and no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace_member")]
pub struct WorkspaceMember {
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// As what.
    pub workspace_role: WorkspaceRole,
}

impl Listed for WorkspaceMember {
    const KIND: &'static str = "workspace members";

    fn list_id(&self) -> &str {
        self.user_id.as_str()
    }
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace_member_deleted")]
pub struct WorkspaceMemberDeleted {
    /// Who.
    pub user_id: UserId,
    /// From where.
    pub workspace_id: WorkspaceId,
}

/// `GET /v1/organizations/workspaces/{workspace_id}/members`.
pub fn list(workspace: &WorkspaceId) -> Request<Page<WorkspaceMember>> {
    Request::get(&["v1", "organizations", "workspaces", workspace.as_str(), "members"])
        .with_query("limit", &MOST_ITEMS)
}

/// `GET /v1/organizations/workspaces/{workspace_id}/members/{user_id}`.
pub fn get(workspace: &WorkspaceId, user: &UserId) -> Request<WorkspaceMember> {
    Request::get(&["v1", "organizations", "workspaces", workspace.as_str(), "members", user.as_str()])
}

/// Gives a member of the organization a seat. Not safe to repeat: the repeat may be refused because
/// of the seat the first try made (`docs/service-behaviour.md#workspace-members`).
pub fn add(workspace: &WorkspaceId, user: &UserId, role: &WorkspaceRole) -> Request<WorkspaceMember> {
    Request::post(&["v1", "organizations", "workspaces", workspace.as_str(), "members"], Replay::NotSafe)
        .with_body(&json!({ "user_id": user, "workspace_role": role }))
        .answered_with("workspace_member")
}

/// Changes the role of a seat.
pub fn set_role(workspace: &WorkspaceId, user: &UserId, role: &WorkspaceRole) -> Request<WorkspaceMember> {
    Request::post(
        &["v1", "organizations", "workspaces", workspace.as_str(), "members", user.as_str()],
        Replay::Safe,
    )
    .with_body(&json!({ "workspace_role": role }))
    .answered_with("workspace_member")
}

/// Takes a seat away.
pub fn remove(workspace: &WorkspaceId, user: &UserId) -> Request<WorkspaceMemberDeleted> {
    Request::delete(&["v1", "organizations", "workspaces", workspace.as_str(), "members", user.as_str()])
        .answered_with("workspace_member_deleted")
}
