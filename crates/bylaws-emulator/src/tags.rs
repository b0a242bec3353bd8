//! Tags of a workspace: complete on create, merged on update (`docs/service-behaviour.md#workspaces`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::envelope::Refusal;
use crate::object::{Object, Problem, expected};

/// Strings by key, in key order.
pub type Tags = BTreeMap<String, String>;

/// Takes the tags of a seed, which may include those of the service.
pub(crate) fn from_seed(workspace: &mut Object) -> Result<Tags, Problem> {
    let Some(tags) = workspace.nullable_object("tags")? else { return Ok(Tags::new()) };
    let tag = |(key, value): (String, Value)| match value {
        Value::String(text) => Ok((key, text)),
        other => Err(expected(&key, "text", &other).under("tags")),
    };
    tags.into_fields().into_iter().map(tag).collect()
}

/// Takes the tags of a create request: values are strings.
pub(crate) fn create(body: &mut Object) -> Result<Tags, Refusal> {
    let tags = from_seed(body)?;
    tags.keys().try_for_each(|key| check_key(key))?;
    Ok(tags)
}

/// Takes the tags of an update request: a null value deletes a tag, null for the whole changes nothing.
pub(crate) fn read_merge(body: &mut Object) -> Result<BTreeMap<String, Option<String>>, Refusal> {
    let Some(tags) = body.nullable_object("tags")? else { return Ok(BTreeMap::new()) };
    let tag = |(key, value): (String, Value)| {
        check_key(&key)?;
        match value {
            Value::String(text) => Ok((key, Some(text))),
            Value::Null => Ok((key, None)),
            other => Err(expected(&key, "text or null", &other).under("tags").into()),
        }
    };
    tags.into_fields().into_iter().map(tag).collect()
}

/// Merges tags: keys that are not named stay.
pub(crate) fn merge(stored: &mut Tags, wanted: BTreeMap<String, Option<String>>) {
    for (key, value) in wanted {
        match value {
            Some(value) => stored.insert(key, value),
            None => stored.remove(&key),
        };
    }
}

fn check_key(key: &str) -> Result<(), Refusal> {
    if key.starts_with("anthropic") {
        return Err(Refusal::invalid(format!("tags.{key}: keys must not begin with anthropic.")));
    }
    Ok(())
}
