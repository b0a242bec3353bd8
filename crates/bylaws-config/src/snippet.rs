//! Writes an entry with the keys above it, for users to copy.

use std::fmt::Write as _;

use bylaws_engine::audit::Value;

use crate::page::list;
use crate::quote::scalar;

/// Returns the entry at a path of keys from the top of a file, with each key on its own line.
pub fn snippet(path: &[String], value: &Value) -> String {
    let mut out = String::new();
    for (depth, key) in path.iter().enumerate() {
        let indent = 2 * depth;
        let value = match value {
            _ if depth + 1 < path.len() => String::new(),
            Value::Word(word) => format!(" {}", scalar(word)),
            Value::List(words) => format!(" {}", list(words.iter().map(String::as_str))),
            Value::Empty => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:indent$}{}:{value}", "", scalar(key));
    }
    out
}

#[cfg(test)]
mod tests {
    use bylaws_engine::audit::Value;

    use super::snippet;

    #[test]
    fn keys_and_values_are_quoted_if_needed() {
        let path = ["workspaces", "no", "api_keys", "ci: #1"].map(str::to_owned);
        let text = snippet(&path, &Value::Word("inactive".to_owned()));
        assert_eq!(text, "workspaces:\n  \"no\":\n    api_keys:\n      \"ci: #1\": inactive\n");
        let path = ["guards", "protect"].map(str::to_owned);
        let words = Value::List(vec!["workspace/a".to_owned()]);
        assert_eq!(snippet(&path, &words), "guards:\n  protect: [workspace/a]\n");
    }
}
