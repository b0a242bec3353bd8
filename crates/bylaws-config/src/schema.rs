//! The JSON Schema of a file, for editors and for `schemas/`.
//! Its content is in `document.rs`; here stands only how it is put together.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value};

use crate::document::File;

/// The JSON Schema (draft 2020-12) of one file. The same for every run of one version.
pub fn config_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(NoNull);
    let mut schema = settings.into_generator().into_root_schema_for::<File>().to_value();
    if let Some(root) = schema.as_object_mut() {
        // What the document is stands before what it holds.
        let body = std::mem::take(root);
        let (head, body): (Vec<_>, Vec<_>) =
            body.into_iter().partition(|(key, _)| HEAD.contains(&key.as_str()));
        root.extend(head);
        root.extend(body);
    }
    schema
}

const HEAD: [&str; 3] = ["$schema", "title", "description"];

/// A field may be left out, and may not be null: that is an error in the files.
#[derive(Clone)]
struct NoNull;

impl Transform for NoNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (_, property) in properties.into_iter().flatten() {
            if let Some(property) = property.as_object_mut() {
                without_null(property);
            }
        }
    }
}

fn without_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(kinds)) = property.get_mut("anyOf") {
        kinds.retain(|kind| kind.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = kinds.as_slice() {
            let only = only.clone();
            property.remove("anyOf");
            property.extend(only);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::config_schema;

    #[test]
    fn only_a_workspace_may_be_null() {
        let schema = config_schema();
        let mut nulls = Vec::new();
        walk(&schema, "", &mut nulls);
        assert_eq!(nulls, ["/$defs/WorkspaceEntry/anyOf/1/type"]);
    }

    fn walk(value: &serde_json::Value, path: &str, nulls: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if text == "null" => nulls.push(path.to_owned()),
            serde_json::Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{n}"), nulls);
                }
            }
            serde_json::Value::Object(entries) => {
                for (key, item) in entries {
                    walk(item, &format!("{path}/{key}"), nulls);
                }
            }
            _ => {}
        }
    }
}
