//! One usage record of a seed: time, source and amounts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::object::{Object, Problem, required};
use crate::seeding::Seeding;

/// Usage at one moment, with the fields of a result of the messages report. A seed needs `starting_at`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["starting_at"]))]
pub struct UsageRecord {
    /// When (RFC 3339); it counts in the bucket that contains this moment.
    #[schemars(with = "String")]
    pub starting_at: Timestamp,
    /// The person, for personal keys.
    pub account_id: Option<String>,
    /// The key; null in the playground.
    pub api_key_id: Option<String>,
    /// `0-200k` or `200k-1M`.
    pub context_window: Option<String>,
    /// `global`, `us` or `not_available`.
    pub inference_geo: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The service account, for its keys.
    pub service_account_id: Option<String>,
    /// `standard`, `batch`, `priority` …
    pub service_tier: Option<String>,
    /// `standard` or `fast`.
    pub speed: Option<String>,
    /// Null, or the real id, for the default workspace.
    pub workspace_id: Option<String>,
    /// How much.
    #[serde(flatten)]
    pub tokens: Amounts,
    /// Fields that the emulator does not know, kept in the seed.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// Token counts that can be summed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(description = "")]
pub struct Amounts {
    /// Input tokens that were not cached.
    pub uncached_input_tokens: u64,
    /// Input tokens read from the cache.
    pub cache_read_input_tokens: u64,
    /// Input tokens written to the cache.
    pub cache_creation: CacheCreation,
    /// Output tokens.
    pub output_tokens: u64,
    /// Uses of server-side tools.
    pub server_tool_use: ServerToolUse,
}

/// Input tokens written to the cache, by lifetime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CacheCreation {
    /// Tokens written to the 1-hour cache.
    pub ephemeral_1h_input_tokens: u64,
    /// Tokens written to the 5-minute cache.
    pub ephemeral_5m_input_tokens: u64,
}

/// Uses of server-side tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ServerToolUse {
    /// Web searches.
    pub web_search_requests: u64,
}

impl UsageRecord {
    pub(crate) fn from_seed(mut object: Object, _: &mut Seeding) -> Result<Self, Problem> {
        let starting_at = object.nullable_time("starting_at")?.ok_or_else(|| required("starting_at"))?;
        let cache_creation = object.nested("cache_creation", |mut cache| {
            let cache_creation = CacheCreation {
                ephemeral_1h_input_tokens: cache.count("ephemeral_1h_input_tokens")?,
                ephemeral_5m_input_tokens: cache.count("ephemeral_5m_input_tokens")?,
            };
            cache.finish().map(|()| cache_creation)
        })?;
        let server_tool_use = object.nested("server_tool_use", |mut tools| {
            let web_search_requests = tools.count("web_search_requests")?;
            tools.finish().map(|()| ServerToolUse { web_search_requests })
        })?;
        Ok(Self {
            starting_at,
            account_id: object.nullable_text("account_id")?,
            api_key_id: object.nullable_text("api_key_id")?,
            context_window: object.nullable_text("context_window")?,
            inference_geo: object.nullable_text("inference_geo")?,
            model: object.nullable_text("model")?,
            service_account_id: object.nullable_text("service_account_id")?,
            service_tier: object.nullable_text("service_tier")?,
            speed: object.nullable_text("speed")?,
            workspace_id: object.nullable_text("workspace_id")?,
            tokens: Amounts {
                uncached_input_tokens: object.count("uncached_input_tokens")?,
                cache_read_input_tokens: object.count("cache_read_input_tokens")?,
                cache_creation: cache_creation.unwrap_or_default(),
                output_tokens: object.count("output_tokens")?,
                server_tool_use: server_tool_use.unwrap_or_default(),
            },
            extra: object.rest(),
        })
    }
}

impl Amounts {
    pub(crate) fn add(&mut self, other: Self) {
        let sum = |to: &mut u64, more: u64| *to = to.saturating_add(more);
        let (cache, more) = (&mut self.cache_creation, other.cache_creation);
        sum(&mut self.uncached_input_tokens, other.uncached_input_tokens);
        sum(&mut self.cache_read_input_tokens, other.cache_read_input_tokens);
        sum(&mut cache.ephemeral_1h_input_tokens, more.ephemeral_1h_input_tokens);
        sum(&mut cache.ephemeral_5m_input_tokens, more.ephemeral_5m_input_tokens);
        sum(&mut self.output_tokens, other.output_tokens);
        sum(&mut self.server_tool_use.web_search_requests, other.server_tool_use.web_search_requests);
    }
}
