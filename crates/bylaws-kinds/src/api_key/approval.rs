//! Why no plan of these files can contain a change of an API key.

use std::collections::BTreeMap;

use bylaws_config::shown::shown;
use bylaws_engine::desired::{ApiKey, Policy};
use bylaws_engine::{Action, Desired, ObjectName, WorkspaceLabel};

use crate::workspace::approval::{find, in_use, may_be_pinned};

/// Returns why a change of a key of a workspace can never be in a plan, or `None` if it can.
pub(crate) fn workspace_key(
    desired: &Desired,
    action: Action,
    label: &WorkspaceLabel,
    key: &ObjectName,
) -> Option<String> {
    let workspace = find(desired, label);
    let keys = workspace.and_then(in_use).and_then(|open| open.api_keys.as_ref());
    match keys {
        None if workspace.is_none() && may_be_pinned(desired) => None,
        None => Some(format!("the files list no workspace {} with `api_keys`", shown(label.as_str()))),
        Some(keys) => self::key(desired, action, lists(keys, key), key),
    }
}

/// Returns the same for a key that belongs to no workspace.
pub(crate) fn organization_key(desired: &Desired, action: Action, key: &ObjectName) -> Option<String> {
    match &desired.api_keys {
        None => Some("there is no `api_keys` section".to_owned()),
        Some(keys) => self::key(desired, action, lists(keys, key), key),
    }
}

fn key(desired: &Desired, action: Action, is_listed: bool, key: &ObjectName) -> Option<String> {
    if action != Action::Update {
        return Some("an API key can only be changed (`update`)".to_owned());
    }
    let stays = desired.unlisted.of("api_keys") != Policy::Remove;
    (!is_listed && stays).then(|| {
        format!("the key {} is not listed, and `unlisted.api_keys` is not `remove`", shown(key.as_str()))
    })
}

/// Returns whether an entry may be for the key with this name or id; only a plan knows the live name of a pinned key.
fn lists(keys: &BTreeMap<ObjectName, ApiKey>, key: &ObjectName) -> bool {
    keys.contains_key(key) || keys.values().any(|line| line.id.is_some())
}
