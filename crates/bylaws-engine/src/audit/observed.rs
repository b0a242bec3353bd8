//! What was used, when, and what it cost: the figures that an audit judges by.
//! What was not read is `None`, never empty.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::AuditSettings;
use crate::{Amount, ApiKeyId, Email, UserId, WorkspaceId};

/// Use of one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Use of the Messages API.
    pub usage: Option<Usage>,
    /// Claude Code, by person: the last day (UTC) of each.
    pub claude_code: Option<LastDays<Email>>,
    /// Cost by workspace and day (UTC); the default workspace is `None`.
    pub cost: Option<Costs>,
}

/// The last day of use of each, as far back as was looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDays<T: Ord> {
    /// The first day (UTC) that was looked at.
    pub since: Date,
    /// The last day of each; who is not in it was not seen since.
    pub last: BTreeMap<T, Date>,
}

/// Use of the Messages API, by the last day (UTC) of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The first day that was looked at.
    pub since: Date,
    /// People, where use is under their own name.
    pub people: BTreeMap<UserId, Date>,
    /// Keys.
    pub api_keys: BTreeMap<ApiKeyId, Date>,
    /// Workspaces; the default one is `None`.
    pub workspaces: BTreeMap<Option<WorkspaceId>, Date>,
}

/// Cost by workspace and day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    /// The first day that was looked at.
    pub since: Date,
    /// Exact amounts; a day without cost may be left out.
    pub by_workspace: BTreeMap<Option<WorkspaceId>, BTreeMap<Date, Amount>>,
}

/// Days before today that a week out of pattern is judged by: the week and eight before it.
pub(super) const PATTERN: i32 = 63;

/// How many days back the usage report has to be read for these settings; `None` for not at all.
pub fn usage_days(settings: &AuditSettings) -> Option<i32> {
    let days = settings.dormant_days;
    [days.people, days.workspaces, days.api_keys].into_iter().flatten().max().map(capped)
}

/// How many days back the cost report has to be read for these settings; `None` for not at all.
pub fn cost_days(settings: &AuditSettings, today: Date) -> Option<i32> {
    let pattern = settings.spending.unusual.as_ref().map(|_| PATTERN);
    let month = (!settings.spending.monthly.is_empty()).then(|| i32::from(today.day()) - 1);
    pattern.max(month)
}

/// Nobody's report goes back further than ten years.
fn capped(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX).min(3_660)
}
