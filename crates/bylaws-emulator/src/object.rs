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
        let separator = if self.field.is_empty() { "" } else { "." };
        Self { field: format!("{outer}{separator}{}", self.field), text: self.text }
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
        self.optional_text(name)?.ok_or_else(|| required(name))
    }

    /// Takes a string that may be missing but not null.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.0.get(name) {
            Some(Value::Null) => Err(expected(name, "text", &Value::Null)),
            _ => self.nullable_text(name),
        }
    }

    /// Takes a string that may be missing or null, with the same meaning.
    pub(crate) fn nullable_text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        self.nullable(name, "text", string)
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
        self.nullable(name, "a whole number from 0 up", |value| value.as_u64().ok_or(value))
    }

    /// Takes a whole number between two bounds; `None` if missing or null.
    pub(crate) fn nullable_number(
        &mut self,
        name: &str,
        least: u32,
        most: u32,
    ) -> Result<Option<u32>, Problem> {
        self.nullable(name, &format!("a whole number from {least} to {most}"), |value| {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.filter(|number| (least..=most).contains(number)).ok_or(value)
        })
    }

    /// Refuses fields that are null.
    pub(crate) fn not_null(&self, names: &[&str]) -> Result<(), Problem> {
        match names.iter().find(|name| self.0.get(**name) == Some(&Value::Null)) {
            Some(name) => Err(Problem::new(*name, "must not be null")),
            None => Ok(()),
        }
    }

    /// Takes a non-negative integer; zero if missing or null.
    pub(crate) fn count(&mut self, name: &str) -> Result<u64, Problem> {
        Ok(self.nullable_count(name)?.unwrap_or_default())
    }

    /// Takes `true` or `false`; `None` if missing or null.
    pub(crate) fn nullable_flag(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        self.nullable(name, "true or false", |value| value.as_bool().ok_or(value))
    }

    /// Takes an object; `None` if missing or null.
    pub(crate) fn nullable_object(&mut self, name: &str) -> Result<Option<Object>, Problem> {
        self.nullable(name, "an object", |value| match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(other),
        })
    }

    /// Reads an inner object; `None` if missing or null. A problem names the whole path.
    pub(crate) fn nested<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Object) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        let inner = self.nullable_object(name)?;
        inner.map(read).transpose().map_err(|problem| problem.under(name))
    }

    /// Takes a list; `None` if missing or null.
    pub(crate) fn nullable_list(&mut self, name: &str) -> Result<Option<Vec<Value>>, Problem> {
        self.nullable(name, "a list", |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        })
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

    fn nullable<T>(
        &mut self,
        name: &str,
        what: &str,
        read: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<T>, Problem> {
        let value = self.take(name).filter(|value| !value.is_null());
        value.map(read).transpose().map_err(|found| expected(name, what, &found))
    }
}

/// Returns the string that a value is, or the value.
fn string(value: Value) -> Result<String, Value> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(other),
    }
}

/// Reads the objects of a list; a problem names its item.
pub(crate) fn items<T>(
    list: &str,
    items: Vec<Value>,
    mut read: impl FnMut(Object) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let mut read = |(at, item)| {
        let item = Object::new(item).and_then(&mut read);
        item.map_err(|problem| problem.under(&format!("{list}[{at}]")))
    };
    items.into_iter().enumerate().map(&mut read).collect()
}

/// Converts a list of values to a list of strings.
pub(crate) fn texts(name: &str, items: Vec<Value>) -> Result<Vec<String>, Problem> {
    let text = |(at, item)| string(item).map_err(|other| expected(&format!("{name}[{at}]"), "text", &other));
    items.into_iter().enumerate().map(text).collect()
}

pub(crate) fn required(field: &str) -> Problem {
    Problem::new(field, "is required")
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
