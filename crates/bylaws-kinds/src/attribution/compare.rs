//! Compares one activity with one difference.

use std::collections::BTreeSet;

use bylaws_api::Activity;
use bylaws_engine::Fact;
use serde_json::Value;

use super::difference::{Difference, What};
use super::trail::{Effect, Row, Values};

/// How an activity about the object of a difference relates to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It made the difference.
    Explains,
    /// It made the difference, but another entry says who decided that.
    Completes,
    /// Something happened after it that is not in the feed.
    Overtaken,
    /// It is about something else.
    Other,
}

/// Compares an activity with a difference of its object. The newest one that is not [`Match::Other`] decides.
pub(super) fn compare(row: &Row, activity: &Activity, difference: &Difference) -> Match {
    match (&difference.what, row.effect) {
        (What::Unknown | What::Added, Effect::Completed) => Match::Completes,
        (What::Unknown, _) | (What::Added, Effect::Added) | (What::Removed, Effect::Removed) => {
            Match::Explains
        }
        // The object came back since then, so that older entries are about an earlier one.
        (What::Added | What::Changed { .. }, Effect::Removed) | (What::Removed, Effect::Added) => {
            Match::Overtaken
        }
        (What::Changed { field, wanted, live }, Effect::Added | Effect::Changed) => {
            let is_silent = difference.trail.silent.iter().any(|silent| silent.field == field);
            // An object that was added without a word on this field may have got it in another way.
            if row.effect == Effect::Added && is_silent && matches!(row.values, Values::Unknown) {
                return Match::Overtaken;
            }
            compare_field(row.values, activity, field, (wanted.as_ref(), live.as_ref()))
        }
        (What::Added, Effect::Changed)
        | (What::Removed, Effect::Changed | Effect::Completed)
        | (What::Changed { .. }, Effect::Completed) => Match::Other,
    }
}

fn compare_field(
    values: Values,
    activity: &Activity,
    field: &str,
    (wanted, live): (Option<&Fact>, Option<&Fact>),
) -> Match {
    let get = |name: &str| activity.fields.get(name);
    let is_named = |name: &str| get(name).and_then(Value::as_str) == Some(field);
    let new = match values {
        Values::Unknown => return Match::Explains,
        Values::Updates(renamed) => {
            let other = renamed.iter().find(|(ours, _)| *ours == field);
            let field = other.map_or(field, |(_, theirs)| *theirs);
            let mut updates = get("updates").and_then(Value::as_array).into_iter().flatten();
            let is_of_field = |update: &&Value| update.get("type").and_then(Value::as_str) == Some(field);
            match updates.find(is_of_field) {
                Some(update) => update.get("current_value").cloned(),
                None => return Match::Other,
            }
        }
        Values::Is(of, name) if of == field => get(name).cloned(),
        Values::Was(of, name) if of == field && same(get(name), wanted) == Some(true) => {
            return Match::Explains;
        }
        Values::Named(of, name) if is_named(of) => get(name).cloned(),
        Values::NamedIs(of, value) if is_named(of) => Some(Value::from(value)),
        Values::Is(..) | Values::Was(..) | Values::Named(..) | Values::NamedIs(..) => return Match::Other,
    };
    // An activity that set another value than the live one is not the last change of it.
    if same(new.as_ref(), live) == Some(false) { Match::Overtaken } else { Match::Explains }
}

/// Returns whether a value of the feed is a value of ours; `None` if they cannot be compared.
fn same(theirs: Option<&Value>, ours: Option<&Fact>) -> Option<bool> {
    let plain = |text: &str| text.trim_start_matches("workspace_").to_lowercase();
    Some(match (theirs?, ours?) {
        (Value::String(theirs), Fact::Text(ours)) => plain(theirs) == plain(ours),
        (Value::String(theirs), Fact::Object(ours)) => Some(theirs) == ours.id.as_ref(),
        (Value::Number(theirs), Fact::Number(ours)) => theirs.as_u64()? == *ours,
        (Value::Array(theirs), Fact::Set(ours)) => {
            let theirs: Option<BTreeSet<&str>> = theirs.iter().map(Value::as_str).collect();
            theirs? == ours.iter().map(String::as_str).collect()
        }
        (Value::String(_) | Value::Number(_), Fact::Text(_) | Fact::Number(_))
        | (Value::Array(_), Fact::Text(_))
        | (Value::String(_), Fact::Set(_)) => false,
        _ => return None,
    })
}
