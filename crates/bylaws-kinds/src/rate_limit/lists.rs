//! The lists of rate limits as they were read, and as a snapshot contains them; and which of them the files need.

use bylaws_api as api;
use bylaws_engine::WorkspaceId;
use bylaws_engine::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Group, LiveRateLimits};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, list};
use crate::workspace::matching::listed_with;

/// Returns the limits, if the service listed them.
pub(crate) fn read(live: &Live) -> Option<&LiveRateLimits> {
    live.rate_limits.as_ref().filter(|limits| limits.refused.is_none())
}

/// Returns the live workspaces whose overrides the files list.
pub(super) fn workspaces(desired: &Desired, live: &Live) -> Vec<WorkspaceId> {
    listed_with(desired, live, |open| open.rate_limits.is_some())
}

/// Returns whether any workspace lists rate limits.
pub(crate) fn are_listed(desired: &Desired) -> bool {
    desired.open().any(|(_, open)| open.rate_limits.is_some())
}

/// The organization's limits, and the overrides of workspaces.
pub(super) struct RateLimitLists {
    pub(super) groups: Vec<api::RateLimit>,
    pub(super) overrides: Vec<Entry>,
    /// The workspaces that were read; one without overrides has no entry.
    pub(super) wanted: Vec<WorkspaceId>,
    /// Why the service refused them.
    pub(super) refused: Option<Text>,
}

/// The overrides of a workspace for a group, as a snapshot and a seed contain them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    workspace_id: String,
    rate_limit_id: String,
    limits: Vec<Override>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Override {
    #[serde(rename = "type")]
    limiter: String,
    value: u64,
    /// The service marks inherited limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<api::LimitSource>,
}

impl From<api::WorkspaceRateLimit> for Entry {
    fn from(entry: api::WorkspaceRateLimit) -> Self {
        let limits = entry.limits.into_iter().map(|limit| Override {
            limiter: limit.kind.as_str().to_owned(),
            value: limit.value,
            source: Some(limit.source),
        });
        Self {
            workspace_id: entry.workspace_id.as_str().to_owned(),
            rate_limit_id: entry.rate_limit_id.as_str().to_owned(),
            limits: limits.collect(),
        }
    }
}

impl Entry {
    /// Returns the limits of the workspace's own.
    pub(super) fn overrides(&self) -> super::Overrides {
        let is_own = |limit: &&Override| {
            let kind = limit.source.as_ref().map(|source| &source.kind);
            kind.is_none_or(|kind| *kind == api::LimitSourceType::Workspace)
        };
        let own = self.limits.iter().filter(is_own);
        own.map(|limit| (limit.limiter.clone(), limit.value)).collect()
    }
}

impl RateLimitLists {
    pub(super) fn refused(reason: Text) -> Self {
        Self { groups: Vec::new(), overrides: Vec::new(), wanted: Vec::new(), refused: Some(reason) }
    }

    pub(super) fn parse(snapshot: &Map<String, Value>) -> serde_json::Result<Self> {
        if snapshot.get("rate_limits").is_some_and(Value::is_null) {
            return Ok(Self::refused("the snapshot does not contain them".into()));
        }
        let (groups, overrides) = (list(snapshot, "rate_limits")?, list(snapshot, "workspace_rate_limits")?);
        Ok(Self { groups, overrides, wanted: Vec::new(), refused: None })
    }
}

impl Lists for RateLimitLists {
    fn add_to(&self, live: &mut Live, _: Option<&api::Credential>) {
        let mut limits = LiveRateLimits { refused: self.refused.clone(), ..LiveRateLimits::default() };
        limits.groups = self.groups.iter().map(group).collect();
        for workspace in &self.wanted {
            limits.overrides.entry(workspace.clone()).or_default();
        }
        // A snapshot has all workspaces.
        for workspace in
            live.workspaces.iter().flat_map(|all| all.all.values()).filter(|_| self.wanted.is_empty())
        {
            limits.overrides.entry(workspace.id.clone()).or_default();
        }
        for entry in &self.overrides {
            let of = limits.overrides.entry(WorkspaceId::new(entry.workspace_id.as_str())).or_default();
            of.insert(entry.rate_limit_id.clone(), entry.overrides());
        }
        live.rate_limits = Some(limits);
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        let mut groups: Vec<&api::RateLimit> = self.groups.iter().collect();
        groups.sort_by(|a, b| a.id.cmp(&b.id));
        let mut overrides: Vec<&Entry> = self.overrides.iter().collect();
        overrides
            .sort_by(|a, b| (&a.workspace_id, &a.rate_limit_id).cmp(&(&b.workspace_id, &b.rate_limit_id)));
        if self.refused.is_some() {
            // Not an empty list: a plan with this snapshot says that the limits are not known.
            snapshot.insert("rate_limits".to_owned(), Value::Null);
        }
        // An organization without them has the same snapshot as before they existed.
        if !groups.is_empty() {
            snapshot.insert("rate_limits".to_owned(), json!(groups));
        }
        if !overrides.is_empty() {
            snapshot.insert("workspace_rate_limits".to_owned(), json!(overrides));
        }
    }
}

fn group(entry: &api::RateLimit) -> Group {
    Group {
        id: entry.id.as_str().to_owned(),
        kind: entry.group.kind.as_str().to_owned(),
        models: entry.models.clone().unwrap_or_default(),
        limits: entry.limits.iter().map(|limit| (limit.kind.as_str().to_owned(), limit.value)).collect(),
    }
}
