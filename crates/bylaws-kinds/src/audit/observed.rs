//! Observed usage and cost: the figures that an audit is based on. Data that was not read is `None`, never
//! empty.

use std::collections::BTreeMap;

use bylaws_engine::audit::AuditSettings;
use bylaws_engine::{Amount, ApiKeyId, Email, UserId, WorkspaceId};
use jiff::civil::Date;

/// Usage and cost of one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Use of the Messages API.
    pub usage: Option<Usage>,
    /// The last day (UTC) each person used Claude Code.
    pub claude_code: Option<LastDays<Email>>,
    /// Cost by workspace and day (UTC); the default workspace is `None`.
    pub cost: Option<Costs>,
}

/// The last day of use of each object, as far back as was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDays<T: Ord> {
    /// The first day (UTC) that was read.
    pub since: Date,
    /// The last day of each; an object that is missing was not used since `since`.
    pub last: BTreeMap<T, Date>,
}

/// The last day (UTC) of use of the Messages API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The first day (UTC) that was read.
    pub since: Date,
    /// People, if the usage is under their own name.
    pub people: BTreeMap<UserId, Date>,
    /// The last day of use of each API key.
    pub api_keys: BTreeMap<ApiKeyId, Date>,
    /// Workspaces; the default one is `None`.
    pub workspaces: BTreeMap<Option<WorkspaceId>, Date>,
}

/// Cost by workspace and day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    /// The first day (UTC) that was read.
    pub since: Date,
    /// Exact amounts; days without cost may be missing.
    pub by_workspace: BTreeMap<Option<WorkspaceId>, BTreeMap<Date, Amount>>,
}

/// Days of cost history needed to find an unusual week: the week and the eight before it.
pub(crate) const PATTERN: i32 = 63;

/// Returns how many days back the usage report must be read for these settings; `None` if it is not needed.
pub fn usage_days(settings: &AuditSettings) -> Option<i32> {
    let days = settings.dormant_days;
    [days.people, days.workspaces, days.keys].into_iter().flatten().max().map(capped)
}

/// Returns how many days back the cost report must be read for these settings; `None` if it is not needed.
pub fn cost_days(settings: &AuditSettings, today: Date) -> Option<i32> {
    let pattern = settings.spending.unusual.as_ref().map(|_| PATTERN);
    let month = (!settings.spending.monthly.is_empty()).then(|| i32::from(today.day()) - 1);
    pattern.max(month)
}

/// Reports are read for ten years at most.
fn capped(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX).min(3_660)
}
