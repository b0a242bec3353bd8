//! A stricter reading of the document: answers have only the described fields of one version. The service
//! may add fields, but the emulator must not.

use serde_json::{Value, json};

/// The two versions of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Version {
    Old,
    Current,
}

impl Version {
    pub(crate) const ALL: [Self; 2] = [Self::Old, Self::Current];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Old => "2023-06-01",
            Self::Current => "2026-10-21",
        }
    }
}

/// Returns the document for answers of one version. Fields that `x-api-version-differences` gives to the
/// version are required there and unknown in the other.
pub(crate) fn for_version(document: &Value, version: Version) -> Value {
    let mut reading = document.clone();
    for other in Version::ALL {
        for (schema, field) in fields_only_in(document, other) {
            let schema = reading.pointer_mut(&format!("/components/schemas/{schema}")).unwrap();
            if other == version {
                schema["required"].as_array_mut().unwrap().push(json!(field));
            } else {
                schema["properties"].as_object_mut().unwrap().remove(&field).unwrap();
            }
        }
    }
    close(&mut reading);
    reading
}

/// Parses "adds `ApiKey.workspace_id`, `RateLimit.group_type`, … all deprecated", written without backticks.
pub(crate) fn fields_only_in(document: &Value, version: Version) -> Vec<(String, String)> {
    let text = document["info"]["x-api-version-differences"][version.as_str()].as_str().unwrap();
    let field = |word: &str| {
        let (schema, field) = word.trim_end_matches([',', ';', '.']).split_once('.')?;
        Some((schema.to_owned(), field.to_owned()))
    };
    text.split_whitespace().filter_map(field).collect()
}

fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("properties").is_some_and(Value::is_object) {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
