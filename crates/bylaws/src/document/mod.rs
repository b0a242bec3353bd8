//! The JSON documents that other programs read: plans and reports. Their shapes are an interface.

pub(crate) mod access;
pub(crate) mod already;
pub(crate) mod audit;
pub(crate) mod canonical;
pub(crate) mod from_plan;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod problems;
pub(crate) mod report;
pub(crate) mod sarif;
pub(crate) mod saved;

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
pub(crate) fn pretty(document: &impl serde::Serialize) -> String {
    // Our documents hold text, numbers and maps with text keys: nothing that JSON cannot say.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
