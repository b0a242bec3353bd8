//! Decides whether a change may be sent, by comparing it with its lists before every request, so that
//! changes made by others are never overwritten.

use super::fresh::Seen;
use crate::Action;
use crate::change::Change;
use crate::facts::Facts;
use crate::lists::Entry;
use crate::report::{How, Outcome};
use crate::text::{Say, Text, text};
use crate::write::Write;

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
        Some(id) => update(change, write, lost, write.list().and_then(|list| seen.object(&list, write, id))),
    }
}

fn create(change: &Change, write: &Write, lost: bool, seen: &Seen<'_>) -> Precondition {
    let Some(entry) = seen.existing(write) else { return Precondition::Send };
    let after = change.after.as_ref();
    let outcome = match after.and_then(|after| Some((after, after.missing_in(&entry.facts)?))) {
        None => done(lost, How::AlreadySo),
        Some((after, field)) => Outcome::failed(text!(
            "was created after the plan was made: its `{}` is {}, but the plan wants {}",
            field,
            shown(&entry.facts, field),
            shown(after, field)
        )),
    };
    Precondition::Found(entry.id.clone(), outcome)
}

fn update(change: &Change, write: &Write, lost: bool, entry: Option<&Entry>) -> Precondition {
    let done = |how| Precondition::Settled(done(lost, how));
    let entry = match (entry, &change.after) {
        (Some(entry), _) => entry,
        (None, None) => return done(How::AlreadyGone),
        (None, Some(_)) => {
            let message = "does not exist any more: it was removed after the plan was made";
            return Precondition::Settled(Outcome::failed(message));
        }
    };
    if write.action == Action::Revoke {
        match entry.facts.text("status") {
            Some("accepted") => return Precondition::Accepted,
            Some("deleted" | "expired") => return done(How::AlreadyGone),
            _ => {}
        }
    }
    let Some((before, field)) =
        change.before.as_ref().and_then(|before| Some((before, before.missing_in(&entry.facts)?)))
    else {
        return Precondition::Send;
    };
    if change.after.as_ref().is_some_and(|after| after.missing_in(&entry.facts).is_none()) {
        return done(How::AlreadySo);
    }
    Precondition::Settled(Outcome::failed(text!(
        "changed after the plan was made: `{}` is now {}, but the plan saw {}",
        field,
        shown(&entry.facts, field),
        shown(before, field)
    )))
}

fn done(lost: bool, how: How) -> Outcome {
    Outcome::done(if lost { How::FoundAfterLostAnswer } else { how })
}

/// Returns the value of a field for messages.
pub(super) fn shown(facts: &Facts, field: &str) -> Text {
    facts.0.get(field).map_or_else(|| "unknown".into(), Say::say)
}
