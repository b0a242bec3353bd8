//! The facts about one organization, for the page and for `controller status NAME`.

use jiff::Timestamp;

use crate::status::{GuardCount, OrganizationStatus};

/// The value of a fact.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fact<'a> {
    Word(&'static str),
    Id(&'a str),
    Commit(&'a str),
    Past(Timestamp),
    Future(Timestamp),
    Count(usize),
    Guard(&'a GuardCount),
}

/// Returns the facts that are known, with their names.
pub(crate) fn facts(status: &OrganizationStatus) -> Vec<(&'static str, Fact<'_>)> {
    let mut facts =
        vec![("Ready", Fact::Word(status.ready.as_str())), ("In sync", Fact::Word(status.in_sync.as_str()))];
    facts.extend(status.organization_id.as_deref().map(|id| ("Organization", Fact::Id(id))));
    let commits = [("Revision", &status.revision), ("Baseline", &status.baseline)];
    facts.extend(commits.into_iter().filter_map(|(name, one)| Some((name, Fact::Commit(one.as_deref()?)))));
    let times =
        [("Since", status.since), ("Last round", status.last_round), ("Last success", status.last_success)];
    facts.extend(times.into_iter().filter_map(|(name, at)| Some((name, Fact::Past(at?)))));
    facts.extend(status.next_round.map(|at| ("Next round", Fact::Future(at))));
    let counts = [
        ("Held", status.held.len()),
        ("Not held", status.changes),
        ("Waiting for an event", status.waiting),
        ("Blocked", status.blocked),
        ("Not in the files", status.unlisted),
        ("Expiring within 14 days", status.expiring),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    facts.extend(counts.map(|(name, count)| (name, Fact::Count(count))));
    let guards = status.guards.iter().filter(|guard| guard.counted > 0);
    facts.extend(guards.map(|guard| ("Guard, 24 hours", Fact::Guard(guard))));
    facts
}
