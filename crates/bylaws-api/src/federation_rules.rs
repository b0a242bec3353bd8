//! Federation rules: which identity tokens are exchanged for which access. All operations need an OAuth token with the
//! scope `org:admin` (`docs/service-behaviour.md#federation`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::request::MOST_OF_SHORT_PAGE;
use crate::{
    FederationIssuerId, FederationRuleId, Replay, ReportPage, Request, ServiceAccountId, Timestamp,
    WorkspaceId,
};

/// A federation rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "federation_rule")]
pub struct FederationRule {
    /// The id, `fdrl_…`.
    pub id: FederationRuleId,
    /// The name: unique, archived rules included; it can be changed.
    pub name: String,
    /// What the rule is for; empty text and `None` mean the same.
    pub description: Option<String>,
    /// The issuer of the tokens; it never changes.
    pub issuer_id: FederationIssuerId,
    /// The name of the issuer, if known.
    pub issuer_name: Option<String>,
    /// Which tokens the rule accepts.
    #[serde(rename = "match")]
    pub matching: RuleMatch,
    /// The identity that the minted tokens act for.
    pub target: RuleTarget,
    /// The scopes of the minted tokens, separated by spaces, in no particular order.
    pub oauth_scope: String,
    /// The lifetime of the minted tokens, in seconds.
    pub token_lifetime_seconds: u32,
    /// Whether the rule is enabled for every workspace, later ones included.
    pub applies_to_all_workspaces: bool,
    /// The workspace for which it is enabled, if it is exactly one. An old rule may have one here only.
    pub workspace_id: Option<WorkspaceId>,
    /// The workspaces for which it is enabled.
    pub workspace_ids: Vec<WorkspaceId>,
    /// Always empty or `None`.
    pub attributes: Option<BTreeMap<String, Value>>,
    /// The time it was created.
    pub created_at: Timestamp,
    /// Who created it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
    /// The time it was last updated.
    pub updated_at: Timestamp,
    /// Who last updated it, `user_…` or `svac_…`, if known.
    pub updated_by_actor_id: Option<String>,
    /// The time it was archived, which is permanent.
    pub archived_at: Option<Timestamp>,
    /// Who archived it, `user_…` or `svac_…`, if known.
    pub archived_by_actor_id: Option<String>,
}

impl FederationRule {
    /// Returns the workspaces for which the rule is enabled by id, that of an old rule included.
    pub fn workspaces(&self) -> BTreeSet<&WorkspaceId> {
        self.workspace_ids.iter().chain(&self.workspace_id).collect()
    }

    /// Returns the scopes of the minted tokens.
    pub fn scopes(&self) -> BTreeSet<&str> {
        self.oauth_scope.split_whitespace().collect()
    }
}

/// Which tokens a rule accepts: those that fulfil every field that is not `None`. The service needs a subject other
/// than `*`, claims or a condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMatch {
    /// The subject (`sub`), or what it begins with if this ends in `*`.
    #[serde(default)]
    pub subject_prefix: Option<String>,
    /// The audience (`aud`).
    #[serde(default)]
    pub audience: Option<String>,
    /// Claims and their exact values.
    #[serde(default)]
    pub claims: Option<BTreeMap<String, String>>,
    /// A condition over `claims`, in CEL.
    #[serde(default)]
    pub condition: Option<String>,
    /// Fields that this version does not know, as received. An update without them may take them away.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The identity that the minted tokens act for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum RuleTarget {
    /// A service account.
    #[serde(rename = "service_account")]
    ServiceAccount {
        /// The id of the account.
        service_account_id: ServiceAccountId,
        /// The name of the account, if known; ignored in requests.
        #[serde(skip_serializing_if = "Option::is_none")]
        service_account_name: Option<String>,
    },
    /// A target that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

impl RuleTarget {
    /// Returns the target for a request.
    pub fn service_account(id: ServiceAccountId) -> Self {
        Self::ServiceAccount { service_account_id: id, service_account_name: None }
    }

    /// Returns the service account, if the target is one.
    pub fn service_account_id(&self) -> Option<&ServiceAccountId> {
        match self {
            Self::ServiceAccount { service_account_id, .. } => Some(service_account_id),
            Self::Unknown(_) => None,
        }
    }
}

/// A new rule; a field that is `None` is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FederationRuleCreate {
    /// The name: 1 to 255 lower-case letters, digits or hyphens.
    pub name: String,
    /// The issuer of the tokens.
    pub issuer_id: FederationIssuerId,
    /// Which tokens the rule accepts.
    #[serde(rename = "match")]
    pub matching: RuleMatch,
    /// The identity that the minted tokens act for.
    pub target: RuleTarget,
    /// `workspace:developer`, `workspace:inference`, or both, separated by a space.
    pub oauth_scope: String,
    /// The first workspace for which the rule is enabled; needed unless it is enabled for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
    /// Whether the rule is enabled for every workspace; it is not if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_to_all_workspaces: Option<bool>,
    /// What the rule is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The lifetime of the minted tokens, 60 to 86,400 seconds; 3,600 if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime_seconds: Option<u32>,
}

