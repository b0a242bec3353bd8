//! The known fields of an object, under the service's names. Used for `before` and `after` of a change, and
//! to check the service's answer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::text::{Say, Text, is_one_part};
use crate::{Address, WorkspaceRole};

/// The records that the service replaces whole: a key that it shows and nobody asked for is a difference.
const WHOLE: [&str; 2] = ["tags", "claims"];

/// Fields with their values, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(pub BTreeMap<&'static str, Fact>);

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// No value: the field is taken away.
    Null,
    /// A single text value.
    Text(String),
    /// A whole number.
    Number(u64),
    /// A set of texts; the order is irrelevant.
    Set(BTreeSet<String>),
    /// Named values, e.g. tags.
    Record(BTreeMap<String, Fact>),
    /// Another object. The service's field contains its id.
    Object(Reference),
}

/// An object to which a field of another object refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The address of the object.
    pub address: Address,
    /// The id; `None` if the same plan creates the object, so that its id is known only then.
    pub id: Option<String>,
}

impl Reference {
    /// Returns the id, or a placeholder such as `{service_account/ci}`, which is never sent.
    pub fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{{{}}}", self.address))
    }

    /// Returns the name of the object, without its kind.
    fn name(&self) -> &str {
        match (self.address.object(), self.address.workspace()) {
            (Some((_, name)), _) => name.as_str(),
            (None, Some(label)) => label.as_str(),
            (None, None) => "",
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "{} ({id})", self.name()),
            None => write!(f, "{} (new)", self.name()),
        }
    }
}

impl Facts {
    /// Returns facts with one field.
    pub fn one(field: &'static str, value: impl Into<String>) -> Self {
        Self(BTreeMap::from([(field, Fact::Text(value.into()))]))
    }

    /// Returns facts with the workspace role `workspace_admin`.
    pub fn workspace_admin() -> Self {
        Self::one("workspace_role", WorkspaceRole::Admin.as_str())
    }

    /// Sets a field, replacing its old value.
    pub fn set(&mut self, field: &'static str, fact: Fact) {
        self.0.insert(field, fact);
    }

    /// Returns the value of a field with named values.
    pub fn record(&self, field: &str) -> Option<&BTreeMap<String, Fact>> {
        match self.0.get(field)? {
            Fact::Record(record) => Some(record),
            Fact::Null | Fact::Text(_) | Fact::Number(_) | Fact::Set(_) | Fact::Object(_) => None,
        }
    }

    /// Returns the value of a plain text field.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.0.get(field)? {
            Fact::Text(text) => Some(text),
            Fact::Null | Fact::Number(_) | Fact::Set(_) | Fact::Record(_) | Fact::Object(_) => None,
        }
    }

    /// Returns the id in a field that contains one, or its placeholder.
    pub fn id(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            Fact::Object(object) => Some(object.id()),
            Fact::Text(id) => Some(id.clone()),
            Fact::Null | Fact::Number(_) | Fact::Set(_) | Fact::Record(_) => None,
        }
    }

    /// Returns whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the first field of `self` that differs in `shown`, or `None` if all agree. Fields that only
    /// `shown` has are ignored, also in records, except those that are always whole.
    pub(crate) fn missing_in(&self, shown: &Self) -> Option<&'static str> {
        self.0.iter().find_map(|(field, wanted)| {
            let agrees = match (wanted, shown.0.get(field)) {
                (Fact::Record(wanted), Some(Fact::Record(shown))) if !WHOLE.contains(field) => {
                    wanted.iter().all(|(key, value)| shown.get(key) == Some(value))
                }
                (Fact::Object(wanted), Some(Fact::Text(id))) => wanted.id.as_ref() == Some(id),
                (wanted, Some(shown)) => wanted == shown,
                (_, None) => false,
            };
            (!agrees).then_some(*field)
        })
    }
}

/// Returns a text as a part of a list: in quotes if it could be mistaken for several parts.
fn part(text: &str) -> Cow<'_, str> {
    if is_one_part(text) { Cow::Borrowed(text) } else { Cow::Owned(format!("{text:?}")) }
}

impl Say for Fact {
    fn say(&self) -> Text {
        match self {
            Self::Null | Self::Number(_) => Text::word(&self.to_string()),
            Self::Text(_) | Self::Set(_) | Self::Record(_) | Self::Object(_) => Text::quoted(self),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Set(set) => {
                write!(f, "[{}]", set.iter().map(|text| part(text)).collect::<Vec<_>>().join(", "))
            }
            Self::Record(record) => {
                let shown = |value: &Self| match value {
                    Self::Text(text) => part(text).into_owned(),
                    other => other.to_string(),
                };
                let fields: Vec<String> =
                    record.iter().map(|(key, value)| format!("{}: {}", part(key), shown(value))).collect();
                write!(f, "{{{}}}", fields.join(", "))
            }
            Self::Object(object) => write!(f, "{object}"),
        }
    }
}
