//! Reads a JSON object field by field and reports exactly which field is wrong and how. Used for seeds and
//! request bodies, which decide about unknown fields.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// One invalid field: its path (empty for the whole object) and the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) field: String,
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    /// Returns the same problem with the path prefixed by an outer field.
    pub(crate) fn under(self, outer: &str) -> Self {
        let field = match (outer, self.field.as_str()) {
            (_, "") => outer.to_owned(),
            ("", inner) => inner.to_owned(),
            (outer, inner) => format!("{outer}.{inner}"),
        };
        Self { field, text: self.text }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.text)
        } else {
            write!(f, "{}: {}", self.field, self.text)
        }
    }
}

/// A JSON object whose fields are taken out one by one.
#[derive(Debug)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn new(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(Problem::new("", format!("expected an object, found {}", shown(&other)))),
        }
    }

    /// Takes a field as it is; `None` if it is missing.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        // Unknown fields must keep their order.
        self.0.shift_remove(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes a required string.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Problem> {
        self.optional_text(name)?.ok_or_else(|| Problem::new(name, "is required"))
    }

    /// Takes a string that may be missing but not null.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(expected(name, "text", &other)),
        }
    }

    /// Takes a string that may be missing or null, with the same meaning.
    pub(crate) fn nullable_text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        self.skip_null(name);
        self.optional_text(name)
    }

    /// Takes a time (RFC 3339) that may be missing or null.
    pub(crate) fn nullable_time(&mut self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.nullable_text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            Problem::new(name, format!("expected a time such as 2026-11-21T09:00:00Z, found {text:?}"))
        })
    }

    /// Takes a non-negative integer; `None` if missing or null.
    pub(crate) fn nullable_count(&mut self, name: &str) -> Result<Option<u64>, Problem> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(other) => {
                other.as_u64().map(Some).ok_or_else(|| expected(name, "a whole number from 0 up", &other))
            }
        }
    }

    /// Takes `true` or `false`; `None` if missing or null.
    pub(crate) fn nullable_flag(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(other) => other.as_bool().map(Some).ok_or_else(|| expected(name, "true or false", &other)),
        }
    }

    /// Takes an object; `None` if missing or null.
    pub(crate) fn nullable_object(&mut self, name: &str) -> Result<Option<Object>, Problem> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => Object::new(value).map(Some).map_err(|problem| problem.under(name)),
        }
    }

    /// Takes a list; `None` if missing or null.
    pub(crate) fn nullable_list(&mut self, name: &str) -> Result<Option<Vec<Value>>, Problem> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(expected(name, "a list", &other)),
        }
    }

    /// Takes a list of strings; `None` if missing or null.
    pub(crate) fn nullable_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        self.nullable_list(name)?.map(|items| texts(name, items)).transpose()
    }

    /// Checks and removes the field `type`, which only repeats the kind of the list.
    pub(crate) fn kind(&mut self, expected: &str) -> Result<(), Problem> {
        match self.nullable_text("type")? {
            Some(found) if found != expected => {
                Err(Problem::new("type", format!("expected {expected:?}, found {found:?}")))
            }
            _ => Ok(()),
        }
    }

    /// Returns the fields that were not taken, to be kept as unknown fields.
    pub(crate) fn rest(self) -> BTreeMap<String, Value> {
        self.0.into_iter().collect()
    }

    /// Refuses fields that were not taken.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(name, "is not a known field")),
        }
    }

    /// Returns the fields left, in their original order.
    pub(crate) fn into_fields(self) -> Map<String, Value> {
        self.0
    }

    fn skip_null(&mut self, name: &str) {
        if self.0.get(name).is_some_and(Value::is_null) {
            self.take(name);
        }
    }
}

/// Converts a list of values to a list of strings.
pub(crate) fn texts(name: &str, items: Vec<Value>) -> Result<Vec<String>, Problem> {
    let text = |(at, item)| match item {
        Value::String(text) => Ok(text),
        other => Err(expected(&format!("{name}[{at}]"), "text", &other)),
    };
    items.into_iter().enumerate().map(text).collect()
}

pub(crate) fn expected(field: &str, what: &str, found: &Value) -> Problem {
    Problem::new(field, format!("expected {what}, found {}", shown(found)))
}

/// Describes a value: short ones completely, others by type.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        // Strings are not repeated: a key pasted into the wrong field must not appear in an error.
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_invalid_field_is_reported_by_name() {
        let mut object = Object::new(json!({"role": 5})).unwrap();
        let problem = object.text("role").unwrap_err().under("users[3]");
        assert_eq!(problem.to_string(), "users[3].role: expected text, found 5");
        assert_eq!(object.text("email").unwrap_err().to_string(), "email: is required");
    }

    #[test]
    fn null_means_missing_only_for_nullable_fields() {
        let mut object = Object::new(json!({"a": null, "b": null})).unwrap();
        assert_eq!(object.nullable_text("a"), Ok(None));
        assert!(object.optional_text("b").is_err());
    }
}
