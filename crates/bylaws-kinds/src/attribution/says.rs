//! Whether one activity explains one difference.

use std::collections::BTreeSet;

use bylaws_api::Activity;
use bylaws_engine::Fact;
use serde_json::Value;

use super::difference::{Difference, What};
use super::trail::{Effect, Row, Says};

/// What an activity says about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It made the difference.
    Explains,
    /// It made the difference, but another entry says who decided that.
    Completes,
    /// Something happened after it that is not in the feed.
    Overtaken,
    /// It is about something else.
    Other,
}

/// Judges an activity that is about the object of the difference. The newest one that is not [`Verdict::Other`] decides.
pub(super) fn judge(row: &Row, activity: &Activity, difference: &Difference) -> Verdict {
    match (&difference.what, row.effect) {
        (What::Unknown | What::Added, Effect::Completed) => Verdict::Completes,
        (What::Unknown, _) | (What::Added, Effect::Added) | (What::Removed, Effect::Removed) => {
            Verdict::Explains
        }
        // The object came back since then, so that older entries are about an earlier one.
        (What::Added | What::Changed { .. }, Effect::Removed) | (What::Removed, Effect::Added) => {
            Verdict::Overtaken
        }
        (What::Changed { field, wanted, live }, Effect::Added | Effect::Changed) => {
            let values = Values { wanted: wanted.as_ref(), live: live.as_ref() };
            let is_silent = difference.trail.silent.iter().any(|silent| silent.field == field);
            // An object that was added without a word on this field may have got it in another way.
            if row.effect == Effect::Added && is_silent && matches!(row.says, Says::Nothing) {
                return Verdict::Overtaken;
            }
            values.verdict(row.says, activity, field)
        }
        (What::Added, Effect::Changed)
        | (What::Removed, Effect::Changed | Effect::Completed)
        | (What::Changed { .. }, Effect::Completed) => Verdict::Other,
    }
}

/// The values of a field that differs.
struct Values<'a> {
    wanted: Option<&'a Fact>,
    live: Option<&'a Fact>,
}

impl Values<'_> {
    fn verdict(&self, says: Says, activity: &Activity, field: &str) -> Verdict {
        let told = |name: &str| activity.fields.get(name);
        let is_named = |name: &str| told(name).and_then(Value::as_str) == Some(field);
        match says {
            Says::Nothing => Verdict::Explains,
            Says::Updates => {
                let mut updates = told("updates").and_then(Value::as_array).into_iter().flatten();
                let update = updates.find(|update| update.get("type").and_then(Value::as_str) == Some(field));
                update.map_or(Verdict::Other, |update| self.is(update.get("current_value")))
            }
            Says::Is(of, name) if of == field => self.is(told(name)),
            Says::Was(of, name) if of == field && same(told(name), self.wanted) == Some(true) => {
                Verdict::Explains
            }
            Says::Named(of, name) if is_named(of) => self.is(told(name)),
            Says::NamedIs(of, value) if is_named(of) => self.is(Some(&Value::from(value))),
            Says::Is(..) | Says::Was(..) | Says::Named(..) | Says::NamedIs(..) => Verdict::Other,
        }
    }

    /// An activity that set another value than the live one is not the last change of it.
    fn is(&self, told: Option<&Value>) -> Verdict {
        if same(told, self.live) == Some(false) { Verdict::Overtaken } else { Verdict::Explains }
    }
}

/// Returns whether a value of the feed is a value of ours; `None` if they cannot be compared.
fn same(told: Option<&Value>, ours: Option<&Fact>) -> Option<bool> {
    let plain = |text: &str| text.trim_start_matches("workspace_").to_lowercase();
    Some(match (told?, ours?) {
        (Value::String(told), Fact::Text(ours)) => plain(told) == plain(ours),
        (Value::Number(told), Fact::Number(ours)) => told.as_u64()? == *ours,
        (Value::Array(told), Fact::Set(ours)) => {
            let told: Option<BTreeSet<&str>> = told.iter().map(Value::as_str).collect();
            told? == ours.iter().map(String::as_str).collect()
        }
        (Value::String(_) | Value::Number(_), Fact::Text(_) | Fact::Number(_))
        | (Value::Array(_), Fact::Text(_))
        | (Value::String(_), Fact::Set(_)) => false,
        _ => return None,
    })
}
