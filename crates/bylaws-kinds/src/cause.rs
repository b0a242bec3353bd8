//! The cause of each change: this commit, a date or an invite, or a change made outside git.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Action, Address, Cause, Change, EXPIRY_WINDOW, Fact, Facts, Plan, UserId, days};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::index::PeopleIndex;
use crate::live::{InviteStatus, Live};

/// Sets the cause of everything in the plan; `before` is the plan of the base against the same live state.
///
/// A change is in both plans if action, target and request are the same, whatever its label in the files.
pub(crate) fn assign(plan: &mut Plan, before: &Plan, live: &Live, today: Date) {
    let mut planned: BTreeMap<(Action, &str), Vec<&Change>> = BTreeMap::new();
    for change in &before.changes {
        planned.entry((change.action, change.write.natural.as_str())).or_default().push(change);
    }
    let with_members = live.workspace_members.values().flat_map(BTreeMap::keys).collect();
    let arrivals = Arrivals { people: PeopleIndex::of(live), with_members, today };
    for change in &mut plan.changes {
        let same =
            planned.get(&(change.action, change.write.natural.as_str())).map_or(&[][..], Vec::as_slice);
        let is_due = |change: &Change| change.expired.is_some() || arrivals.explain(change);
        change.cause = Some(match same.iter().any(|other| other.write == change.write) {
            false => Cause::Commit,
            true if is_due(change) => Cause::Due,
            true => Cause::Drift,
        });
        change.undoes_drift = change.cause == Some(Cause::Commit)
            && same
                .iter()
                .any(|drift| !is_due(drift) && is_of_same(drift, change) && restores(drift, change));
    }
    let mut waited: BTreeMap<_, Vec<&Facts>> = BTreeMap::new();
    for waiting in &before.waiting {
        waited.entry((&waiting.address, waiting.action)).or_default().push(&waiting.after);
    }
    for waiting in &mut plan.waiting {
        let same = waited.get(&(&waiting.address, waiting.action));
        let known = same.is_some_and(|after| after.contains(&&waiting.after));
        waiting.cause = Some(if known { Cause::Due } else { Cause::Commit });
    }
    let blocked: BTreeSet<_> = before.blocked.iter().map(|item| (&item.address, &item.reason)).collect();
    for item in &mut plan.blocked {
        let known = blocked.contains(&(&item.address, &item.reason));
        item.cause = Some(if known { Cause::Drift } else { Cause::Commit });
    }
}

/// Returns whether two changes with the same action and natural key are of the same object.
fn is_of_same(one: &Change, other: &Change) -> bool {
    match (one.write.live_workspace(), other.write.live_workspace()) {
        (None, None) => one.address == other.address || one.address.workspace().is_none(),
        (one, other) => one == other,
    }
}

/// Returns whether a change does what `drift` would do as well: makes the object exist again, or gives one of its fields
/// the value back that somebody changed outside git.
fn restores(drift: &Change, change: &Change) -> bool {
    let (Some(live), Some(restored), Some(after)) = (&drift.before, &drift.after, &change.after) else {
        return drift.before.is_none();
    };
    restored.0.iter().any(|(field, value)| match (live.0.get(field), value, after.0.get(field)) {
        (Some(Fact::Record(live)), Fact::Record(restored), Some(Fact::Record(after))) => {
            let keys = live.keys().chain(restored.keys()).collect::<BTreeSet<_>>();
            keys.into_iter()
                .any(|key| live.get(key) != restored.get(key) && restored.get(key) == after.get(key))
        }
        (live, restored, after) => live != Some(restored) && after == Some(restored),
    })
}

/// Invites that were accepted or have expired, and what follows from them.
struct Arrivals<'a> {
    people: PeopleIndex<'a>,
    /// Everybody with a membership in a workspace that was read.
    with_members: BTreeSet<&'a UserId>,
    today: Date,
}

impl Arrivals<'_> {
    fn is_recent(&self, time: Timestamp) -> bool {
        days(time.to_zoned(TimeZone::UTC).date(), self.today) <= EXPIRY_WINDOW
    }

    fn explain(&self, change: &Change) -> bool {
        match &change.address {
            // An invite that expired long ago and is still missed: the person became a member in another way, and was
            // removed.
            Address::Invite(email) if change.action == Action::Invite => {
                let newest = self.people.invites_to(email).first();
                newest.is_some_and(|invite| {
                    invite.status == InviteStatus::Expired
                        && self.is_recent(invite.expires_at.unwrap_or(invite.invited_at))
                })
            }
            // Somebody who joined recently and has no membership yet. Anybody with a membership joined
            // earlier, so a missing one was removed.
            Address::WorkspaceMember(..) if change.action == Action::Create => {
                let user = UserId::new(change.write.natural.as_str());
                if self.with_members.contains(&user) {
                    return false;
                }
                let invites = self.people.user(&user).map(|user| self.people.invites_to(&user.email));
                let accepted = invites.into_iter().flatten().filter_map(|invite| invite.accepted_at).max();
                accepted.is_some_and(|time| self.is_recent(time))
            }
            _ => false,
        }
    }
}
