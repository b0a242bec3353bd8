//! Rate limits of the organization, and the overrides of its workspaces
//! (`docs/service-behaviour.md#rate-limits`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::open_enum::open_enum;
use crate::{RateLimitGroupId, RateLimitId, Replay, ReportPage, Request, WorkspaceId};

open_enum! {
    /// What a rate limit is for.
    pub enum RateLimitGroupType {
        /// Message batches.
        Batch = "batch",
        /// The files API.
        Files = "files",
        /// Messages to a group of models.
        ModelGroup = "model_group",
        /// The skills API.
        Skills = "skills",
        /// Counting tokens.
        TokenCount = "token_count",
        /// The web search tool.
        WebSearch = "web_search",
    }
}

open_enum! {
    /// What a rate limit counts. The service may return other types, but accepts no others in an update.
    pub enum LimiterType {
        /// Input tokens per minute of the fast mode, without those read from the cache.
        FastItpmca = "fast_itpmca",
        /// Output tokens per minute of the fast mode.
        FastOtpm = "fast_otpm",
        /// Input tokens per minute, including those read from the cache.
        InputTokensPerMinute = "input_tokens_per_minute",
        /// Input tokens per minute, without those read from the cache.
        InputTokensPerMinuteCacheAware = "input_tokens_per_minute_cache_aware",
        /// Output tokens per minute.
        OutputTokensPerMinute = "output_tokens_per_minute",
        /// Requests per minute.
        RequestsPerMinute = "requests_per_minute",
        /// Tokens per day.
        TokensPerDay = "tokens_per_day",
        /// Tokens per minute, input and output together.
        TokensPerMinute = "tokens_per_minute",
        /// Uses of a server-side tool per second.
        ToolUsesPerSecond = "tool_uses_per_second",
    }
}

open_enum! {
    /// Where the value of a limiter comes from.
    pub enum LimitSourceType {
        /// Inherited from the organization.
        Organization = "organization",
        /// An override of the workspace.
        Workspace = "workspace",
    }
}

/// What a rate limit is for: a group of models, or one feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimitGroup {
    /// The id, `rlg_…`, the same in every organization.
    pub id: RateLimitGroupId,
    /// The type.
    #[serde(rename = "type")]
    pub kind: RateLimitGroupType,
    /// The name of a group of models. For people: it may change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// The organization's limits for one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "rate_limit")]
pub struct RateLimit {
    /// The id in this organization; not the id of the group.
    pub id: RateLimitId,
    /// What the limits are for.
    pub group: RateLimitGroup,
    /// The ids and aliases of the models; `None` unless it is a group of models. A model is in at most one
    /// group.
    pub models: Option<Vec<String>>,
    /// The limits, one for each type.
    pub limits: Vec<Limiter>,
}

/// One limit of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limiter {
    /// What it counts.
    #[serde(rename = "type")]
    pub kind: LimiterType,
    /// The limit, in the unit of the type.
    pub value: u64,
}

/// The limits of a workspace for one group: its overrides and, if they were asked for, the inherited ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "workspace_rate_limit")]
pub struct WorkspaceRateLimit {
    /// The id of the organization's entry for the group.
    pub rate_limit_id: RateLimitId,
    /// The id of the workspace.
    pub workspace_id: WorkspaceId,
    /// What the limits are for.
    pub group: RateLimitGroup,
    /// The ids and aliases of the models; `None` unless it is a group of models.
    pub models: Option<Vec<String>>,
    /// The limits, one for each type.
    pub limits: Vec<WorkspaceLimiter>,
}

/// One limit of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceLimiter {
    /// What it counts.
    #[serde(rename = "type")]
    pub kind: LimiterType,
    /// The stored limit, in the unit of the type. If it is above the organization's, the organization's
    /// applies.
    pub value: u64,
    /// The limit of the organization; `None` if it has none of this type.
    pub org_limit: Option<u64>,
    /// Whether the workspace overrides the limit.
    pub source: LimitSource,
}

/// Where the value of a limiter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitSource {
    /// The workspace or the organization.
    #[serde(rename = "type")]
    pub kind: LimitSourceType,
}

