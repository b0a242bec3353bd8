//! Token usage of the Messages API in buckets of time.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;
use crate::tolerant::null_is_default;
use crate::{ApiKeyId, ReportPage, Request, ServiceAccountId, Timestamp, UserId, WorkspaceId};

open_enum! {
    /// The length of a bucket.
    pub enum BucketWidth {
        /// A minute; at most 1440 buckets per page.
        Minute = "1m",
        /// An hour; at most 168 buckets per page.
        Hour = "1h",
        /// A day; at most 31 buckets per page.
        Day = "1d",
    }
}

impl BucketWidth {
    /// Returns the maximum number of buckets on one page (`docs/service-behaviour.md#reports`).
    fn most_buckets(&self) -> u32 {
        match self {
            Self::Minute => 1440,
            Self::Hour => 168,
            Self::Day | Self::Unknown(_) => 31,
        }
    }
}

/// The range, filters and grouping of a usage report. Only `starting_at` is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesUsageQuery {
    /// The start, rounded down to the bucket.
    pub starting_at: Timestamp,
    /// The end of the range, exclusive.
    pub ending_at: Option<Timestamp>,
    /// The length of a bucket.
    pub bucket_width: BucketWidth,
    /// Dimensions to group by, such as `workspace_id` or `model`; others are null in the results.
    /// `speed` is in beta; the call then sends the beta header.
    pub group_by: Vec<String>,
    /// Only usage by these people; empty for all.
    pub account_ids: Vec<UserId>,
    /// Only usage of these API keys; empty for all.
    pub api_key_ids: Vec<ApiKeyId>,
    /// Only usage in these workspaces; empty for all.
    pub workspace_ids: Vec<WorkspaceId>,
    /// Only usage of these models; empty for all.
    pub models: Vec<String>,
    /// Buckets per page; `None` for the service's maximum.
    pub limit: Option<u32>,
}

impl MessagesUsageQuery {
    /// Returns a query for everything since a point in time, by day.
    pub fn since(starting_at: impl Into<Timestamp>) -> Self {
        Self {
            starting_at: starting_at.into(),
            ending_at: None,
            bucket_width: BucketWidth::Day,
            group_by: Vec::new(),
            account_ids: Vec::new(),
            api_key_ids: Vec::new(),
            workspace_ids: Vec::new(),
            models: Vec::new(),
            limit: None,
        }
    }
}

/// The usage of one interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesUsageBucket {
    /// The start of the interval, inclusive.
    pub starting_at: Timestamp,
    /// The end of the interval, exclusive.
    pub ending_at: Timestamp,
    /// One result per combination of the requested dimensions; empty without usage.
    pub results: Vec<MessagesUsageResult>,
}

/// Token counts for one combination of dimensions; a dimension that was not requested is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesUsageResult {
    /// The person, for personal keys.
    pub account_id: Option<UserId>,
    /// The API key; also `None` for the playground.
    pub api_key_id: Option<ApiKeyId>,
    /// Tokens written to the cache.
    #[serde(default, deserialize_with = "null_is_default")]
    pub cache_creation: CacheCreation,
    /// Tokens read from the cache.
    #[serde(default, deserialize_with = "null_is_default")]
    pub cache_read_input_tokens: u64,
    /// The context window, such as `0-200k`.
    pub context_window: Option<String>,
    /// The geo in which requests were processed.
    pub inference_geo: Option<String>,
    /// The name of the model.
    pub model: Option<String>,
    /// The number of output tokens.
    #[serde(default, deserialize_with = "null_is_default")]
    pub output_tokens: u64,
    /// Uses of server-side tools.
    #[serde(default, deserialize_with = "null_is_default")]
    pub server_tool_use: ServerToolUse,
    /// The service account, for its keys.
    pub service_account_id: Option<ServiceAccountId>,
    /// The service tier, such as `standard` or `batch`.
    pub service_tier: Option<String>,
    /// The speed, such as `fast`; only with the beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// Input tokens that were not cached.
    #[serde(default, deserialize_with = "null_is_default")]
    pub uncached_input_tokens: u64,
    /// The workspace; also `None` for the default one.
    pub workspace_id: Option<WorkspaceId>,
}

/// Tokens written to the cache, by lifetime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheCreation {
    /// Tokens written to the 1-hour cache.
    pub ephemeral_1h_input_tokens: u64,
    /// Tokens written to the 5-minute cache.
    pub ephemeral_5m_input_tokens: u64,
}

/// Uses of server-side tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerToolUse {
    /// The number of web searches.
    pub web_search_requests: u64,
}

/// Returns `GET /v1/organizations/usage_report/messages`, oldest bucket first.
pub fn report(query: &MessagesUsageQuery) -> Request<ReportPage<MessagesUsageBucket>> {
    let speed = query.group_by.iter().any(|by| by == "speed");
    Request::get(&["usage_report", "messages"])
        .with_query("starting_at", &query.starting_at)
        .with_optional("ending_at", query.ending_at.as_ref())
        .with_query("bucket_width", &query.bucket_width)
        .with_query("limit", &query.limit.unwrap_or_else(|| query.bucket_width.most_buckets()))
        .with_each("group_by[]", &query.group_by)
        .with_each("account_ids[]", &query.account_ids)
        .with_each("api_key_ids[]", &query.api_key_ids)
        .with_each("workspace_ids[]", &query.workspace_ids)
        .with_each("models[]", &query.models)
        .with_beta(speed.then_some("fast-mode-2026-02-01"))
}
