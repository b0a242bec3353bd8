//! What the entry of a rate limit becomes so that it says what is live.

use bylaws_engine::{ObjectName, WorkspaceLabel};

use super::{Limiter, Wanted};
use crate::adopt::view::{Difference, NOT_LIVE, View, open_mut};
use crate::desired::{Desired, Policy};

/// Adopts the overrides of a group. An entry whose overrides are all gone goes.
pub(crate) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    (label, name): (&WorkspaceLabel, &ObjectName),
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(id) = view.plan.workspaces.get(label) else { return Err(NOT_LIVE.to_owned()) };
    let is_managed = wanted.unlisted.of("rate_limits") != Policy::Ignore;
    let Some(live) = &view.live.rate_limits else { return refused() };
    let Some(open) = open_mut(wanted, label) else { return Ok(()) };
    let Some(limits) = &mut open.rate_limits else { return refused() };
    let groups = live.groups_of(name.as_str());
    let [group] = groups[..] else { return refused() };
    let mut twins = limits.keys().filter(|name| group.is_named(name.as_str()));
    let (listed, None) = (twins.next().cloned(), twins.next()) else { return refused() };
    let mut left = live.of(Some(id), &group.id);
    let mut entry = limits.get(listed.as_ref().unwrap_or(name)).cloned().unwrap_or_default();
    entry.retain(|limiter, wanted| match left.remove(limiter.as_str()) {
        Some(value) => {
            *wanted = Wanted::Value(value);
            true
        }
        None => *wanted == Wanted::Inherit,
    });
    let others = left
        .into_iter()
        .filter_map(|(limiter, value)| Some((Limiter::parse(&limiter)?, Wanted::Value(value))));
    entry.extend(others.filter(|_| is_managed));
    let listed = listed.unwrap_or_else(|| name.clone());
    if entry.is_empty() {
        limits.remove(&listed);
    } else {
        limits.insert(listed, entry);
    }
    Ok(())
}
