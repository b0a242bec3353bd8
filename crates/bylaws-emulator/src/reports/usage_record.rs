//! One usage record of a seed: time, source and amounts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::object::{Object, Problem};

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
    /// Fields that the emulator does not know, kept in the seed.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
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
    pub(crate) fn from_seed(mut object: Object) -> Result<Self, Problem> {
        let starting_at =
            object.nullable_time("starting_at")?.ok_or_else(|| Problem::new("starting_at", "is required"))?;
        let cache = nested(&mut object, "cache_creation", |cache| {
            Ok(CacheCreation {
                ephemeral_1h_input_tokens: count(cache, "ephemeral_1h_input_tokens")?,
                ephemeral_5m_input_tokens: count(cache, "ephemeral_5m_input_tokens")?,
            })
        })?;
        let tools = nested(&mut object, "server_tool_use", |tools| {
            Ok(ServerToolUse { web_search_requests: count(tools, "web_search_requests")? })
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
            uncached_input_tokens: count(&mut object, "uncached_input_tokens")?,
            cache_read_input_tokens: count(&mut object, "cache_read_input_tokens")?,
            cache_creation: cache,
            output_tokens: count(&mut object, "output_tokens")?,
            server_tool_use: tools,
            extra: object.rest(),
        })
    }
}

fn count(object: &mut Object, name: &str) -> Result<u64, Problem> {
    Ok(object.nullable_count(name)?.unwrap_or_default())
}

fn nested<T: Default>(
    object: &mut Object,
    name: &str,
    read: impl Fn(&mut Object) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let Some(mut inner) = object.nullable_object(name)? else { return Ok(T::default()) };
    read(&mut inner).and_then(|value| inner.finish().map(|()| value)).map_err(|problem| problem.under(name))
}
