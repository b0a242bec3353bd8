//! The name that a line with an `id` asks for, and why a key cannot have it.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;
use bylaws_engine::live_names::is_key_id;
use bylaws_engine::spelling::{comparable, is_look_alike, name_difference as difference};
use bylaws_engine::text::{Text, text};

use crate::api_key::matching::LiveKeys;
use crate::desired::ApiKey;
use crate::live::LiveApiKey;

/// Returns the name that a key is to get; `None` if it has it. An expired or archived key keeps its name.
pub(super) fn new_name<'a>(line: &'a ApiKey, key: &LiveApiKey) -> Option<&'a ObjectName> {
    line.name.as_ref().filter(|name| **name != key.name && !key.status.is_over())
}

/// Returns why a key cannot get this name. `lines` are those of its scope.
pub(super) fn conflict(
    name: &ObjectName,
    label: &ObjectName,
    lines: &BTreeMap<ObjectName, ApiKey>,
    key: &LiveApiKey,
    live: &LiveKeys<'_, '_>,
) -> Option<Text> {
    if is_key_id(name.as_str()) {
        return Some(text!("the wanted name `{}` looks like an id; choose another name", name));
    }
    let is_other = |other: &&&LiveApiKey| other.id != key.id && !other.status.is_over();
    if let Some(other) = live.named(name.as_str()).iter().find(is_other) {
        return Some(if is_look_alike(other.name.as_str(), name.as_str()) {
            text!(
                "the wanted name looks the same as the name of {}, which has {}; choose another name",
                other.id,
                difference(other.name.as_str(), name.as_str())
            )
        } else {
            text!(
                "the wanted name `{}` is the name of {}; rename that one first, or choose another",
                name,
                other.id
            )
        });
    }
    // Without an id, that line would mean this key afterwards; with one, two keys would have the name.
    let wants = |other: &ObjectName, line: &ApiKey| {
        let wanted = line.name.clone().or_else(|| line.id.is_none().then(|| other.clone()));
        wanted.is_some_and(|wanted| comparable(wanted.as_str()) == comparable(name.as_str()))
    };
    let (other, line) = lines.iter().find(|(other, line)| *other != label && wants(other, line))?;
    Some(if line.id.is_none() {
        text!("the wanted name `{}` is the key of another line; set the `id` there, or choose another", other)
    } else {
        text!("the wanted name `{}` is also that of `{}`; choose another", name, other)
    })
}
