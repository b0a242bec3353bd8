//! Rate limits of workspaces: overrides of the organization's limits, one entry for each group of models or
//! feature. The organization's own limits cannot be set.

mod activities;
mod adopt;
pub(crate) mod lists;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Fact, Facts, ObjectName, WorkspaceId};

/// The entries under `rate_limits:` of a workspace, by model id, alias or group type.
pub(crate) type RateLimits = BTreeMap<ObjectName, BTreeMap<Limiter, Wanted>>;

/// A limiter that can be set for a workspace (`docs/service-behaviour.md#rate-limits`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limiter(&'static str);

impl Limiter {
    /// Every limiter, sorted by name.
    pub const ALL: [Self; 9] = [
        Self("fast_itpmca"),
        Self("fast_otpm"),
        Self("input_tokens_per_minute"),
        Self("input_tokens_per_minute_cache_aware"),
        Self("output_tokens_per_minute"),
        Self("requests_per_minute"),
        Self("tokens_per_day"),
        Self("tokens_per_minute"),
        Self("tool_uses_per_second"),
    ];

    /// Returns the limiter with this name; `None` if it cannot be set.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limiter| limiter.0 == name)
    }

    /// Returns the service's name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns the limiter of the same tokens, with or without those read from the cache.
    pub(crate) fn counterpart(self) -> Option<Self> {
        match self.0 {
            "input_tokens_per_minute" => Self::parse("input_tokens_per_minute_cache_aware"),
            "input_tokens_per_minute_cache_aware" => Self::parse("input_tokens_per_minute"),
            _ => None,
        }
    }
}

/// What the files ask for of one limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An override with this value, in the unit of the limiter.
    Value(u64),
    /// No override: the organization's limit holds.
    Inherit,
}

/// The word in files and plans for a limiter without an override.
pub(crate) const INHERIT: &str = "inherit";

/// The rate limits of the organization and the overrides of its workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveRateLimits {
    /// The organization's limits, one entry for each group.
    pub groups: Vec<Group>,
    /// The overrides of each workspace that was read, by the id of the group's entry, then by limiter.
    pub overrides: BTreeMap<WorkspaceId, BTreeMap<String, Overrides>>,
    /// Why the service refused the lists, if it did.
    pub refused: Option<Text>,
}

/// Overrides by limiter. The service may report limiters that cannot be set.
pub(crate) type Overrides = BTreeMap<String, u64>;

/// The organization's limits for a group of models or a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The id of the entry, which is different in every organization.
    pub id: String,
    /// The type of the group, such as `batch`.
    pub kind: String,
    /// The ids and aliases of its models; empty for a feature.
    pub models: Vec<String>,
    /// The organization's limits, by limiter.
    pub limits: BTreeMap<String, u64>,
}

impl Group {
    /// Returns whether a name in the files leads to this group.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Returns every name that leads to this group; the first is the one to suggest.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        // A group of models shares its type with all others.
        let feature = self.models.is_empty().then_some(self.kind.as_str());
        self.models.iter().map(String::as_str).chain(feature)
    }

    /// Returns the limit of the organization; `None` if it has none of this kind.
    pub(crate) fn limit(&self, limiter: Limiter) -> Option<u64> {
        self.limits.get(limiter.as_str()).copied()
    }
}

impl LiveRateLimits {
    /// Returns the groups that a name leads to: one, unless the name is wrong or ambiguous.
    pub(crate) fn groups_of(&self, name: &str) -> Vec<&Group> {
        self.groups.iter().filter(|group| group.is_named(name)).collect()
    }

    /// Returns the overrides of a workspace for a group.
    pub(crate) fn of(&self, workspace: Option<&WorkspaceId>, group: &str) -> Overrides {
        let overrides = workspace.and_then(|workspace| self.overrides.get(workspace));
        overrides.and_then(|groups| groups.get(group)).cloned().unwrap_or_default()
    }
}

/// Returns a limiter's override as plans show it.
pub(crate) fn fact(value: Option<u64>) -> Fact {
    value.map_or_else(|| Fact::Text(INHERIT.to_owned()), Fact::Number)
}

/// Returns every limiter with its override.
pub(crate) fn facts(overrides: &Overrides) -> Facts {
    let all = Limiter::ALL.map(|limiter| (limiter.0, fact(overrides.get(limiter.0).copied())));
    Facts(all.into_iter().collect())
}
