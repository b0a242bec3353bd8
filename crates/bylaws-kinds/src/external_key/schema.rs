//! The JSON Schema of the section `external_keys`, and of the setting `external_key` of a workspace.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::provider::{FORMS, Field, Form};
use super::workspace_key::NO_KEY;
use crate::files::schema::text::{VISIBLE, texts};

texts! {
    ExternalKeyIdForm {
        "title": "external key id",
        "description": "The id of an external key: `ekey_` followed by letters and digits, or an ARN.",
        "pattern": "^(ekey_[A-Za-z0-9]+|arn:\\S+)$",
        "patternErrorMessage": "Not a valid external key id: write `ekey_` followed by letters and digits, or an ARN.",
        "examples": ["ekey_01MzPq4sV8wX2yT6uR3nK7bD"]
    }
    WorkspaceKeyForm {
        "title": "external key",
        "description": "The key that encrypts the data of this workspace: a name under `external_keys`, an id (`ekey_…` \
            or an ARN), or `none`. It can be set once, which is permanent and needs an approval.\n\n```yaml\n\
            external_key: prod-kms\n```",
        "pattern": VISIBLE,
        "examples": ["prod-kms"]
    }
}

/// Returns the schema of the section.
pub(super) fn section(generator: &mut SchemaGenerator) -> Schema {
    let mut properties: Map<String, Value> =
        FORMS.iter().map(|form| (form.key.to_owned(), provider(form))).collect();
    let is = |key: &str| json!({"required": [key]});
    let mut either: Vec<Value> = FORMS.iter().map(|form| is(form.key)).collect();
    either.push(json!({"required": ["id"], "not": {"anyOf": either.clone()}}));
    properties.extend([
        (
            "geo".to_owned(),
            json!({"enum": ["us"], "description": "The region of the data. Today it can only be `us`."}),
        ),
        ("id".to_owned(), generator.subschema_for::<ExternalKeyIdForm>().to_value()),
        (
            "name".to_owned(),
            json!({
                "type": "string",
                "pattern": VISIBLE,
                "description": "The desired name; requires `id`. Changing it renames the key in place.",
                "examples": ["Production"]
            }),
        ),
    ]);
    json_schema!({
        "type": "object",
        "title": "External keys",
        "description": "Keys of a cloud provider with which workspaces encrypt their data, by name. Bylaws creates them \
            and never deletes them; a workspace gets one with `external_key`.\n\n```yaml\nexternal_keys:\n  prod-kms: \
            {aws: {kms_arn: \"arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901\"}}\n```",
        "propertyNames": {"pattern": name_pattern()},
        "additionalProperties": {
            "type": "object",
            "title": "External key",
            "properties": properties,
            "oneOf": either,
            "dependentRequired": {"name": ["id"]},
            "additionalProperties": false
        }
    })
}

/// A name is visible and cannot be taken for what else a workspace may have as its key.
fn name_pattern() -> String {
    format!("^(?!{NO_KEY}$|ekey_[A-Za-z0-9]+$|arn:)(?={VISIBLE})")
}

fn provider(form: &Form) -> Value {
    let field = |field: &'static Field| {
        let schema = json!({
            "type": "string",
            "description": field.description,
            "pattern": field.pattern,
            "examples": [field.example]
        });
        (field.name.to_owned(), schema)
    };
    let fields: Map<String, Value> = form.fields().map(field).collect();
    let required: Vec<&str> = form.required.iter().map(|field| field.name).collect();
    json!({
        "type": "object",
        "title": "Location of the key",
        "properties": fields,
        "required": required,
        "additionalProperties": false
    })
}
