//! What the feed says about a change of an object: each kind has a [`Recorded`] with its types of activities. Tags, and
//! roles that a credential sets, are not recorded.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::actor::Actor;
use crate::seed::Seed;
use crate::state::State;

/// What the feed says about one event: its type, its fields, and who did it if not the one who acted.
pub(crate) struct Event {
    pub(super) kind: &'static str,
    pub(super) fields: Map<String, Value>,
    by: Option<Actor>,
}

impl Event {
    pub(crate) fn new(kind: &'static str, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self { kind, fields, by: None }
    }

    pub(crate) fn by(self, actor: Actor) -> Self {
        Self { by: Some(actor), ..self }
    }

    /// Returns who did it, if `actor` is the one who acted.
    pub(super) fn actor<'a>(&'a self, actor: &'a Actor) -> &'a Actor {
        self.by.as_ref().unwrap_or(actor)
    }
}

/// How the changes of a kind's objects are recorded.
pub(crate) struct Recorded {
    /// Returns the object that a write is about, null if it does not exist, by the path below `/v1/organizations/` and,
    /// if the path does not say it, by the body or, after the write, its answer. `None` if the path is another kind's.
    pub(crate) find: fn(&State, &[&str], &Value) -> Option<Value>,
    /// Returns every object of an organization.
    pub(crate) all: fn(&Seed) -> Vec<Value>,
    /// Returns what the feed says about a change of one object.
    pub(crate) says: fn(&Change<'_>) -> Vec<Event>,
}

/// A change of one object, which is null before it is created and after it is removed.
pub(crate) struct Change<'a> {
    pub(crate) before: &'a Value,
    pub(crate) after: &'a Value,
    pub(crate) actor: &'a Actor,
}

/// The activities of a kind that has one each for a new, a changed and a removed object.
pub(crate) struct Pattern {
    pub(crate) added: &'static str,
    pub(crate) updated: &'static str,
    /// Empty if objects are never removed.
    pub(crate) removed: &'static str,
    /// The fields of the object that the activity has, with its own name for them.
    pub(crate) ids: &'static [(&'static str, &'static str)],
    /// Where a field is in the object, and its name among `updates`.
    pub(crate) updates: &'static [(&'static str, &'static str)],
    /// The names of those whose values the feed does not show.
    pub(crate) hidden: &'static [&'static str],
}

impl Change<'_> {
    /// Returns the object after the change, or the one before it if it was removed.
    pub(crate) fn object(&self) -> &Value {
        if self.after.is_null() { self.before } else { self.after }
    }

    /// Returns the activity of a change that follows a pattern.
    pub(crate) fn of(&self, pattern: &Pattern) -> Vec<Event> {
        // An archived workspace is gone; a key that is archived only has another status.
        let is_there = |object: &Value| !object.is_null() && object["archived_at"].is_null();
        let kind = match (is_there(self.before), is_there(self.after)) {
            (true, true) => pattern.updated,
            (false, true) => pattern.added,
            (true, false) => pattern.removed,
            (false, false) => return Vec::new(),
        };
        let object = self.object();
        let ids = pattern.ids.iter().map(|(field, name)| ((*name).to_owned(), object[*field].clone()));
        let mut fields: Map<_, _> = ids.collect();
        if kind == pattern.updated {
            let update = |(at, name): &(&str, &str)| {
                let [was, is] =
                    [self.before, self.after].map(|object| object.pointer(at).unwrap_or(&Value::Null));
                let shown = |value: &Value| {
                    if pattern.hidden.contains(name) { Value::Null } else { value.clone() }
                };
                (was != is)
                    .then(|| json!({"type": name, "previous_value": shown(was), "current_value": shown(is)}))
            };
            let updates: Vec<Value> = pattern.updates.iter().filter_map(update).collect();
            if updates.is_empty() {
                return Vec::new();
            }
            fields.insert("updates".to_owned(), Value::Array(updates));
        }
        let event = Event { kind, fields, by: None };
        (!kind.is_empty()).then_some(event).into_iter().collect()
    }
}

/// Returns the id of an object: the rest of the path, or this field of the body or the answer.
pub(crate) fn id_of(rest: &[&str], told: &Value, field: &str) -> Option<String> {
    rest.first().copied().or_else(|| told[field].as_str()).map(str::to_owned)
}

/// Returns the objects of a list as the feed sees them.
pub(crate) fn objects<'a, T: Serialize + 'a>(list: impl IntoIterator<Item = &'a T>) -> Vec<Value> {
    list.into_iter().map(|object| json!(object)).collect()
}
