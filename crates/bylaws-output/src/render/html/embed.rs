//! The document as the page embeds it: every text inert, and no text able to end the element that holds it.

use serde_json::Value;

use crate::document::page::PageDocument;
use crate::render::inert::inert;

/// The document with every text in it inert. Walking the values leaves no field out, whatever is added later.
pub(super) fn inert_value(document: &PageDocument) -> Value {
    // The document holds texts, numbers and lists: nothing that JSON cannot say.
    let mut value = serde_json::to_value(document).unwrap_or_default();
    make_inert(&mut value);
    value
}

fn make_inert(value: &mut Value) {
    match value {
        Value::String(text) => *text = inert(text),
        Value::Array(items) => items.iter_mut().for_each(make_inert),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    // The one text that may have lines.
                    Value::String(text) if name == "fix" => *text = inert_lines(text),
                    value => make_inert(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Each line inert; the breaks between them stay.
pub(super) fn inert_lines(text: &str) -> String {
    text.split('\n').map(inert).collect::<Vec<_>>().join("\n")
}

/// JSON that may stand in a `script` element: nothing in it is markup, or ends a line of JavaScript.
pub(super) fn json(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(c),
        }
    }
    out
}
