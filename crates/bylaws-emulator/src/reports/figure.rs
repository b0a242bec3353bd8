//! A figure: tokens at one moment, with all their dimensions. Borrows from the state, so that a report over
//! many keys copies nothing.

use crate::reports::usage_record::{Amounts, UsageRecord};
use crate::state::State;

/// The dimensions by which usage can be grouped, in the order of [`Figure::dimensions`].
pub(crate) const DIMENSIONS: [&str; 9] = [
    "account_id",
    "api_key_id",
    "context_window",
    "inference_geo",
    "model",
    "service_account_id",
    "service_tier",
    "speed",
    "workspace_id",
];

/// One value per entry of [`DIMENSIONS`].
pub(crate) type Dimensions<'a> = [Option<&'a str>; 9];

/// Usage at one moment. The workspace is its real id, also for the default one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure<'a> {
    /// Seconds since 1970.
    pub(crate) at: i64,
    pub(crate) dimensions: Dimensions<'a>,
    pub(crate) tokens: Amounts,
}

impl<'a> Figure<'a> {
    pub(crate) fn stated(state: &'a State, record: &'a UsageRecord) -> Self {
        Self {
            at: record.starting_at.as_second(),
            dimensions: [
                record.account_id.as_deref(),
                record.api_key_id.as_deref(),
                record.context_window.as_deref(),
                record.inference_geo.as_deref(),
                record.model.as_deref(),
                record.service_account_id.as_deref(),
                record.service_tier.as_deref(),
                record.speed.as_deref(),
                Some(record.workspace_id.as_deref().unwrap_or(state.default_workspace())),
            ],
            tokens: record.tokens,
        }
    }

    /// Returns the value of one of [`DIMENSIONS`].
    pub(crate) fn dimension(&self, name: &str) -> Option<&'a str> {
        let at = DIMENSIONS.iter().position(|dimension| *dimension == name)?;
        self.dimensions.get(at).copied().flatten()
    }

    /// Returns the workspace as in reports: null for the default one.
    pub(crate) fn shown_workspace(&self, state: &State) -> Option<&'a str> {
        self.dimension("workspace_id").filter(|id| !state.is_default(id))
    }
}
