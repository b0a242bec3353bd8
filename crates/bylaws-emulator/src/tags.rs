//! Tags of a workspace: complete on create, merged on update (`docs/service-behaviour.md#workspaces`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::object::{Object, Problem, expected};

/// Strings by key, in key order.
pub type Tags = BTreeMap<String, String>;

/// Takes the tags of a seed, which may include those of the service.
pub(crate) fn from_seed(workspace: &mut Object) -> Result<Tags, Problem> {
    read(workspace, |key, value| match value {
        Value::String(text) => Ok(text),
        other => Err(expected(key, "text", &other)),
    })
}

fn read<T>(
    object: &mut Object,
    tag: impl Fn(&str, Value) -> Result<T, Problem>,
) -> Result<BTreeMap<String, T>, Problem> {
    let tag = |(key, value): (String, Value)| tag(&key, value).map(|value| (key, value));
    let tags = object.nested("tags", |tags| tags.into_fields().into_iter().map(tag).collect())?;
    Ok(tags.unwrap_or_default())
}

/// Takes the tags of a create request: values are strings.
pub(crate) fn create(body: &mut Object) -> Result<Tags, Problem> {
    let tags = from_seed(body)?;
    tags.keys().try_for_each(|key| check_key(key).map_err(|problem| problem.under("tags")))?;
    Ok(tags)
}

/// Takes the tags of an update request: a null value deletes a tag, null for the whole changes nothing.
pub(crate) fn read_merge(body: &mut Object) -> Result<BTreeMap<String, Option<String>>, Problem> {
    read(body, |key, value| {
        check_key(key)?;
        match value {
            Value::String(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(expected(key, "text or null", &other)),
        }
    })
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

fn check_key(key: &str) -> Result<(), Problem> {
    let is_free = !key.starts_with("anthropic");
    if is_free { Ok(()) } else { Err(Problem::new(key, "keys must not begin with anthropic.")) }
}
