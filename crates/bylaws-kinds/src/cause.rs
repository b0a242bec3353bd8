//! The cause of each change: this commit, a date or an invite, or a change made outside git.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Action, Address, Cause, Change, EXPIRY_WINDOW, Facts, Plan, UserId, Write, days};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::index::PeopleIndex;
use crate::live::{InviteStatus, Live};

/// Sets the cause of everything in the plan; `before` is the plan of the base against the same live state.
///
/// A change is in both plans if action, target and request are the same, whatever its label in the files.
pub(crate) fn assign(plan: &mut Plan, before: Option<&Plan>, live: &Live, today: Date) {
    let Some(before) = before else {
        plan.changes.iter_mut().for_each(|change| change.cause = Some(Cause::Commit));
        plan.waiting.iter_mut().for_each(|waiting| waiting.cause = Some(Cause::Commit));
        plan.blocked.iter_mut().for_each(|item| item.cause = Some(Cause::Commit));
        return;
    };
    let mut requests: BTreeMap<(Action, &str), Vec<&Write>> = BTreeMap::new();
    for change in &before.changes {
        requests.entry((change.action, change.write.natural.as_str())).or_default().push(&change.write);
    }
    let arrivals = Arrivals { people: PeopleIndex::of(live), with_members: with_members(live), today };
    for change in &mut plan.changes {
        let same = requests.get(&(change.action, change.write.natural.as_str()));
        let known = same.is_some_and(|writes| writes.contains(&&change.write));
        change.cause = Some(match known {
            false => Cause::Commit,
            true if change.expired.is_some() || arrivals.explain(change) => Cause::Due,
            true => Cause::Drift,
        });
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

fn with_members(live: &Live) -> BTreeSet<&UserId> {
    live.workspace_members.values().flat_map(BTreeMap::keys).collect()
}

/// Invites that were accepted or have expired, and what follows from them.
struct Arrivals<'a> {
    people: PeopleIndex<'a>,
    /// Everybody with a membership in a workspace that was read.
    with_members: BTreeSet<&'a UserId>,
    today: Date,
}

impl Arrivals<'_> {
    fn explain(&self, change: &Change) -> bool {
        match &change.address {
            Address::Invite(email) if change.action == Action::Invite => {
                let newest = self.people.invites_to(email).first();
                newest.is_some_and(|invite| invite.status == InviteStatus::Expired)
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
                accepted.is_some_and(|time| {
                    days(time.to_zoned(TimeZone::UTC).date(), self.today) <= EXPIRY_WINDOW
                })
            }
            _ => false,
        }
    }
}
