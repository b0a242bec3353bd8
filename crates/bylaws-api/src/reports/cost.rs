//! Cost in daily buckets.

use serde::{Deserialize, Serialize};

use crate::{Cents, ReportPage, Request, Timestamp, WorkspaceId};

/// The maximum number of buckets on one page.
const MOST_BUCKETS: u32 = 31;

/// The range and grouping of a cost report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostQuery {
    /// The start, rounded down to the day.
    pub starting_at: Timestamp,
    /// The end of the range, exclusive.
    pub ending_at: Option<Timestamp>,
    /// `workspace_id` and `description`; the latter also fills model, token type and similar fields.
    pub group_by: Vec<String>,
    /// Days per page; `None` for the service's maximum.
    pub limit: Option<u32>,
}

impl CostQuery {
    /// Returns a query for everything since a point in time.
    pub fn since(starting_at: impl Into<Timestamp>) -> Self {
        Self { starting_at: starting_at.into(), ending_at: None, group_by: Vec::new(), limit: None }
    }
}

/// The cost of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostBucket {
    /// The start of the day, inclusive.
    pub starting_at: Timestamp,
    /// The end of the day, exclusive.
    pub ending_at: Timestamp,
    /// One result per combination of the requested dimensions.
    pub results: Vec<CostResult>,
}

/// One amount; a dimension that was not requested is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostResult {
    /// The exact amount in cents.
    pub amount: Cents,
    /// The currency, always `USD`.
    pub currency: String,
    /// The context window, such as `0-200k`.
    pub context_window: Option<String>,
    /// The cost type, such as `tokens` or `web_search`.
    pub cost_type: Option<String>,
    /// The description on the bill.
    pub description: Option<String>,
    /// The geo in which requests were processed.
    pub inference_geo: Option<String>,
    /// The name of the model.
    pub model: Option<String>,
    /// The service tier, such as `standard` or `batch`.
    pub service_tier: Option<String>,
    /// The token type, such as `output_tokens`.
    pub token_type: Option<String>,
    /// The workspace; also `None` for the default one.
    pub workspace_id: Option<WorkspaceId>,
}

/// Returns `GET /v1/organizations/cost_report`, oldest day first.
pub fn report(query: &CostQuery) -> Request<ReportPage<CostBucket>> {
    Request::get(&["cost_report"])
        .with_query("starting_at", &query.starting_at)
        .with_optional("ending_at", query.ending_at.as_ref())
        .with_query("limit", &query.limit.unwrap_or(MOST_BUCKETS))
        .with_each("group_by[]", &query.group_by)
}
