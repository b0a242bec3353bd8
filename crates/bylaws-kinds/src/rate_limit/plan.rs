//! Plans the overrides of listed workspaces: one request for each entry that differs.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Fact, Facts, Item, Kind, Line, ObjectKind, ObjectName,
    WorkspaceId, WorkspaceLabel, WorkspaceRef, Write,
};

use super::{Group, Limiter, LiveRateLimits, Overrides, RateLimits, Wanted, fact};
use crate::desired::Policy;
use crate::plan::Planner;
use crate::workspace::matching::Matched;

/// Rate limits of workspaces. Every group of the organization has an entry, with or without overrides.
pub(crate) static RATE_LIMIT: Kind = Kind {
    name: "rate_limit",
    lists: &["rate_limits"],
    one_at_a_time: false,
    names_repeat: false,
    in_use: None,
    id_field: "rate_limit_id",
    identified_by: &[],
    contents: &[],
};

/// A listed workspace.
struct Listed<'a> {
    label: &'a WorkspaceLabel,
    /// `None` if this plan creates it.
    id: Option<&'a WorkspaceId>,
}

/// One entry of the files with what is live.
struct Entry<'a> {
    name: &'a ObjectName,
    group: &'a Group,
    wanted: BTreeMap<Limiter, Wanted>,
    has: Overrides,
    line: Line,
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_rate_limits(&mut self) {
        let Some(live) = self.live.rate_limits.as_ref() else { return };
        let desired = self.desired;
        for (label, open) in desired.open() {
            let Some(limits) = &open.rate_limits else { continue };
            if let Some(reason) = &live.refused {
                if !limits.is_empty() {
                    let address = Address::Section(ObjectKind::known("rate_limits"));
                    let line = Some(Line::Workspace(label.clone()));
                    return self.draft.block(
                        address,
                        format!("not read, so nothing is changed: {reason}"),
                        line,
                    );
                }
                continue;
            }
            let id = match self.matched.get(label) {
                Some(Matched::Live(live)) => Some(&live.id),
                Some(Matched::Absent) => None,
                // The content of a blocked entry is not reported again.
                Some(Matched::InPlace | Matched::Waiting(_) | Matched::Blocked(_)) | None => continue,
            };
            self.plan_limits_of(&Listed { label, id }, limits, live);
        }
    }

    fn plan_limits_of(&mut self, workspace: &Listed<'_>, limits: &'a RateLimits, live: &'a LiveRateLimits) {
        let mut meant: BTreeMap<&str, Vec<&ObjectName>> = BTreeMap::new();
        for name in limits.keys() {
            let group = live.groups.iter().find(|group| group.is_named(name.as_str()));
            if let Some(group) = group {
                meant.entry(group.id.as_str()).or_default().push(name);
            }
        }
        for (name, wanted) in limits {
            let line = workspace.line(name);
            let Some(group) = live.groups.iter().find(|group| group.is_named(name.as_str())) else {
                let reason = unknown(name, live);
                self.draft.block(workspace.address(name), reason, Some(line));
                continue;
            };
            let twins = meant.get(group.id.as_str()).map_or(&[][..], Vec::as_slice);
            if twins.len() > 1 {
                let names: Vec<String> = twins.iter().map(|twin| format!("`{twin}`")).collect();
                let reason = format!("{} have the same rate limits; keep one of them", names.join(" and "));
                self.draft.block(workspace.address(name), reason, Some(line));
                continue;
            }
            let has = live.of(workspace.id, &group.id);
            self.plan_entry(workspace, Entry { name, group, wanted: wanted.clone(), has, line });
        }
        for group in live.groups.iter().filter(|group| !meant.contains_key(group.id.as_str())) {
            self.plan_unlisted_limits(workspace, group, live.of(workspace.id, &group.id));
        }
    }

    fn plan_entry(&mut self, workspace: &Listed<'_>, mut entry: Entry<'_>) {
        let address = workspace.address(entry.name);
        let missing = entry.wanted.keys().find(|limiter| !has_limiter(entry.group, **limiter));
        if let Some(limiter) = missing {
            let reason = format!("the organization has no limit `{}` here", limiter.as_str());
            return self.draft.block(address, reason, Some(entry.line));
        }
        self.note_limits(&address, &entry);
        let unlisted: Vec<String> = entry.has.keys().filter(|has| !is_wanted(&entry, has)).cloned().collect();
        match self.desired.unlisted.of("rate_limits") {
            Policy::Ignore => {}
            Policy::Report => self.report_limits(&address, &entry.has, &unlisted),
            Policy::Remove => {
                let settable = unlisted.iter().filter_map(|limiter| Limiter::parse(limiter));
                entry.wanted.extend(settable.map(|limiter| (limiter, Wanted::Inherit)));
            }
        }
        self.set_limits(workspace, address, &entry);
    }

    /// Handles the overrides of a group that no line names.
    fn plan_unlisted_limits(&mut self, workspace: &Listed<'_>, group: &Group, has: Overrides) {
        let Some(name) = group.names().next().map(ObjectName::new).filter(|_| !has.is_empty()) else {
            return;
        };
        let address = workspace.address(&name);
        match self.desired.unlisted.of("rate_limits") {
            Policy::Ignore => {}
            Policy::Report => {
                let all: Vec<String> = has.keys().cloned().collect();
                self.report_limits(&address, &has, &all);
            }
            Policy::Remove => {
                let settable = has.keys().filter_map(|limiter| Limiter::parse(limiter));
                let wanted = settable.map(|limiter| (limiter, Wanted::Inherit)).collect();
                let line = Line::Unlisted("rate_limits");
                self.set_limits(workspace, address, &Entry { name: &name, group, wanted, has, line });
            }
        }
    }

    fn report_limits(&mut self, address: &Address, has: &Overrides, limiters: &[String]) {
        let shown = limiters.iter().filter_map(|limiter| Some(format!("{limiter} {}", has.get(limiter)?)));
        let shown: Vec<String> = shown.collect();
        if !shown.is_empty() {
            self.draft.stay(address.clone(), shown.join(", "));
        }
    }

    /// Notes values that have no effect, or another one than they seem to.
    fn note_limits(&mut self, address: &Address, entry: &Entry<'_>) {
        for (limiter, wanted) in &entry.wanted {
            let Wanted::Value(value) = wanted else { continue };
            let name = limiter.as_str();
            let reason = match (entry.group.limit(*limiter), limiter.counterpart()) {
                (Some(limit), _) if *value > limit => {
                    format!("`{name}` {value} is above the organization's limit {limit}, which applies")
                }
                (None, Some(other)) if name == "input_tokens_per_minute" && has_limit(entry.group, other) => {
                    format!(
                        "`{name}` also counts tokens read from the cache; the organization's limit does not"
                    )
                }
                _ => continue,
            };
            let line = Some(entry.line.clone());
            self.draft.notes.push(Item { line, ..Item::new(address.clone(), reason) });
        }
    }

    fn set_limits(&mut self, workspace: &Listed<'_>, address: Address, entry: &Entry<'_>) {
        let (mut before, mut after, mut body) = (Facts::default(), Facts::default(), Facts::default());
        let mut classes = BTreeSet::new();
        let mut stops = None;
        for (limiter, wanted) in &entry.wanted {
            let name = limiter.as_str();
            let has = entry.has.get(name).copied();
            let wants = match wanted {
                Wanted::Value(value) => Some(*value),
                Wanted::Inherit => None,
            };
            if has == wants {
                continue;
            }
            let limit = entry.group.limit(*limiter);
            let in_force = |value: Option<u64>| value.into_iter().chain(limit).min().unwrap_or(u64::MAX);
            let (was, is) = (in_force(has), in_force(wants));
            classes.insert(match was.cmp(&is) {
                std::cmp::Ordering::Less => Class::Raise,
                std::cmp::Ordering::Equal => Class::Other,
                std::cmp::Ordering::Greater => Class::Throttle,
            });
            stops = stops.or((wants == Some(0)).then_some(name));
            before.set(name, fact(has));
            after.set(name, fact(wants));
            body.set(name, wants.map_or(Fact::Null, Fact::Number));
        }
        if after.is_empty() {
            return;
        }
        let pairs = self.names.pairs_for(Action::Update, &address);
        let stopped = stops.and_then(|name| {
            self.unapproved(&pairs, &format!("`{name}` 0 stops this workspace and needs an approval"))
        });
        if let Some(reason) = stopped {
            let approve = pairs.into_iter().take(1).collect();
            let line = Some(entry.line.clone());
            return self.draft.blocked.push(Item { line, approve, ..Item::new(address, reason) });
        }
        let write = Write::to(&RATE_LIMIT, Action::Update, entry.group.id.as_str(), body);
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            depends_on: workspace.created_by().into_iter().collect(),
            classes,
            line: Some(entry.line.clone()),
            ..Change::new(Phase::Workspaces, address, write.within(workspace.reference()))
        });
    }
}

