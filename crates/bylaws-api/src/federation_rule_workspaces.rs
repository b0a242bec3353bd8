//! The workspaces for which a federation rule is enabled. All operations need an OAuth token with the scope
//! `org:admin` (`docs/service-behaviour.md#federation`).

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::request::MOST_OF_SHORT_PAGE;
use crate::{FederationRuleId, Replay, ReportPage, Request, Timestamp, WorkspaceId};

/// A workspace for which a rule is enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "federation_rule_workspace")]
pub struct FederationRuleWorkspace {
    /// The id of the rule.
    pub federation_rule_id: FederationRuleId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
    /// The name of the workspace, if known.
    pub workspace_name: Option<String>,
    /// The time it was enabled.
    pub created_at: Timestamp,
    /// Who enabled it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "federation_rule_workspace_deleted")]
pub struct FederationRuleWorkspaceDeleted {
    /// The id of the rule.
    pub federation_rule_id: FederationRuleId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
}

/// Returns `GET /v1/organizations/federation_rules/{federation_rule_id}/workspaces`: the workspaces that the rule names,
/// always all of them. A rule may also be enabled for all workspaces, and an old one for one that is not here.
pub fn list(rule: &FederationRuleId) -> Request<ReportPage<FederationRuleWorkspace>> {
    Request::list_by(&["federation_rules", rule.as_str(), "workspaces"], MOST_OF_SHORT_PAGE).only_with_token()
}

/// Returns the request that enables a rule for a workspace. Repeating it changes nothing.
pub fn add(rule: &FederationRuleId, workspace: &WorkspaceId) -> Request<FederationRuleWorkspace> {
    Request::post(&["federation_rules", rule.as_str(), "workspaces"], Replay::Safe)
        .only_with_token()
        .with_body(&json!({ "workspace_id": workspace }))
        .answered_with("federation_rule_workspace")
}

/// Returns the request that disables a rule for a workspace. Repeating it changes nothing.
pub fn remove(rule: &FederationRuleId, workspace: &WorkspaceId) -> Request<FederationRuleWorkspaceDeleted> {
    Request::delete(&["federation_rules", rule.as_str(), "workspaces", workspace.as_str()])
        .only_with_token()
        .answered_with("federation_rule_workspace_deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_reading_and_writing() {
        let entry = json!({
            "type": "federation_rule_workspace", "federation_rule_id": "fdrl_1", "workspace_id": "wrkspc_1",
            "workspace_name": null, "created_at": "a", "created_by_actor_id": "svac_1",
        });
        let read: FederationRuleWorkspace = serde_json::from_value(entry.clone()).expect("reads");
        assert_eq!(serde_json::to_value(&read).expect("writes"), entry);
    }
}
