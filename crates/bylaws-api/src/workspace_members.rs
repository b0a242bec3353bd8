//! Explicit members of workspaces; admins and billing members have access without a membership and are not
//! listed.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::{Page, Replay, Request, UserId, WorkspaceId};

open_enum! {
    /// A role in a workspace.
    pub enum WorkspaceRole {
        /// All rights in the workspace.
        WorkspaceAdmin = "workspace_admin",
        /// Inherited from the organization role `billing`; not settable.
        WorkspaceBilling = "workspace_billing",
        /// Workbench and API keys.
        WorkspaceDeveloper = "workspace_developer",
        /// "Workspace Limited Developer" in the Console.
        WorkspaceRestrictedDeveloper = "workspace_restricted_developer",
        /// The workbench of the workspace only.
        WorkspaceUser = "workspace_user",
    }
}

/// One membership. It has no id, address or name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace_member")]
pub struct WorkspaceMember {
    /// The id of the member.
    pub user_id: UserId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
    /// The role in the workspace.
    pub workspace_role: WorkspaceRole,
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace_member_deleted")]
pub struct WorkspaceMemberDeleted {
    /// The id of the removed member.
    pub user_id: UserId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
}

/// Returns `GET /v1/organizations/workspaces/{workspace_id}/members`.
pub fn list(workspace: &WorkspaceId) -> Request<Page<WorkspaceMember>> {
    Request::list(&["workspaces", workspace.as_str(), "members"])
}

/// Returns `GET /v1/organizations/workspaces/{workspace_id}/members/{user_id}`.
pub fn get(workspace: &WorkspaceId, user: &UserId) -> Request<WorkspaceMember> {
    Request::get(&["workspaces", workspace.as_str(), "members", user.as_str()])
}

/// Returns the request that adds a member of the organization to a workspace. Not safe to repeat: a repeat
/// may be refused because of the membership that the first attempt created
/// (`docs/service-behaviour.md#workspace-members`).
pub fn add(workspace: &WorkspaceId, user: &UserId, role: &WorkspaceRole) -> Request<WorkspaceMember> {
    Request::post(&["workspaces", workspace.as_str(), "members"], Replay::NotSafe)
        .with_body(&json!({ "user_id": user, "workspace_role": role }))
        .answered_with("workspace_member")
}

/// Returns the request that changes the role of a membership.
pub fn set_role(workspace: &WorkspaceId, user: &UserId, role: &WorkspaceRole) -> Request<WorkspaceMember> {
    Request::post(&["workspaces", workspace.as_str(), "members", user.as_str()], Replay::Safe)
        .with_body(&json!({ "workspace_role": role }))
        .answered_with("workspace_member")
}

/// Returns the request that removes a membership.
pub fn remove(workspace: &WorkspaceId, user: &UserId) -> Request<WorkspaceMemberDeleted> {
    Request::delete(&["workspaces", workspace.as_str(), "members", user.as_str()])
        .answered_with("workspace_member_deleted")
}
