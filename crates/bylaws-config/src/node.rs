//! The tree of one file: the six types of YAML values, each with its location.
//! It is independent of members and workspaces. The keys of a map are unique strings.

use crate::place::At;

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
}
