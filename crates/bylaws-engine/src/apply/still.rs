//! Whether a thing still is what the plan saw, right before it is written to: somebody may have been
//! faster, and what they did is never overwritten unseen.

use crate::change::Change;
use crate::facts::Facts;
use crate::report::Outcome;
use crate::writer::Standing;

/// The outcome of a change that need not, or must not, be sent; `None` where it can go ahead.
pub(super) fn settled(change: &Change, standing: Option<Standing>) -> Option<Outcome> {
    let before = change.before.as_ref()?;
    let there = match (standing?, &change.after) {
        (Standing::Gone, None) => return Some(done("was gone already")),
        (Standing::Gone, Some(_)) => {
            return Some(conflict("it is gone: somebody removed it after the plan was made".to_owned()));
        }
        (Standing::There(there), _) => there,
        // That is for whoever keeps the ids of what was made.
        (Standing::Made(_), _) => return None,
    };
    let field = before.missing_in(&there)?;
    if change.after.as_ref().is_some_and(|after| after.missing_in(&there).is_none()) {
        return Some(done("was so already"));
    }
    Some(conflict(format!(
        "changed after the plan was made: `{field}` is {} now, and the plan saw {}",
        shown(&there, field),
        shown(before, field)
    )))
}

fn shown(facts: &Facts, field: &str) -> String {
    facts.0.get(field).map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

fn done(note: &str) -> Outcome {
    Outcome::Done { request_id: None, note: Some(note.to_owned()) }
}

fn conflict(message: String) -> Outcome {
    Outcome::Failed { message, request_id: None }
}
