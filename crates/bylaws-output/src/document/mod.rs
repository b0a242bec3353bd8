//! The JSON documents that other programs read: plans and reports. Their shapes are an interface.

pub mod access;
pub mod audit;
pub mod base;
pub mod canonical;
pub mod from_plan;
pub mod label;
pub mod live_name;
pub mod page;
pub mod people;
pub mod plan;
pub mod problems;
pub mod report;
pub mod review_first;
pub mod sarif;
pub mod word;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The JSON Schema of plan documents and saved plans.
pub fn plan_schema() -> Value {
    schema::<plan::PlanDocument>("Bylaws plan")
}

/// The JSON Schema of report documents.
pub fn report_schema() -> Value {
    schema::<report::ReportDocument>("Bylaws report")
}

/// The JSON Schema of audit documents.
pub fn audit_schema() -> Value {
    schema::<audit::AuditDocument>("Bylaws audit")
}

/// The JSON Schema of access documents.
pub fn access_schema() -> Value {
    schema::<access::AccessDocument>("Bylaws access")
}

fn schema<T: JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), Value::String(title.to_owned()));
    }
    schema
}

/// A document as text: indented, with a line break at its end.
pub fn pretty(document: &impl serde::Serialize) -> String {
    // Our documents hold text, numbers and maps with text keys: nothing that JSON cannot say.
    let mut text = visible(&serde_json::to_string_pretty(document).unwrap_or_default());
    text.push('\n');
    text
}

/// The same JSON with every character that nobody sees written as an escape: it means the same to a program, and
/// nothing to a terminal. JSON has such characters within texts only, line breaks aside.
fn visible(json: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !bylaws_engine::is_hidden(c) {
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
    fn what_nobody_sees_is_an_escape_that_means_the_same() {
        let odd = "a\u{9b}31m\u{202e}b\u{200b}\u{e0001}ü\n\"\\";
        let text = pretty(&serde_json::json!({ "name": odd }));
        assert!(!text.chars().any(|c| c != '\n' && bylaws_engine::is_hidden(c)), "{text:?}");
        assert!(text.contains("\\u009b31m\\u202eb\\u200b\\udb40\\udc01ü\\n"), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(read["name"], odd);
    }
}
