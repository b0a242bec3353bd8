//! The tree of one file: the six types of YAML values, each with its location.
//! What the values mean is for the reader of each section. The keys of a map are unique strings.

use crate::position::At;
use crate::shown::shown;

/// A value and its location. A missing value has the location of its key.
#[derive(Clone)]
pub struct Node {
    /// The location of the value.
    pub at: At,
    /// The value.
    pub value: Value,
}

/// A value of one of the six types.
#[derive(Clone)]
pub enum Value {
    /// No value, `~` or `null`.
    Null,
    /// A boolean, as written.
    Bool(String),
    /// A number, as written.
    Number(String),
    /// A string, without quotes and escapes.
    Text(String),
    /// A list with its items.
    List(Vec<Node>),
    /// A map with its entries, in the order of the file.
    Map(Vec<Entry>),
}

/// A `key: value` pair.
#[derive(Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The location of the key.
    pub at: At,
    /// The value and its location.
    pub value: Node,
}

impl Value {
    /// Returns the type with its article, for messages such as "must be a string, not a list".
    pub fn kind(&self) -> &'static str {
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
    pub fn described(&self) -> String {
        match self {
            Self::Bool(source) | Self::Number(source) => shown(source),
            Self::Text(text) if text.is_empty() => "an empty string".to_owned(),
            Self::Text(text) => format!("the string {}", shown(text)),
            Self::Null | Self::List(_) | Self::Map(_) => self.kind().to_owned(),
        }
    }
}
