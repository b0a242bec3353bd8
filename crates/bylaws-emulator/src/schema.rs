//! The JSON Schema of a seed, for editors and for `bylaws schema seed`. Derived from the types; adds which
//! fields are required.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::seed::Seed;

/// Required fields; all others are filled in.
const REQUIRED: [(&str, &[&str]); 6] = [
    ("User", &["email", "role"]),
    ("Invite", &["email", "role"]),
    ("Workspace", &["name"]),
    ("WorkspaceMember", &["workspace_id", "user_id", "workspace_role"]),
    ("ApiKey", &["name"]),
    ("UsageRecord", &["starting_at"]),
];

/// Returns the schema of a seed document (draft 2020-12).
pub fn seed_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut derived = generator.into_root_schema_for::<Seed>().to_value();
    // In reading order.
    let mut part = |name: &str| derived.get_mut(name).map(Value::take).unwrap_or_default();
    let mut schema = json!({
        "$schema": part("$schema"),
        "title": "Bylaws emulator seed",
        "description": part("description"),
        "type": "object",
        "properties": part("properties"),
        "additionalProperties": false,
        "$defs": part("$defs"),
    });
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("$schema".to_owned(), json!({"type": "string"}));
    }
    let definitions = schema.get_mut("$defs").and_then(Value::as_object_mut);
    for (name, definition) in definitions.into_iter().flatten() {
        loosen(name, definition);
    }
    schema
}

fn loosen(name: &str, definition: &mut Value) {
    let Some(definition) = definition.as_object_mut() else { return };
    definition.shift_remove("required");
    if let Some((_, fields)) = REQUIRED.iter().find(|(kind, _)| *kind == name) {
        definition.insert("required".to_owned(), json!(fields));
    }
    let properties = definition.get_mut("properties").and_then(Value::as_object_mut);
    if let (Some(properties), "ApiKey") = (properties, name) {
        let note = "Short form of a `scope` of type `workspace`.";
        properties
            .insert("workspace_id".to_owned(), json!({"type": ["string", "null"], "description": note}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_requires_an_address_and_a_role() {
        let schema = seed_schema();
        assert_eq!(schema["$defs"]["User"]["required"], json!(["email", "role"]));
        assert_eq!(schema["required"], Value::Null);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}
