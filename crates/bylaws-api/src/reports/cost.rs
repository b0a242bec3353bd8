//! Cost in daily buckets.

use serde::{Deserialize, Serialize};

use crate::page::Reported;
use crate::{Cents, ReportPage, Request, Timestamp, WorkspaceId};

/// The most buckets the service puts on one page.
const MOST_BUCKETS: u32 = 31;

/// What to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostQuery {
    /// From here on, snapped down to the day.
    pub starting_at: Timestamp,
    /// Up to here, exclusive.
    pub ending_at: Option<Timestamp>,
    /// `workspace_id` and `description`; the latter fills in model, token type and the like.
    pub group_by: Vec<String>,
    /// Days a page; `None` for the most that the service gives.
    pub limit: Option<u32>,
}

impl CostQuery {
    /// Everything from a point in time on.
    pub fn since(starting_at: impl Into<Timestamp>) -> Self {
        Self { starting_at: starting_at.into(), ending_at: None, group_by: Vec::new(), limit: None }
    }
}

/// The cost of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostBucket {
    /// Start, inclusive.
    pub starting_at: Timestamp,
    /// End, exclusive.
    pub ending_at: Timestamp,
    /// One for each combination of the dimensions asked for.
    pub results: Vec<CostResult>,
}

impl Reported for CostBucket {
    const KIND: &'static str = "cost";
}

/// One amount; a dimension not asked for is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostResult {
    /// Exact, in cents.
    pub amount: Cents,
    /// `USD`.
    pub currency: String,
    /// Such as `0-200k`.
    #[serde(default)]
    pub context_window: Option<String>,
    /// Such as `tokens` or `web_search`.
    #[serde(default)]
    pub cost_type: Option<String>,
    /// The line on the bill.
    #[serde(default)]
    pub description: Option<String>,
    /// Where requests were answered.
    #[serde(default)]
    pub inference_geo: Option<String>,
    /// Which model.
    #[serde(default)]
    pub model: Option<String>,
    /// Such as `standard` or `batch`.
    #[serde(default)]
    pub service_tier: Option<String>,
    /// Such as `output_tokens`.
    #[serde(default)]
    pub token_type: Option<String>,
    /// Which workspace; `None` for the default one too.
    #[serde(default)]
    pub workspace_id: Option<WorkspaceId>,
}

/// `GET /v1/organizations/cost_report`, oldest day first.
pub fn report(query: &CostQuery) -> Request<ReportPage<CostBucket>> {
    Request::get(&["v1", "organizations", "cost_report"])
        .with_query("starting_at", &query.starting_at)
        .with_optional("ending_at", query.ending_at.as_ref())
        .with_query("limit", &query.limit.unwrap_or(MOST_BUCKETS))
        .with_each("group_by[]", &query.group_by)
}
