//! The tree of one file: YAML's six kinds of value, each with its place.
//! Knows nothing of members or workspaces; every map's keys are text and different.

use crate::place::At;

/// A value and where it stands. The place of a missing value is that of its key.
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// As written.
    Bool(String),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One `key: value`.
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: At,
    pub(crate) value: Node,
}

impl Value {
    /// What it is, for sentences such as "a list is no role".
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}
