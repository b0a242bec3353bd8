//! Plans the overrides of listed workspaces: one request for each entry that differs.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::Named;
use bylaws_engine::sentence::listed;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, Class, Fact, Facts, Kind, Line, ObjectName, WorkspaceLabel, WorkspaceRef, Write,
};

use super::{Group, Limiter, LiveRateLimits, Overrides, RateLimits, Wanted, fact};
use crate::desired::Policy;
use crate::plan::Planner;

/// Rate limits of workspaces. Every group of the organization has an entry, with or without overrides.
pub(crate) static RATE_LIMIT: Kind =
    Kind { id_field: "rate_limit_id", ..Kind::new("rate_limit", &["rate_limits"]) };

/// A listed workspace.
struct Listed<'a> {
    label: &'a WorkspaceLabel,
    workspace: WorkspaceRef,
    /// Whether every entry leads to one group. Else an override that no line names may be of such an entry.
    all_found: bool,
}

/// One entry of the files with what is live.
struct Entry<'a> {
    name: &'a ObjectName,
    group: &'a Group,
    wanted: BTreeMap<Limiter, Wanted>,
    has: Overrides,
    /// The line of the policy, if no line names them.
    line: Option<Line>,
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_rate_limits(&mut self) {
        let Some(live) = self.live.rate_limits.as_ref() else { return };
        let desired = self.desired;
        for group in &live.groups {
            self.names.add_object(named(group), None);
        }
        for (label, open) in desired.open() {
            let Some(limits) = &open.rate_limits else { continue };
            if let Some(reason) = &live.refused {
                let is_managed = !limits.is_empty() || desired.unlisted.of("rate_limits") != Policy::Ignore;
                if is_managed {
                    return self.block_unread("rate_limits", Line::Workspace(label.clone()), reason);
                }
                continue;
            }
            let Some(workspace) = self.workspace_of(label) else { continue };
            let is_found = |name: &ObjectName| live.groups_of(name.as_str()).len() == 1;
            let all_found = limits.keys().all(is_found);
            self.plan_limits_of(&Listed { label, workspace, all_found }, limits, live);
        }
    }

    fn plan_limits_of(&mut self, workspace: &Listed<'_>, limits: &'a RateLimits, live: &'a LiveRateLimits) {
        let mut meant: BTreeMap<&str, Vec<&ObjectName>> = BTreeMap::new();
        for name in limits.keys() {
            for group in live.groups_of(name.as_str()) {
                meant.entry(group.id.as_str()).or_default().push(name);
                self.names.add_object(named(group), Some(workspace.address(name)));
            }
        }
        for (name, wanted) in limits {
            let groups = live.groups_of(name.as_str());
            let [group] = groups[..] else {
                self.draft.block(workspace.address(name), not_one(name, &groups, live));
                continue;
            };
            let twins = meant.get(group.id.as_str()).map_or(&[][..], Vec::as_slice);
            if twins.len() > 1 {
                let reason =
                    text!("{} have the same rate limits; keep one of them", Text::joined(twins, " and "));
                self.draft.block(workspace.address(name), reason);
                continue;
            }
            let has = live.of(workspace.workspace.live(), &group.id);
            self.plan_entry(workspace, Entry { name, group, wanted: wanted.clone(), has, line: None });
        }
        for group in live.groups.iter().filter(|group| !meant.contains_key(group.id.as_str())) {
            self.plan_unlisted_limits(workspace, group, live.of(workspace.workspace.live(), &group.id));
        }
    }

    fn plan_entry(&mut self, workspace: &Listed<'_>, mut entry: Entry<'_>) {
        let address = workspace.address(entry.name);
        // A limit that the organization lost can stay as it is, or be taken away.
        let is_left = |limiter: &Limiter, wanted: &Wanted| {
            let has = entry.has.get(limiter.as_str());
            has.is_some() && (*wanted == Wanted::Inherit || has.copied().map(Wanted::Value) == Some(*wanted))
        };
        let missing = entry
            .wanted
            .iter()
            .find(|(limiter, wanted)| !has_limiter(entry.group, **limiter) && !is_left(limiter, wanted));
        if let Some((limiter, _)) = missing {
            let has = Text::joined(entry.group.limits.keys(), ", ");
            let reason =
                text!("the organization has no limit `{}` for this group; it has {}", limiter.as_str(), has);
            return self.draft.block(address, reason);
        }
        self.note_limits(&address, &entry);
        let unlisted: Vec<&str> = entry
            .has
            .keys()
            .map(String::as_str)
            .filter(|has| entry.wanted.keys().all(|wanted| wanted.as_str() != *has))
            .collect();
        let cleared = self.cleared(workspace, &address, &entry.has, unlisted);
        entry.wanted.extend(cleared);
        self.set_limits(workspace, address, &entry);
    }

    /// Handles the overrides of a group that no line names.
    fn plan_unlisted_limits(&mut self, workspace: &Listed<'_>, group: &Group, has: Overrides) {
        let Some(name) = group.names().next().map(ObjectName::new).filter(|_| !has.is_empty()) else {
            return;
        };
        let address = workspace.address(&name);
        let wanted = self.cleared(workspace, &address, &has, has.keys().map(String::as_str).collect());
        let line = Some(Line::Unlisted("rate_limits"));
        self.set_limits(workspace, address, &Entry { name: &name, group, wanted, has, line });
    }

    /// Returns which of these limiters, which no line names, the policy clears; reports those that stay.
    fn cleared(
        &mut self,
        workspace: &Listed<'_>,
        address: &Address,
        has: &Overrides,
        limiters: Vec<&str>,
    ) -> BTreeMap<Limiter, Wanted> {
        let policy = self.desired.unlisted.of("rate_limits");
        let is_cleared = |limiter: &&str| {
            policy == Policy::Remove && workspace.all_found && Limiter::parse(limiter).is_some()
        };
        let (cleared, stay): (Vec<&str>, Vec<&str>) = limiters.into_iter().partition(is_cleared);
        let stay: Vec<Text> =
            stay.into_iter().filter_map(|limiter| Some(text!("{} {}", limiter, has.get(limiter)?))).collect();
        if policy != Policy::Ignore && !stay.is_empty() {
            let may_be_listed = policy == Policy::Remove && !workspace.all_found;
            let stay = Text::joined(stay, ", ");
            let found = || text!("{}, and may be of a listed entry that was not found", stay);
            self.draft.stay(address.clone(), if may_be_listed { found() } else { stay });
        }
        let cleared = cleared.into_iter().filter_map(Limiter::parse);
        cleared.map(|limiter| (limiter, Wanted::Inherit)).collect()
    }

    /// Notes values that have no effect, or another one than they seem to.
    fn note_limits(&mut self, address: &Address, entry: &Entry<'_>) {
        for (limiter, wanted) in &entry.wanted {
            let Wanted::Value(value) = wanted else { continue };
            let name = limiter.as_str();
            let reason = match (entry.group.limit(*limiter), limiter.counterpart()) {
                (Some(limit), _) if *value > limit => {
                    text!("`{}` {} is above the organization's limit {}, which applies", name, value, limit)
                }
                (None, Some(other))
                    if name == "input_tokens_per_minute" && entry.group.limit(other).is_some() =>
                {
                    text!(
                        "`{}` also counts tokens read from the cache; the organization's limit does not",
                        name
                    )
                }
                _ => continue,
            };
            self.draft.note(address.clone(), reason);
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
            self.unapproved(
                &pairs,
                text!("`{}` 0 stops all use of this group in the workspace and needs an approval", name),
            )
        });
        if let Some(reason) = stopped {
            self.draft.block_until_approved(address, reason, pairs);
            return;
        }
        let write = Write::to(&RATE_LIMIT, Action::Update, entry.group.id.as_str(), body);
        let change = Change::new(Phase::Workspaces, address, write.within(workspace.workspace.clone()));
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            classes,
            line: entry.line.clone().or(change.line),
            ..change
        });
    }
}

