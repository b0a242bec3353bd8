//! What was used, when, and what it cost: the figures that an audit judges by.
//! What was not read is `None`, never empty.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Amount, ApiKeyId, Email, UserId, WorkspaceId};

/// Use of one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
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

/// How far back an audit of these settings has to look, in days before today.
pub(crate) const COST_DAYS: i32 = 63;
