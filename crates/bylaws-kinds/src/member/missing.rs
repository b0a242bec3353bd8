//! Listed people who are missing, and the unlisted members who could be them under a new address. An address
//! can change in the organization's directory while the member's id stays, so the same person would be
//! blocked under the old address and removed under the new one.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::guards::Pair;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{Action, Address, Email, Item, Line, Person, UserId};
use jiff::{SignedDuration, Timestamp};

use crate::desired::Desired;
use crate::index::PeopleIndex;
use crate::live::{InviteStatus, Live, LiveUser};
use crate::member::identities::CouldBe;
use crate::plan::Planner;
use crate::workspace_member::wishes::wishes;

/// The maximum time between an acceptance and the resulting membership.
const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);
/// The number of people that a reason names.
const NAMED: usize = 3;

/// Returns the members who could be the person behind an address that is not live: those that no line names
/// and who became members within a day of the acceptance of an invite to that address, or at an unknown
/// time.
pub fn could_be(desired: &Desired, live: &Live, email: &Email) -> Vec<Email> {
    let people = PeopleIndex::of(live);
    let named = named(desired);
    let pinned: BTreeSet<&UserId> =
        desired.members.iter().flatten().filter_map(|(_, line)| line.id.as_ref()).collect();
    let is_unlisted = |user: &LiveUser| !named.contains(&user.email.person()) && !pinned.contains(&user.id);
    candidates(&people, email, is_unlisted).into_iter().map(|user| user.email.clone()).collect()
}

/// Returns everybody that the files name.
fn named(desired: &Desired) -> BTreeSet<Person> {
    if let Some(members) = &desired.members {
        return members.keys().map(Email::person).collect();
    }
    let teams = desired.teams.values().flatten();
    let lines = desired.open().filter_map(|(_, open)| open.members.as_ref());
    teams.chain(lines.flat_map(BTreeMap::keys)).map(Email::person).collect()
}

fn candidates<'a>(
    people: &PeopleIndex<'a>,
    email: &Email,
    is_unlisted: impl Fn(&LiveUser) -> bool,
) -> Vec<&'a LiveUser> {
    let accepted = people.invites_to(email).iter().filter(|invite| invite.status == InviteStatus::Accepted);
    let times: Vec<Option<Timestamp>> = accepted.map(|invite| invite.accepted_at).collect();
    if times.is_empty() || !people.users_like(email).is_empty() {
        return Vec::new();
    }
    let is_near = |added: Timestamp, accepted: Timestamp| added.duration_since(accepted).abs() <= ONE_DAY;
    let fits = |user: &LiveUser| {
        times.iter().any(|accepted| {
            user.added_at.zip(*accepted).is_none_or(|(added, accepted)| is_near(added, accepted))
        })
    };
    people.users().filter(|user| fits(user) && is_unlisted(user)).collect()
}

impl<'a> Planner<'a> {
    /// Finds the missing people, and the members who could be them.
    pub(crate) fn find_missing(&mut self) {
        let has_left = |(person, accepted): &(&Person, bool)| *accepted && !self.people.has_member(person);
        let invited = self.people.invited().map(|(person, invites)| {
            (person, invites.iter().any(|invite| invite.status == InviteStatus::Accepted))
        });
        let left: BTreeSet<Person> = invited.filter(has_left).map(|(person, _)| person.clone()).collect();
        if left.is_empty() {
            return;
        }
        let named = named(self.desired);
        let mut could_be = CouldBe::new();
        for email in self.in_force().into_iter().filter(|email| left.contains(&email.person())) {
            let pair = Pair { action: Action::Invite, address: Address::Invite(email.clone()) };
            if self.unapproved(&[pair], "").is_none() {
                continue;
            }
            let is_unlisted = |user: &LiveUser| {
                !named.contains(&user.email.person()) && !self.identities.claims_user(&user.id)
            };
            for user in candidates(&self.people, email, is_unlisted) {
                could_be.entry(user.id.clone()).or_default().insert(email.clone());
            }
        }
        self.could_be = could_be;
    }

