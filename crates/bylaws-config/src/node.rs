//! The tree of one file: the six types of YAML values, each with its location.
//! It is independent of members and workspaces. The keys of a map are unique strings.

use crate::position::At;
use crate::shown::shown;

/// A value and its location. A missing value has the location of its key.
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// No value, `~` or `null`.
    Null,
    /// A boolean, as written.
    Bool(String),
    /// A number, as written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A `key: value` pair.
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: At,
    pub(crate) value: Node,
}

impl Value {
    /// Returns the type with its article, for messages such as "must be a string, not a list".
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Returns the value for messages such as "must be a number, not the string `many`".
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Bool(source) | Self::Number(source) => shown(source),
            Self::Text(text) if text.is_empty() => "an empty string".to_owned(),
            Self::Text(text) => format!("the string {}", shown(text)),
            Self::Null | Self::List(_) | Self::Map(_) => self.kind().to_owned(),
        }
    }
}
