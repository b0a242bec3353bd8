//! `unlisted:`: policies for objects that are live but not in the files.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::unlisted::Policy;
use crate::unlisted_sections::unlisted_sections;

/// What Bylaws does with objects that are live but not in these files, by kind.
pub(super) struct Unlisted;

impl JsonSchema for Unlisted {
    fn schema_name() -> Cow<'static, str> {
        "Unlisted".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        for section in unlisted_sections() {
            let removes = section.policies.contains(&Policy::Remove);
            let mut policy = if removes {
                generator.subschema_for::<Policy>()
            } else {
                generator.subschema_for::<Visibility>()
            };
            policy.insert("description".to_owned(), json!(section.description));
            policy.insert("default".to_owned(), json!("report"));
            policy.insert("examples".to_owned(), json!([if removes { "remove" } else { "ignore" }]));
            properties.insert(section.key.to_owned(), policy.to_value());
        }
        let mut schema = Schema::default();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        schema.insert("additionalProperties".to_owned(), json!(false));
        schema.insert("title".to_owned(), json!("Unlisted objects"));
        let what = "What Bylaws does with objects that are live but not in these files, by kind.";
        schema.insert("description".to_owned(), json!(what));
        schema
    }
}

/// Whether plans show unlisted objects.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Visibility")]
enum Visibility {
    /// Unchanged and not shown.
    Ignore,
    /// Unchanged and shown in every plan.
    Report,
}
