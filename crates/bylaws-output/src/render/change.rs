//! A change as text: in a few words, with its fields one below the other if they do not fit on one line.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::Action;
use bylaws_engine::text::is_one_part;
use serde_json::{Map, Value};

use super::escape::escape;
use super::style::Style;
use crate::document::live_name::suffix;
use crate::document::plan::ChangeDocument;

/// Returns a change on one line.
pub fn summary(change: &ChangeDocument) -> String {
    let (what, fields) = describe(change, Style::plain());
    let fields: Vec<String> = fields.iter().map(Field::on_one_line).collect();
    if fields.is_empty() { what } else { format!("{what} ({})", fields.join("; ")) }
}

/// Returns what a change means beside its name, on one line: the fields that change or are created, or the role that is
/// granted or lost; and the live names of what the files call otherwise.
pub fn detail(change: &ChangeDocument) -> String {
    let role = |side: &Option<BTreeMap<String, Value>>| {
        let facts = side.as_ref()?;
        facts.get("role").or_else(|| facts.get("workspace_role")).map(value)
    };
    let on_one_line =
        |fields: Vec<Field>| fields.iter().map(Field::on_one_line).collect::<Vec<_>>().join("; ");
    let what = match *change.action {
        Action::Update => on_one_line(Field::all(change, Style::plain())),
        Action::Create | Action::Invite => {
            role(&change.after).unwrap_or_else(|| on_one_line(action(change, Style::plain()).1))
        }
        Action::Remove | Action::Revoke | Action::Archive => role(&change.before).unwrap_or_default(),
    };
    let names = escape(suffix(&change.live_names).as_str());
    format!("{what}{}{}", expired(change), names).trim_start_matches([',', ' ']).to_owned()
}

/// Returns a change in a few words, and its fields if they do not fit on one line.
pub(super) fn describe(change: &ChangeDocument, style: Style) -> (String, Vec<Field>) {
    let (what, fields) = action(change, style);
    (what + &escape(suffix(&change.live_names).as_str()), fields)
}

fn action(change: &ChangeDocument, style: Style) -> (String, Vec<Field>) {
    let role = |side: &Option<BTreeMap<String, Value>>| {
        side.as_ref().and_then(|facts| facts.get("role").or_else(|| facts.get("workspace_role"))).map(value)
    };
    let old = role(&change.before).unwrap_or_default();
    let ended = expired(change);
    match (*change.action, role(&change.after)) {
        (Action::Invite, role) => (format!("invite as {}", role.unwrap_or_default()), Vec::new()),
        (Action::Revoke, _) => (format!("withdraw the invite ({old}){ended}"), Vec::new()),
        (Action::Remove, _) => {
            let values = || change.before.iter().flat_map(BTreeMap::values).map(value).collect::<Vec<_>>();
            let old = if old.is_empty() { values().join(", ") } else { old };
            let old = if old.is_empty() { old } else { format!(" ({old})") };
            (format!("remove{old}{ended}"), Vec::new())
        }
        (Action::Archive, _) => ("archive".to_owned(), Vec::new()),
        (Action::Create, Some(role)) => (format!("add as {role}"), Vec::new()),
        (Action::Create, None) => {
            let fields = change.after.iter().flatten().filter(|(field, _)| *field != "name");
            ("create".to_owned(), fields.map(|(field, to)| Field::new(field, vec![value(to)])).collect())
        }
        (Action::Update, _) => {
            let fields = Field::all(change, style);
            match fields.as_slice() {
                [one] if one.parts.len() == 1 => (format!("{}{ended}", one.on_one_line()), Vec::new()),
                _ => (format!("update{ended}"), fields),
            }
        }
    }
}

/// Returns the sign of an action.
pub(super) fn symbol(action: Action, style: Style) -> String {
    match action {
        Action::Create | Action::Invite => style.good("+"),
        Action::Update => style.change("~"),
        Action::Remove | Action::Revoke | Action::Archive => style.loss("-"),
    }
}

/// Returns the suffix of a change that is due because a line expired.
pub(crate) fn expired(change: &ChangeDocument) -> String {
    change.expired.as_deref().map_or(String::new(), |day| format!(", expired on {}", escape(day)))
}

/// A field, and its old and new value.
pub(super) struct Field {
    name: String,
    /// A value, two halves if it is long, or a line for each key of a record.
    parts: Vec<String>,
    is_record: bool,
}

impl Field {
    fn new(name: &str, parts: Vec<String>) -> Self {
        Self { name: escape(name), parts, is_record: false }
    }

    /// Returns `before → after` of each field; for tags and data residency each key that differs.
    fn all(change: &ChangeDocument, style: Style) -> Vec<Self> {
        let empty = BTreeMap::new();
        let before = change.before.as_ref().unwrap_or(&empty);
        let fields = change.after.iter().flatten().map(|(name, to)| match (before.get(name), to) {
            (Some(Value::Object(from)), Value::Object(to)) => {
                let line = |(key, from, to): &(&String, Option<&Value>, Option<&Value>)| {
                    let (sign, parts) = match (from, to) {
                        (Some(from), Some(to)) => (style.change("~"), difference(from, to, style)),
                        (Some(from), None) => (style.loss("-"), vec![value(from)]),
                        (None, to) => (style.good("+"), to.iter().map(|to| value(to)).collect()),
                    };
                    format!("{sign} {}: {}", escape(key), parts.join(" "))
                };
                match differing(from, to).as_slice() {
                    // One value that changes is easiest to read as `tags.env: prod → staging`.
                    [(key, Some(from), Some(to))] => {
                        Self::new(&format!("{name}.{key}"), difference(from, to, style))
                    }
                    keys => {
                        let lines = keys.iter().map(line).collect();
                        Self { is_record: true, ..Self::new(name, lines) }
                    }
                }
            }
            (None, to) => Self::new(name, vec![format!("nothing → {}", value(to))]),
            (Some(from), to) => Self::new(name, difference(from, to, style)),
        });
        fields.collect()
    }

    pub(super) fn on_one_line(&self) -> String {
        format!("{}: {}", self.name, self.parts.join(if self.is_record { ", " } else { " " }))
    }

    /// Writes one line if it fits, or else the parts one below the other.
    pub(super) fn lines(&self) -> Vec<String> {
        if self.parts.len() == 1 {
            return vec![self.on_one_line()];
        }
        let head = format!("{}:", self.name);
        let parts = self.parts.iter().map(|part| format!("  {part}"));
        std::iter::once(head).chain(parts).collect()
    }
}

/// Returns the keys of a record that differ, in order, with their old and new values.
pub(super) fn differing<'a>(
    from: &'a Map<String, Value>,
    to: &'a Map<String, Value>,
) -> Vec<(&'a String, Option<&'a Value>, Option<&'a Value>)> {
    let keys: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let both = keys.into_iter().map(|key| (key, from.get(key), to.get(key)));
    both.filter(|(_, from, to)| from != to).collect()
}

fn difference(from: &Value, to: &Value, style: Style) -> Vec<String> {
    super::difference::change(&value(from), &value(to), style)
}

/// Returns a value within a list or a map.
fn part(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        other => self::value(other),
    }
}

/// Returns a text within a list or a map: in quotes if it could be mistaken for several.
fn word(text: &str) -> String {
    let text = escape(text);
    if is_one_part(&text) { text } else { format!("\"{}\"", text.replace('"', "\\\"")) }
}

/// Returns a value for people, escaped for terminals.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => escape(text),
        Value::Array(items) => format!("[{}]", items.iter().map(part).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(key, item)| format!("{}: {}", word(key), part(item))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}
