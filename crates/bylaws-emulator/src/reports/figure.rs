//! Figures: tokens at one moment, with all their dimensions. They come from the seed, or are derived from
//! organization, day, workspace and key, so that the same seed gives the same reports. Figures borrow from
//! the state, so that a report over many keys copies nothing.

use jiff::Timestamp;

use crate::api_keys::ApiKey;
use crate::ids::{hash, mix};
use crate::reports::usage_record::{Amounts, CacheCreation, ServerToolUse, UsageRecord};
use crate::state::State;
use crate::workspaces::Workspace;

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
                Some(record.workspace_id.as_deref().unwrap_or(&state.default_workspace)),
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

const DAY: i64 = 86_400;

/// The models of derived figures.
pub(crate) const MODELS: [&str; 3] =
    ["claude-haiku-4-5-20251001", "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929"];

/// Returns all figures in the order of their time, from `from` (inclusive) to `to` (exclusive), in seconds
/// since 1970; none later than the clock.
pub(crate) fn figures(state: &State, from: i64, to: i64) -> Vec<Figure<'_>> {
    let to = to.min(state.now.as_second().saturating_add(1));
    let mut found = Vec::new();
    if let Some(stated) = &state.rest.usage {
        found.extend(stated.iter().map(|record| Figure::stated(state, record)));
    } else {
        for day in from.div_euclid(DAY)..=to.saturating_sub(1).div_euclid(DAY) {
            day_of(state, day, &mut found);
        }
    }
    found.retain(|figure| (from..to).contains(&figure.at));
    found.sort_by_key(|figure| figure.at);
    found
}

fn day_of<'a>(state: &'a State, day: i64, found: &mut Vec<Figure<'a>>) {
    let keys = state.api_keys.iter().filter_map(|key| {
        let workspace = key.workspace_id().unwrap_or(&state.default_workspace);
        Some((state.workspaces.get(workspace)?, Some(key)))
    });
    // The playground has no key.
    let sources = keys.chain(state.workspaces.iter().map(|workspace| (workspace, None)));
    let organization = state.rest.organization.id.as_str();
    for (workspace, key) in sources {
        let name = key.map_or("playground", |key| key.id.as_str());
        // One source in six is never used, for audits to find.
        if hash(&[organization, name, "unused"]).is_multiple_of(6) {
            continue;
        }
        let begin = key.map_or(workspace.created_at, |key| key.created_at);
        let ends = [key.and_then(|key| key.expires_at), workspace.archived_at];
        let end = ends.into_iter().flatten().min().map_or(i64::MAX, Timestamp::as_second);
        let lot = hash(&[organization, &day.to_string(), &workspace.id, name]);
        for nth in 0..lot % 5 {
            let lot = mix(lot ^ (nth + 1));
            let second = i64::try_from(lot % 86_400).unwrap_or_default();
            let at = day.saturating_mul(DAY).saturating_add(second);
            if (begin.as_second()..end).contains(&at) {
                found.push(figure(workspace, key, at, mix(lot)));
            }
        }
    }
}

fn figure<'a>(workspace: &'a Workspace, key: Option<&'a ApiKey>, at: i64, lot: u64) -> Figure<'a> {
    let model = usize::try_from(lot % 3).ok().and_then(|at| MODELS.get(at)).copied();
    let part = |shift: u32, below: u64| (lot >> shift) % below;
    let tier = match part(8, 20) {
        0..=15 => "standard",
        16..=18 => "batch",
        _ => "priority",
    };
    let geo = match workspace.data_residency.default_inference_geo.as_str() {
        geo @ ("global" | "us") => geo,
        _ => "not_available",
    };
    Figure {
        at,
        dimensions: [
            key.and_then(|key| key.principal_id("user_id")),
            key.map(|key| key.id.as_str()),
            Some(if part(16, 10) == 0 { "200k-1M" } else { "0-200k" }),
            Some(geo),
            model,
            key.and_then(|key| key.principal_id("service_account_id")),
            Some(tier),
            Some(if part(20, 25) == 0 { "fast" } else { "standard" }),
            Some(&workspace.id),
        ],
        tokens: Amounts {
            uncached_input_tokens: 1_000 + part(24, 400_000),
            cache_read_input_tokens: part(28, 900_000),
            cache_creation: CacheCreation {
                ephemeral_1h_input_tokens: part(32, 20_000),
                ephemeral_5m_input_tokens: part(36, 60_000),
            },
            output_tokens: 200 + part(40, 90_000),
            server_tool_use: ServerToolUse { web_search_requests: part(44, 12).saturating_sub(8) },
        },
    }
}
