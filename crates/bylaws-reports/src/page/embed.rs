//! The document as embedded in the page: every string is escaped, and none can end the element that contains it.

use bylaws_output::render::escape::escape;
use serde_json::Value;

use super::document::PageDocument;

/// Escapes every string of the document. Walking the values includes all fields, also those added later.
pub(super) fn escaped_value(document: &PageDocument) -> Value {
    // The document contains only strings, numbers and lists, so serializing cannot fail.
    let mut value = serde_json::to_value(document).unwrap_or_default();
    make_escaped(&mut value);
    value
}

fn make_escaped(value: &mut Value) {
    match value {
        Value::String(text) => *text = escape(text),
        Value::Array(items) => items.iter_mut().for_each(make_escaped),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    // The only string that may have several lines.
                    Value::String(text) if name == "fix" => *text = escaped_lines(text),
                    value => make_escaped(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Escapes each line and keeps the line breaks.
pub(super) fn escaped_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

/// Returns JSON for a `script` element: it contains no markup, and no line terminator of JavaScript.
pub(super) fn json(value: &Value) -> String {
    let escapes = ['<', '>', '&', '\u{2028}', '\u{2029}'];
    escapes.iter().fold(value.to_string(), |json, c| json.replace(*c, &format!("\\u{:04x}", u32::from(*c))))
}
