//! Workspace memberships of service accounts. All operations need an OAuth token with the scope `org:admin`
//! (`docs/service-behaviour.md#service-accounts`).
//!
//! The service has the same operations below the workspace and below the account; those of the account have
//! `of_account` in their names.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::request::MOST_OF_SHORT_PAGE;
use crate::{Replay, ReportPage, Request, ServiceAccountId, WorkspaceId, WorkspaceRole};

/// The membership of a service account in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "service_account_workspace_member")]
pub struct ServiceAccountWorkspaceMember {
    /// The id of the account.
    pub service_account_id: ServiceAccountId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
    /// The role in the workspace.
    pub workspace_role: WorkspaceRole,
    /// Whether it is the membership of the default workspace that every account has; `None` if it is not known.
    pub implicit: Option<bool>,
    /// Who added it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
}

impl ServiceAccountWorkspaceMember {
    /// Returns whether somebody added it: the membership of the default workspace that every account has is not.
    pub fn is_explicit(&self) -> bool {
        self.implicit != Some(true)
    }
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "service_account_workspace_member_deleted")]
pub struct ServiceAccountWorkspaceMemberDeleted {
    /// The id of the account.
    pub service_account_id: ServiceAccountId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
}

/// The type of an answer.
const MEMBER: &str = "service_account_workspace_member";
const DELETED: &str = "service_account_workspace_member_deleted";

/// Returns `GET /v1/organizations/workspaces/{workspace_id}/service_accounts`: the explicit memberships.
pub fn list(workspace: &WorkspaceId) -> Request<ReportPage<ServiceAccountWorkspaceMember>> {
    Request::list_by(&["workspaces", workspace.as_str(), "service_accounts"], MOST_OF_SHORT_PAGE)
        .only_with_token()
}

/// Returns `GET /v1/organizations/workspaces/{workspace_id}/service_accounts/{service_account_id}`.
pub fn get(workspace: &WorkspaceId, account: &ServiceAccountId) -> Request<ServiceAccountWorkspaceMember> {
    Request::get(&["workspaces", workspace.as_str(), "service_accounts", account.as_str()]).only_with_token()
}

/// Returns the request that adds an account to a workspace, or sets the role that it has there. The service does not
/// accept `workspace_billing`.
pub fn add(
    workspace: &WorkspaceId,
    account: &ServiceAccountId,
    role: &WorkspaceRole,
) -> Request<ServiceAccountWorkspaceMember> {
    Request::post(&["workspaces", workspace.as_str(), "service_accounts"], Replay::Safe)
        .only_with_token()
        .with_body(&json!({ "service_account_id": account, "workspace_role": role }))
        .answered_with(MEMBER)
}

/// Returns the request that sets the role of a member.
pub fn set_role(
    workspace: &WorkspaceId,
    account: &ServiceAccountId,
    role: &WorkspaceRole,
) -> Request<ServiceAccountWorkspaceMember> {
    let path = ["workspaces", workspace.as_str(), "service_accounts", account.as_str()];
    Request::post(&path, Replay::Safe)
        .only_with_token()
        .with_body(&json!({ "workspace_role": role }))
        .answered_with(MEMBER)
}

/// Returns the request that removes an account from a workspace. Without effect on the membership of the default
/// workspace that every account has.
pub fn remove(
    workspace: &WorkspaceId,
    account: &ServiceAccountId,
) -> Request<ServiceAccountWorkspaceMemberDeleted> {
    Request::delete(&["workspaces", workspace.as_str(), "service_accounts", account.as_str()])
        .only_with_token()
        .answered_with(DELETED)
}

/// Returns `GET /v1/organizations/service_accounts/{service_account_id}/workspaces`: the explicit memberships, and first
/// that of the default workspace.
pub fn list_of_account(account: &ServiceAccountId) -> Request<ReportPage<ServiceAccountWorkspaceMember>> {
    Request::list_by(&["service_accounts", account.as_str(), "workspaces"], MOST_OF_SHORT_PAGE)
        .only_with_token()
}

/// Returns the request that adds a workspace to an account; it has the effect of [`add`].
pub fn add_of_account(
    account: &ServiceAccountId,
    workspace: &WorkspaceId,
    role: &WorkspaceRole,
) -> Request<ServiceAccountWorkspaceMember> {
    Request::post(&["service_accounts", account.as_str(), "workspaces"], Replay::Safe)
        .only_with_token()
        .with_body(&json!({ "workspace_id": workspace, "workspace_role": role }))
        .answered_with(MEMBER)
}

/// Returns the request that removes a workspace from an account; it has the effect of [`remove`].
pub fn remove_of_account(
    account: &ServiceAccountId,
    workspace: &WorkspaceId,
) -> Request<ServiceAccountWorkspaceMemberDeleted> {
    Request::delete(&["service_accounts", account.as_str(), "workspaces", workspace.as_str()])
        .only_with_token()
        .answered_with(DELETED)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_membership_survives_reading_and_writing_and_says_whether_it_is_explicit() {
        for (implicit, explicit) in [(json!(false), true), (json!(true), false), (Value::Null, true)] {
            let member = json!({
                "type": "service_account_workspace_member", "service_account_id": "svac_1",
                "workspace_id": "wrkspc_1", "workspace_role": "workspace_user", "implicit": implicit,
                "created_by_actor_id": null,
            });
            let read: ServiceAccountWorkspaceMember = serde_json::from_value(member.clone()).expect("reads");
            assert_eq!(serde_json::to_value(&read).expect("writes"), member);
            assert_eq!(read.is_explicit(), explicit, "{implicit}");
        }
    }
}