/// A change of a rule; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FederationRuleUpdate {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new description; empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which tokens the rule accepts; it replaces the whole old one. A rule for a shared issuer that does not name the
    /// tenant is refused every other change as well.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<RuleMatch>,
    /// The identity that the minted tokens act for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<RuleTarget>,
    /// `workspace:developer`, `workspace:inference`, or both, separated by a space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_scope: Option<String>,
    /// The lifetime of the minted tokens, 60 to 86,400 seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime_seconds: Option<u32>,
    /// The workspace that replaces the only one; refused if the rule is enabled for more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
    /// Whether the rule is enabled for every workspace; `false` is refused if no other workspace is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_to_all_workspaces: Option<bool>,
}

/// Which rules to list; by default those that are not archived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FederationRulesQuery {
    /// Also archived rules.
    pub include_archived: bool,
    /// Only rules for this issuer.
    pub issuer: Option<FederationIssuerId>,
}

/// Returns `GET /v1/organizations/federation_rules`, newest first.
pub fn list(query: &FederationRulesQuery) -> Request<ReportPage<FederationRule>> {
    Request::list_by(&["federation_rules"], MOST_OF_SHORT_PAGE)
        .only_with_token()
        .with_optional("include_archived", query.include_archived.then_some(&true))
        .with_optional("issuer_id", query.issuer.as_ref())
}

/// Returns `GET /v1/organizations/federation_rules/{federation_rule_id}`.
pub fn get(id: &FederationRuleId) -> Request<FederationRule> {
    Request::get(&["federation_rules", id.as_str()]).only_with_token()
}

/// Returns the request that creates a rule. A repeat is refused, because the name is then in use (409).
pub fn create(rule: &FederationRuleCreate) -> Request<FederationRule> {
    Request::post(&["federation_rules"], Replay::NotSafe)
        .only_with_token()
        .with_body(rule)
        .answered_with("federation_rule")
}

/// Returns the request that changes a rule.
pub fn update(id: &FederationRuleId, change: &FederationRuleUpdate) -> Request<FederationRule> {
    Request::post(&["federation_rules", id.as_str()], Replay::Safe)
        .only_with_token()
        .with_body(change)
        .answered_with("federation_rule")
}

/// Returns the request that archives a rule permanently: no token is exchanged by it again, and it loses its workspaces.
pub fn archive(id: &FederationRuleId) -> Request<FederationRule> {
    Request::post(&["federation_rules", id.as_str(), "archive"], Replay::Safe)
        .only_with_token()
        .answered_with("federation_rule")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule() -> Value {
        json!({
            "type": "federation_rule", "id": "fdrl_1", "name": "deploy", "description": null,
            "issuer_id": "fdis_1", "issuer_name": "github",
            "match": {"subject_prefix": "repo:acme/robot:*", "audience": null, "claims": {"a": "b"}, "condition": null},
            "target": {"type": "service_account", "service_account_id": "svac_1", "service_account_name": "ci"},
            "oauth_scope": "workspace:inference workspace:developer", "token_lifetime_seconds": 900,
            "applies_to_all_workspaces": false, "workspace_id": null, "workspace_ids": ["wrkspc_2", "wrkspc_1"],
            "attributes": {}, "created_at": "a", "created_by_actor_id": "user_1", "updated_at": "b",
            "updated_by_actor_id": null, "archived_at": null, "archived_by_actor_id": null,
        })
    }

    fn read(rule: &Value) -> FederationRule {
        serde_json::from_value(rule.clone()).expect("reads")
    }

    #[test]
    fn a_rule_survives_reading_and_writing() {
        assert_eq!(serde_json::to_value(read(&rule())).expect("writes"), rule());
        let mut odd = rule();
        odd["target"] = json!({"type": "robot", "serial": 7});
        assert_eq!(serde_json::to_value(read(&odd)).expect("writes"), odd);
        assert_eq!(read(&odd).target.service_account_id(), None);
        odd["match"] = json!({});
        assert_eq!(read(&odd).matching, RuleMatch::default());
    }

    #[test]
    fn scopes_and_workspaces_are_sets() {
        let mut value = rule();
        let read_rule = read(&value);
        assert_eq!(
            read_rule.scopes().into_iter().collect::<Vec<_>>(),
            ["workspace:developer", "workspace:inference"]
        );
        let ids = |rule: &FederationRule| {
            rule.workspaces().into_iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&read_rule), ["wrkspc_1", "wrkspc_2"]);
        value["workspace_id"] = json!("wrkspc_9");
        value["workspace_ids"] = json!([]);
        assert_eq!(ids(&read(&value)), ["wrkspc_9"], "an old rule");
        value["workspace_ids"] = json!(["wrkspc_9"]);
        assert_eq!(ids(&read(&value)), ["wrkspc_9"], "named twice");
    }

    #[test]
    fn a_match_is_always_sent_whole() {
        let id = FederationRuleId::new("fdrl_1");
        let matching = RuleMatch { subject_prefix: Some("a".to_owned()), ..RuleMatch::default() };
        let target = RuleTarget::service_account(ServiceAccountId::new("svac_1"));
        let change = FederationRuleUpdate {
            matching: Some(matching),
            target: Some(target),
            ..FederationRuleUpdate::default()
        };
        assert_eq!(
            update(&id, &change).body,
            Some(json!({
                "match": {"subject_prefix": "a", "audience": null, "claims": null, "condition": null},
                "target": {"type": "service_account", "service_account_id": "svac_1"},
            }))
        );
        assert_eq!(update(&id, &FederationRuleUpdate::default()).body, Some(json!({})));
    }
}
