//! Claude Code activity of one day, by person or key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::open_enum::open_enum;
use crate::request::MOST_ITEMS;
use crate::{OrganizationId, ReportPage, Request, Timestamp};

open_enum! {
    /// How the usage is paid for.
    pub enum CustomerType {
        /// By the organization's API account.
        Api = "api",
        /// The usage is paid for by a subscription.
        Subscription = "subscription",
    }
}

/// The day to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaudeCodeUsageQuery {
    /// The day in UTC, `YYYY-MM-DD`.
    pub day: String,
    /// Records per page; `None` for the service's maximum.
    pub limit: Option<u32>,
}

impl ClaudeCodeUsageQuery {
    /// Returns a query for this day, `YYYY-MM-DD`.
    pub fn on(day: impl Into<String>) -> Self {
        Self { day: day.into(), limit: None }
    }
}

/// One record per actor, terminal, location (remote or not) and customer type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaudeCodeUsageRecord {
    /// Midnight of the day, UTC.
    pub date: Timestamp,
    /// The person or key.
    pub actor: ClaudeCodeActor,
    /// The id of the organization.
    pub organization_id: OrganizationId,
    /// How the usage is paid for.
    pub customer_type: CustomerType,
    /// The subscription type, such as `team`; `None` without a subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_type: Option<String>,
    /// The terminal, such as `vscode`.
    pub terminal_type: String,
    /// Whether it ran on another machine, if the service reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_remote: Option<bool>,
    /// Sessions, lines, commits and pull requests.
    pub core_metrics: CoreMetrics,
    /// Proposals of each tool, accepted and rejected.
    #[serde(default)]
    pub tool_actions: BTreeMap<String, ToolAction>,
    /// Tokens and estimated cost by model.
    #[serde(default)]
    pub model_breakdown: Vec<ModelUse>,
}

/// The person or key that used Claude Code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ClaudeCodeActor {
    /// A person, signed in with their account.
    #[serde(rename = "user_actor")]
    User {
        /// The address of the person.
        email_address: String,
    },
    /// A key, identified only by its name.
    #[serde(rename = "api_actor")]
    ApiKey {
        /// The name of the key.
        api_key_name: String,
    },
    /// A shape that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// Claude Code activity: sessions, lines, commits and pull requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoreMetrics {
    /// The number of sessions started.
    pub num_sessions: u64,
    /// Lines added and removed.
    pub lines_of_code: LinesOfCode,
    /// The number of commits created.
    pub commits_by_claude_code: u64,
    /// The number of pull requests opened.
    pub pull_requests_by_claude_code: u64,
}

/// Lines added and removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinesOfCode {
    /// The number of lines added.
    pub added: u64,
    /// The number of lines removed.
    pub removed: u64,
}

/// How people decided on a tool's proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolAction {
    /// The number of accepted proposals.
    pub accepted: u64,
    /// The number of rejected proposals.
    pub rejected: u64,
}

/// Tokens and estimated cost of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelUse {
    /// The name of the model.
    pub model: String,
    /// The token counts of the model.
    #[serde(default)]
    pub tokens: ModelTokens,
    /// The estimated cost of the tokens.
    pub estimated_cost: EstimatedCost,
}

/// Tokens of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelTokens {
    /// Input tokens that were not cached.
    pub input: u64,
    /// The number of output tokens.
    pub output: u64,
    /// Tokens read from the cache.
    pub cache_read: u64,
    /// Tokens written to the cache.
    pub cache_creation: u64,
}

/// An estimated cost in one currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstimatedCost {
    /// The currency, always `USD`.
    pub currency: String,
    /// The cents. A JSON number here, unlike the text in the cost report.
    pub amount: Number,
}

/// Returns `GET /v1/organizations/usage_report/claude_code`.
pub fn report(query: &ClaudeCodeUsageQuery) -> Request<ReportPage<ClaudeCodeUsageRecord>> {
    Request::get(&["usage_report", "claude_code"])
        .with_query("starting_at", &query.day)
        .with_query("limit", &query.limit.unwrap_or(MOST_ITEMS))
}
