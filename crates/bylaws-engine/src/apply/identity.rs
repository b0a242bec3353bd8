//! Checks whether an answer is about the object of the write, by every identifying field.

use crate::facts::{Fact, Facts};
use crate::lists::Entry;
use crate::text::{Text, text};
use crate::write::Write;
use crate::writer::Answer;
use crate::{Action, Email};

/// Returns how the answer is about another object than the requested one, with the field and both values;
/// `None` if it is the same one. `listed` is the object as its list showed it before the write.
pub(super) fn other_object(write: &Write, answer: &Answer, listed: Option<&Entry>) -> Option<Text> {
    // An answer names the object by its id, and by other fields that it shows.
    let id = answer.id.clone().map(|id| (write.kind.id_field, Fact::Text(id)));
    let mut told = answer.shown.clone();
    told.0.extend(id);
    asked(write, listed).0.into_iter().find_map(|(field, asked)| {
        let told = told.0.get(field)?;
        (!is_same(field, &asked, told)).then(|| {
            text!(
                "the answer is about another object: its `{}` is `{}`, but `{}` was requested",
                field,
                told,
                asked
            )
        })
    })
}

/// Returns the identifying fields that the answer must show.
fn asked(write: &Write, listed: Option<&Entry>) -> Facts {
    let mut asked = Facts::default();
    let mut set = |field, value: &str| asked.set(field, Fact::Text(value.to_owned()));
    // An object without an id of its own is identified by its natural key.
    let own = write.kind.id_field != "id";
    // The only one of its kind may get a new id when it is set.
    let may_be_new = write.kind.is_single && write.action != Action::Remove;
    let id = write.target().or_else(|| own.then_some(write.natural.as_str()));
    if let Some(id) = id.filter(|_| !may_be_new) {
        set(write.kind.id_field, id);
    }
    if let Some(workspace) = write.live_workspace() {
        set("workspace_id", workspace.as_str());
    }
    for field in write.kind.identified_by {
        // A field that is sent has its new value afterwards.
        let value = write.body.text(field).or_else(|| listed?.facts.text(field));
        if let Some(value) = value {
            set(field, value);
        }
    }
    asked
}

fn is_same(field: &str, asked: &Fact, told: &Fact) -> bool {
    match (asked, told) {
        (Fact::Text(asked), Fact::Text(told)) if field == "email" => Email::live(asked) == Email::live(told),
        _ => asked == told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn only_what_is_single_may_get_a_new_id_and_only_when_it_is_set() {
        static SINGLE: Kind = Kind { is_single: true, ..Kind::new("spend_limit", &["spend_limits"]) };
        static NAMED: Kind = Kind::new("api_key", &["api_keys"]);
        for (kind, action, is_other) in [
            (&SINGLE, Action::Update, false),
            (&SINGLE, Action::Remove, true),
            (&NAMED, Action::Update, true),
            (&NAMED, Action::Remove, true),
        ] {
            let write = Write::to(kind, action, "spl_old", Facts::default());
            let answer = |id: &str| Answer { id: Some(id.to_owned()), ..Answer::default() };
            assert_eq!(
                other_object(&write, &answer("spl_new"), None).is_some(),
                is_other,
                "{kind:?} {action}"
            );
            assert_eq!(other_object(&write, &answer("spl_old"), None), None);
        }
    }
}