    /// Returns everybody that the files give access today, except those pinned by `id`.
    fn in_force(&self) -> BTreeSet<&'a Email> {
        let desired = self.desired;
        if let Some(members) = &desired.members {
            let is_pinned = |id: &UserId| self.people.user(id).is_some();
            let lines = members.iter().filter(|(_, line)| line.in_force(self.today));
            return lines
                .filter(|(_, line)| !line.id.as_ref().is_some_and(is_pinned))
                .map(|(email, _)| email)
                .collect();
        }
        let wishes = desired.open().flat_map(|(_, open)| wishes(desired, open, self.today));
        wishes.filter(|(_, wish)| wish.role.is_some()).map(|(email, _)| email).collect()
    }

    /// Returns why an unlisted member, or something that belongs to them, is kept: they could be a missing
    /// person. `None` if they are not, or if an approval of one of `pairs` says so.
    pub(crate) fn kept_as_missing(&self, user: &UserId, pairs: &[Pair]) -> Option<Text> {
        let missing = self.could_be.get(user)?;
        let released = pairs.iter().any(|pair| self.unapproved(std::slice::from_ref(pair), "").is_none());
        (!released).then(|| {
            let names = list(missing.iter(), " or ");
            text!("may be {} under a new address; set its `id` or change the line", names)
        })
    }

    /// Returns who the person behind an address may be now, as an addition to a reason.
    pub(crate) fn may_be(&self, email: &Email) -> Text {
        let is_unlisted = |user: &LiveUser| {
            !self.identities.claims_user(&user.id) && !self.identities.pinned_by.contains_key(&user.id)
        };
        let found = candidates(&self.people, email, is_unlisted);
        if found.is_empty() {
            return Text::default();
        }
        text!("; may now be a member as {}", list(found.iter().map(|user| &user.email), " or "))
    }

    /// Returns whether no live member or pending invite matches an address.
    pub(crate) fn is_nobody(&self, email: &Email) -> bool {
        let mut invites = self.people.invites_to(email).iter();
        self.people.users_like(email).is_empty()
            && !invites.any(|invite| invite.status == InviteStatus::Pending)
    }

    /// Notes that a line which keeps somebody out matches nobody live.
    pub(crate) fn note_nobody(&mut self, address: Address, email: &Email, line: Option<Line>) {
        let reason = text!("no live member or invite has this address{}", self.may_be(email));
        self.draft.plan.notes.push(Item { line, ..Item::new(address, reason) });
    }

    /// Notes a removal of an unlisted member together with the plan's invites to people without a record:
    /// they may be one person with a new address.
    pub(crate) fn note_moves(&mut self) {
        let is_new = |email: &&Email| self.people.invites_to(email).is_empty();
        let invited = self.draft.changes().filter_map(|change| match &change.address {
            Address::Invite(email) if change.action == Action::Invite => Some(email),
            _ => None,
        });
        let invited: Vec<Email> = invited.filter(is_new).cloned().collect();
        let Some(first) = invited.first() else { return };
        let unlisted = Line::Unlisted("members");
        let removed = self.draft.changes();
        let removed =
            removed.filter(|change| change.removes_person() && change.line.as_ref() == Some(&unlisted));
        let removed: Vec<Address> = removed.map(|change| change.address.clone()).collect();
        let names = list(invited.iter(), " and ");
        for address in removed {
            let reason = text!(
                "removed for being unlisted, while this plan invites {}; if this is one person with a new \
                 address, change the line",
                names
            );
            let line = Some(Line::Member(first.clone()));
            self.draft.plan.notes.push(Item { line, ..Item::new(address, reason) });
        }
    }
}

/// Joins the first few addresses, and adds how many more there are.
fn list<'e>(emails: impl ExactSizeIterator<Item = &'e Email>, last: &'static str) -> Text {
    let more = emails.len().saturating_sub(NAMED);
    let mut names: Vec<Text> = emails.take(NAMED).map(Say::say).collect();
    if more > 0 {
        names.push(text!("{} more", more));
    }
    let end = names.pop().unwrap_or_default();
    let rest = Text::joined(&names, ", ");
    if rest.is_empty() { end } else { Text::joined([rest, end], last) }
}