impl Listed<'_> {
    fn address(&self, name: &ObjectName) -> Address {
        Address::of_object(Some(self.label), RATE_LIMIT.object(), name.clone())
    }
}

/// Returns whether the limiter exists for a group. Of the two that count input tokens, each exists beside the
/// other.
fn has_limiter(group: &Group, limiter: Limiter) -> bool {
    group.limit(limiter).or_else(|| group.limit(limiter.counterpart()?)).is_some()
}

/// Returns a group as approvals and `protect` may name it.
fn named(group: &Group) -> Named {
    let mut names = group.names().map(str::to_owned);
    let name = names.next().unwrap_or_else(|| group.id.clone());
    Named { name, others: names.collect(), id: group.id.clone(), is_unique: true }
}

/// Returns why a name does not lead to exactly one group.
fn not_one(name: &ObjectName, groups: &[&Group], live: &LiveRateLimits) -> Text {
    if !groups.is_empty() {
        let ids = Text::joined(groups.iter().map(|group| &group.id), ", ");
        return text!("the organization has several rate limits for `{}`: {}", name, ids);
    }
    let mut known: Vec<&str> = live.groups.iter().flat_map(Group::names).collect();
    known.sort_unstable();
    let known = match bylaws_config::nearest(name.as_str(), known.iter().copied()) {
        Some(near) => text!("; did you mean `{}`?", near),
        None if known.is_empty() => Text::default(),
        None => text!("; it has them for {}", listed(known.iter(), 10)),
    };
    text!("the organization has no rate limit for `{}`{}", name, known)
}