/// Returns `GET /v1/organizations/rate_limits`.
pub fn list() -> Request<ReportPage<RateLimit>> {
    Request::list(&["rate_limits"])
}

/// Returns `GET /v1/organizations/workspaces/{workspace_id}/rate_limits`: all overrides, and on request the
/// limits that the workspace inherits.
pub fn list_of_workspace(
    workspace: &WorkspaceId,
    include_inherited: bool,
) -> Request<ReportPage<WorkspaceRateLimit>> {
    Request::list(&["workspaces", workspace.as_str(), "rate_limits"])
        .with_optional("include_inherited", include_inherited.then_some(&true))
}

/// Returns the request that sets overrides of a workspace for one group, or clears them (`None`). Limiters
/// that are not in `limits` stay unchanged. The service accepts 1 to 16 limiters, with values from 0 to
/// 2^53 − 1; a change takes effect within about an hour.
pub fn update(
    workspace: &WorkspaceId,
    rate_limit: &RateLimitId,
    limits: &BTreeMap<LimiterType, Option<u64>>,
) -> Request<WorkspaceRateLimit> {
    let limits: Vec<Value> =
        limits.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    Request::post(&["workspaces", workspace.as_str(), "rate_limits", rate_limit.as_str()], Replay::Safe)
        .with_body(&json!({ "limits": limits }))
        .answered_with("workspace_rate_limit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_the_largest_pages_and_only_what_is_given() {
        let workspace = WorkspaceId::new("wrkspc_1");
        let queries = [
            list().query.clone(),
            list_of_workspace(&workspace, false).query.clone(),
            list_of_workspace(&workspace, true).query.clone(),
        ];
        let shown = queries.map(|query| {
            query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        });
        assert_eq!(shown, ["limit=1000", "limit=1000", "limit=1000&include_inherited=true"]);
    }

    #[test]
    fn an_update_names_each_limiter_with_its_value_or_null() {
        let limits =
            BTreeMap::from([(LimiterType::RequestsPerMinute, Some(20)), (LimiterType::TokensPerDay, None)]);
        let request = update(&WorkspaceId::new("wrkspc_1"), &RateLimitId::new("rl/1"), &limits);
        assert_eq!(request.path(), "/v1/organizations/workspaces/wrkspc_1/rate_limits/rl%2F1");
        assert_eq!(request.replay, Replay::Safe);
        assert_eq!(
            request.body.as_ref().map(ToString::to_string).as_deref(),
            Some(
                r#"{"limits":[{"type":"requests_per_minute","value":20},{"type":"tokens_per_day","value":null}]}"#
            )
        );
    }

    #[test]
    fn entries_survive_reading_and_writing() {
        let organization = json!({
            "type": "rate_limit", "id": "rl_1", "models": ["claude-sonnet-4-5"],
            "group": {"id": "rlg_1", "type": "model_group", "display_name": "Sonnet"},
            "limits": [{"type": "enqueued_batch_requests", "value": 5}],
        });
        let read: RateLimit = serde_json::from_value(organization.clone()).expect("reads");
        assert_eq!(serde_json::to_value(&read).expect("writes"), organization);
        let workspace = json!({
            "type": "workspace_rate_limit", "rate_limit_id": "rl_1", "workspace_id": "wrkspc_1", "models": null,
            "group": {"id": "rlg_2", "type": "a_group_of_next_year"},
            "limits": [
                {"type": "requests_per_minute", "value": 20, "org_limit": null, "source": {"type": "workspace"}},
                {"type": "tokens_per_day", "value": 9, "org_limit": 9, "source": {"type": "organization"}},
            ],
        });
        let read: WorkspaceRateLimit = serde_json::from_value(workspace.clone()).expect("reads");
        assert_eq!(serde_json::to_value(&read).expect("writes"), workspace);
    }

    #[test]
    fn every_text_known_or_unknown_round_trips() {
        for known in LimiterType::KNOWN {
            assert_eq!(&LimiterType::from(known.as_str()), known);
        }
        assert_eq!(LimiterType::KNOWN.len(), 9, "the closed list of the service");
        assert!(!LimiterType::from("enqueued_batch_requests").is_known());
        assert_eq!(RateLimitGroupType::KNOWN.len() + LimitSourceType::KNOWN.len(), 8);
    }
}