impl Listed<'_> {
    fn address(&self, name: &ObjectName) -> Address {
        Address::of_object(Some(self.label), RATE_LIMIT.object(), name.clone())
    }

    fn line(&self, name: &ObjectName) -> Line {
        Line::of_object(Some(self.label), RATE_LIMIT.object(), name.clone())
    }

    fn reference(&self) -> WorkspaceRef {
        match self.id {
            Some(id) => WorkspaceRef::Live(id.clone()),
            None => WorkspaceRef::Created(self.label.clone()),
        }
    }

    fn created_by(&self) -> Option<ChangeId> {
        let create = || ChangeId::of(Action::Create, &Address::Workspace(self.label.clone()));
        self.id.is_none().then(create)
    }
}

fn is_wanted(entry: &Entry<'_>, limiter: &str) -> bool {
    entry.wanted.keys().any(|wanted| wanted.as_str() == limiter)
}

fn has_limit(group: &Group, limiter: Limiter) -> bool {
    group.limit(limiter).is_some()
}

/// Returns whether the limiter exists for a group. Of the two that count input tokens, each exists beside the
/// other.
fn has_limiter(group: &Group, limiter: Limiter) -> bool {
    has_limit(group, limiter) || limiter.counterpart().is_some_and(|other| has_limit(group, other))
}

fn unknown(name: &ObjectName, live: &LiveRateLimits) -> String {
    let known = live.groups.iter().flat_map(Group::names);
    let near = bylaws_config::nearest(name.as_str(), known);
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("no rate limit of the organization is for `{name}`{near}")
}
