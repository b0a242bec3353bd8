//! Decides whether a change may be sent, by comparing it with its lists before every request, so that
//! changes made by others are never overwritten.

use super::fresh::Seen;
use crate::change::{Change, Write};
use crate::facts::Facts;
use crate::lists::{Entry, List, person_key};
use crate::report::{How, Outcome};

/// What to do with a change.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Precondition {
    /// The lists show what the plan saw: send it.
    Send,
    /// There is nothing to send, or it must not be sent.
    Settled(Outcome),
    /// The object that a create would make exists: its id, and the outcome.
    Found(String, Outcome),
    /// The invite was accepted before it could be revoked.
    Accepted,
}

/// Compares a change with its lists. `lost` says that an answer was lost, so an object that is found may be
/// its own work.
pub(super) fn check(change: &Change, write: &Write, lost: bool, seen: &Seen<'_>) -> Precondition {
    match write.target() {
        None => create(change, write, lost, seen),
        Some(id) => update(change, write, lost, seen.entry(&write.lists()[0], id)),
    }
}

fn create(change: &Change, write: &Write, lost: bool, seen: &Seen<'_>) -> Precondition {
    let Some(entry) = existing(write, seen) else { return Precondition::Send };
    let after = change.after.as_ref();
    let outcome = match after.and_then(|after| Some((after, after.missing_in(&entry.facts)?))) {
        None => Outcome::done(if lost { How::FoundAfterLostAnswer } else { How::AlreadySo }),
        Some((after, field)) => Outcome::failed(format!(
            "was created after the plan was made: its `{field}` is {}, but the plan wants {}",
            shown(&entry.facts, field),
            shown(after, field)
        )),
    };
    Precondition::Found(entry.id.clone(), outcome)
}

/// Returns the object that a create would duplicate.
fn existing<'a>(write: &Write, seen: &'a Seen<'_>) -> Option<&'a Entry> {
    match write {
        Write::Invite { email, .. } => {
            let key = person_key(email);
            let same = |entry: &&Entry| entry.natural == key;
            let is_pending = |entry: &&Entry| is(entry, "status", "pending");
            let member = seen.entries(&List::Members).find(same);
            member.or_else(|| seen.entries(&List::Invites).filter(same).find(is_pending))
        }
        Write::CreateWorkspace { settings, .. } => seen.made_meanwhile(&settings.name),
        Write::AddWorkspaceMember { user, .. } => seen.entry(write.lists().first()?, user.as_str()),
        _ => None,
    }
}

fn update(change: &Change, write: &Write, lost: bool, entry: Option<&Entry>) -> Precondition {
    let gone = |how| Precondition::Settled(Outcome::done(if lost { How::FoundAfterLostAnswer } else { how }));
    let entry = match (entry, &change.after) {
        (Some(entry), _) => entry,
        (None, None) => return gone(How::AlreadyGone),
        (None, Some(_)) => {
            let message = "does not exist any more: it was removed after the plan was made";
            return Precondition::Settled(Outcome::failed(message));
        }
    };
    if matches!(write, Write::Revoke { .. }) {
        match entry.facts.text("status") {
            Some("accepted") => return Precondition::Accepted,
            Some("deleted" | "expired") => return gone(How::AlreadyGone),
            _ => {}
        }
    }
    let Some((before, field)) =
        change.before.as_ref().and_then(|before| Some((before, before.missing_in(&entry.facts)?)))
    else {
        return Precondition::Send;
    };
    if change.after.as_ref().is_some_and(|after| after.missing_in(&entry.facts).is_none()) {
        return Precondition::Settled(Outcome::done(if lost {
            How::FoundAfterLostAnswer
        } else {
            How::AlreadySo
        }));
    }
    Precondition::Settled(Outcome::failed(format!(
        "changed after the plan was made: `{field}` is now {}, but the plan saw {}",
        shown(&entry.facts, field),
        shown(before, field)
    )))
}

pub(super) fn is(entry: &Entry, field: &str, value: &str) -> bool {
    entry.facts.text(field) == Some(value)
}

/// Returns the value of a field for messages.
pub(super) fn shown(facts: &Facts, field: &str) -> String {
    facts.0.get(field).map_or_else(|| "unknown".to_owned(), ToString::to_string)
}
