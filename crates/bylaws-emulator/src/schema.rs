//! The JSON Schema of a seed, for editors and for `bylaws schema seed`. Derived from the types, which
//! name the fields that a seed must have in the extension `x-required`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::seed::Seed;

/// The extension by which a type names the fields that a seed must have.
const REQUIRED: &str = "x-required";

/// Returns the schema of a seed document (draft 2020-12).
pub fn seed_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut derived = generator.into_root_schema_for::<Seed>().to_value();
    // In reading order.
    let mut part = |name: &str| derived[name].take();
    let mut schema = json!({
        "$schema": part("$schema"),
        "title": "Bylaws emulator seed",
        "description": part("description"),
        "type": "object",
        "properties": part("properties"),
        "additionalProperties": false,
        "$defs": part("$defs"),
    });
    schema["properties"]["$schema"] = json!({"type": "string"});
    let definitions = schema["$defs"].as_object_mut();
    for definition in definitions.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        // All other fields are filled in.
        definition.shift_remove("required");
        if let Some(fields) = definition.shift_remove(REQUIRED) {
            definition.insert("required".to_owned(), fields);
        }
    }
    schema
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
