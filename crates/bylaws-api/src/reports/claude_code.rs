//! What Claude Code did on one day, by person or key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::open_enum::open_enum;
use crate::page::{MOST_ITEMS, Reported};
use crate::{OrganizationId, ReportPage, Request, Timestamp};

open_enum! {
    /// How the use is paid for.
    pub enum CustomerType {
        /// By the organization's API account.
        Api = "api",
        /// By a subscription.
        Subscription = "subscription",
    }
}

/// Which day to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaudeCodeUsageQuery {
    /// The day in UTC, `YYYY-MM-DD`.
    pub day: String,
    /// Records a page; `None` for the most that the service gives.
    pub limit: Option<u32>,
}

impl ClaudeCodeUsageQuery {
    /// That day, `YYYY-MM-DD`.
    pub fn on(day: impl Into<String>) -> Self {
        Self { day: day.into(), limit: None }
    }
}

/// One record per actor, terminal, remote or not, and customer type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaudeCodeUsageRecord {
    /// Midnight of the day, UTC.
    pub date: Timestamp,
    /// Who.
    pub actor: ClaudeCodeActor,
    /// Which organization.
    pub organization_id: OrganizationId,
    /// How it is paid for.
    pub customer_type: CustomerType,
    /// Such as `team`; `None` without a subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_type: Option<String>,
    /// Such as `vscode`.
    pub terminal_type: String,
    /// Whether it ran on another machine, where the service says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_remote: Option<bool>,
    /// What was done.
    pub core_metrics: CoreMetrics,
    /// Proposals of each tool, accepted and rejected.
    #[serde(default)]
    pub tool_actions: BTreeMap<String, ToolAction>,
    /// Tokens and estimated cost by model.
    #[serde(default)]
    pub model_breakdown: Vec<ModelUse>,
}

impl Reported for ClaudeCodeUsageRecord {
    const KIND: &'static str = "Claude Code usage";
}

/// Who used Claude Code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ClaudeCodeActor {
    /// A person.
    #[serde(rename = "user_actor")]
    User {
        /// Their address.
        email_address: String,
    },
    /// A key, known by its name only.
    #[serde(rename = "api_actor")]
    ApiKey {
        /// The key's name.
        api_key_name: String,
    },
    /// A shape this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// What was done with Claude Code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoreMetrics {
    /// Sessions begun.
    pub num_sessions: u64,
    /// Lines written and deleted.
    pub lines_of_code: LinesOfCode,
    /// Commits made.
    pub commits_by_claude_code: u64,
    /// Pull requests opened.
    pub pull_requests_by_claude_code: u64,
}

/// Lines written and deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinesOfCode {
    /// Written.
    pub added: u64,
    /// Deleted.
    pub removed: u64,
}

/// What people made of a tool's proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolAction {
    /// Taken.
    pub accepted: u64,
    /// Turned down.
    pub rejected: u64,
}

/// Tokens and estimated cost of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelUse {
    /// Which model.
    pub model: String,
    /// How many tokens.
    #[serde(default)]
    pub tokens: ModelTokens,
    /// What they cost, about.
    pub estimated_cost: EstimatedCost,
}

/// Tokens of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelTokens {
    /// Read.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Written to the cache.
    pub cache_creation: u64,
}

/// An estimate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstimatedCost {
    /// `USD`.
    pub currency: String,
    /// Cents. A JSON number here, unlike the cost report's text.
    pub amount: Number,
}

/// `GET /v1/organizations/usage_report/claude_code`.
pub fn report(query: &ClaudeCodeUsageQuery) -> Request<ReportPage<ClaudeCodeUsageRecord>> {
    Request::get(&["v1", "organizations", "usage_report", "claude_code"])
        .with_query("starting_at", &query.day)
        .with_query("limit", &query.limit.unwrap_or(MOST_ITEMS))
}
