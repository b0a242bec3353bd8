//! The JSON documents that other programs read. Their fields are a stable interface.

pub mod access;
pub mod audit;
pub mod base;
pub mod canonical;
pub mod changed_by;
pub mod drift;
pub mod from_plan;
pub mod label;
pub mod live_name;
pub mod origin;
pub mod people;
pub mod plan;
pub mod problems;
pub mod report;
pub mod review_first;
pub mod sarif;
pub mod shell;
pub mod word;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Returns the JSON Schema of a document.
pub fn schema<T: JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), Value::String(title.to_owned()));
    }
    schema
}

/// Returns a document as indented JSON with a final line break.
pub fn pretty(document: &impl serde::Serialize) -> String {
    // The documents contain only strings, numbers and maps with string keys, so serializing cannot fail.
    let mut text = visible(&serde_json::to_string_pretty(document).unwrap_or_default());
    text.push('\n');
    text
}

/// Escapes every invisible character in JSON: programs read the same value, and a terminal cannot interpret it. Apart
/// from line breaks, JSON has such characters only within strings.
fn visible(json: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !bylaws_engine::spelling::is_hidden(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn invisible_characters_are_escaped_without_changing_the_value() {
        let odd = "a\u{9b}31m\u{202e}b\u{200b}\u{e0001}ü\n\"\\";
        let text = pretty(&serde_json::json!({ "name": odd }));
        assert!(!text.chars().any(|c| c != '\n' && bylaws_engine::spelling::is_hidden(c)), "{text:?}");
        assert!(text.contains("\\u009b31m\\u202eb\\u200b\\udb40\\udc01ü\\n"), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(read["name"], odd);
    }
}
