//! Writes an entry with the keys above it, for users to copy.

use std::fmt::Write as _;

use crate::page::list;
use crate::quote::scalar;

/// The value of an entry.
pub enum SnippetValue<'a> {
    /// A single word.
    Word(&'a str),
    /// A list of words.
    List(&'a [String]),
    /// No value, only the key.
    Empty,
}

/// Returns the entry at a path of keys from the top of a file, with each key on its own line.
pub fn snippet(path: &[String], value: &SnippetValue<'_>) -> String {
    let mut out = String::new();
    for (depth, key) in path.iter().enumerate() {
        let indent = 2 * depth;
        let value = match value {
            _ if depth + 1 < path.len() => String::new(),
            SnippetValue::Word(word) => format!(" {}", scalar(word)),
            SnippetValue::List(words) => format!(" {}", list(words.iter().map(String::as_str))),
            SnippetValue::Empty => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:indent$}{}:{value}", "", scalar(key));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{SnippetValue, snippet};

    #[test]
    fn keys_and_values_are_quoted_if_needed() {
        let path = ["workspaces", "no", "api_keys", "ci: #1"].map(str::to_owned);
        let text = snippet(&path, &SnippetValue::Word("inactive"));
        assert_eq!(text, "workspaces:\n  \"no\":\n    api_keys:\n      \"ci: #1\": inactive\n");
        let path = ["guards", "protect"].map(str::to_owned);
        let words = ["workspace/a".to_owned()];
        assert_eq!(snippet(&path, &SnippetValue::List(&words)), "guards:\n  protect: [workspace/a]\n");
    }
}
