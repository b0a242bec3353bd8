//! The JSON Schema of a type, for editors and for `schemas/`.
//! It is derived from the type; this module adapts it to what editors support best.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// Returns the JSON Schema (draft 2020-12) of a file of this type, with this `$id`.
pub fn of<File: JsonSchema>(id: &str) -> Value {
    let settings =
        SchemaSettings::draft2020_12().with_transform(NoNull).with_transform(Words).with_transform(Prose);
    let mut schema = settings.into_generator().into_root_schema_for::<File>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), json!(id));
        // The identification comes before the content.
        let body = std::mem::take(root);
        for key in HEAD {
            root.extend(body.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        root.extend(body.into_iter().filter(|(key, _)| !HEAD.contains(&key.as_str())));
    }
    schema
}

const HEAD: [&str; 4] = ["$schema", "$id", "title", "description"];

/// Removes null from optional fields: they may be left out, but null is an error in the files.
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

/// Converts the derived `oneOf` of constants to an `enum` with descriptions. Editors complete and explain an `enum`, but
/// show no description on hover for a `oneOf` of constants.
#[derive(Clone)]
struct Words;

impl Transform for Words {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(Value::Array(words)) = schema.get("oneOf") else { return };
        let described = |word: &Value| Some((word.get("const")?.clone(), word.get("description")?.clone()));
        let Some(words) = words.iter().map(described).collect::<Option<Vec<_>>>() else { return };
        let (words, descriptions): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        schema.remove("oneOf");
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("enum".to_owned(), Value::Array(words));
        schema.insert("markdownEnumDescriptions".to_owned(), Value::Array(descriptions));
    }
}

/// Joins descriptions to one paragraph of plain text. Adds Markdown if there is code or an example, and always next to a
/// `$ref`: editors prefer Markdown, so that of the type would hide the description of the key.
#[derive(Clone)]
struct Prose;

impl Transform for Prose {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(schema) = schema.as_object_mut() else { return };
        let mut body = std::mem::take(schema);
        schema.extend(body.shift_remove("title").map(|title| ("title".to_owned(), title)));
        if let Some(Value::String(written)) = body.shift_remove("description") {
            let (words, example) = written.split_once("\n\n").unwrap_or((&written, ""));
            let words = words.replace('\n', " ");
            schema.insert("description".to_owned(), json!(words));
            let markdown = if example.is_empty() { words } else { format!("{words}\n\n{example}") };
            if markdown.contains('`') || body.contains_key("$ref") {
                schema.insert("markdownDescription".to_owned(), json!(markdown));
            }
        }
        schema.extend(body);
    }
}
