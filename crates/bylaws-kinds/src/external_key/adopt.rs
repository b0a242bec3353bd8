//! What the entry of an external key becomes so that it says what is live.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;
use bylaws_engine::spelling::{comparable, is_hidden};

use super::matching::{Found, find, name_of};
use super::objects::read;
use super::workspace_key::{NO_KEY, is_id};
use super::{ExternalKey, ExternalKeys, LiveExternalKey, LiveExternalKeys, WorkspaceKey};
use crate::adopt::view::{Difference, View};
use crate::desired::Desired;
use crate::live::LiveWorkspace;

/// Adopts the name and the place of a key, or the keys with this name that no entry means.
pub(super) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let (Some(live), Some(keys)) = (read(view.live), &mut wanted.external_keys) else { return refused() };
    if difference.is_unlisted {
        let found: Vec<_> = live
            .keys
            .iter()
            .filter(|key| key.called() == name.as_str() && !is_meant(keys, live, key))
            .collect();
        let imported = entries(live);
        for key in found {
            let Some(name) = name_of(Some(&imported), live, key.id.as_str()) else { return refused() };
            let is_other = |other: &ObjectName| comparable(other.as_str()) == comparable(name.as_str());
            if keys.keys().any(is_other) {
                return Err(format!("the files have another external key `{name}`"));
            }
            keys.extend(imported.get(name).map(|entry| (name.clone(), entry.clone())));
        }
        return Ok(());
    }
    let key = match find(keys, live).remove(name) {
        Some(Found::Live(key)) => key,
        Some(Found::Absent) if difference.is_change => {
            return Err("not live: `bylaws apply` creates it".to_owned());
        }
        _ => return refused(),
    };
    let Some(entry) = keys.get_mut(name) else { return refused() };
    if let (Some(name), Some(live)) = (&mut entry.name, &key.display_name) {
        name.clone_from(live);
    }
    if entry.provider.is_some() && entry.id.is_some() {
        entry.provider = key.provider().filter(|provider| provider.is_listable()).cloned();
    } else if let (Some(has), Some(live)) = (&mut entry.provider, key.provider()) {
        has.clone_from(live);
    }
    entry.geo.take_if(|geo| **geo != *key.geo);
    Ok(())
}

/// Returns whether an entry means a key.
fn is_meant(keys: &ExternalKeys, live: &LiveExternalKeys, key: &LiveExternalKey) -> bool {
    name_of(Some(keys), live, key.id.as_str()).is_some()
}

/// Changes the key that the files ask for in a workspace to the one that it has.
pub(crate) fn adopt_workspace_key(
    view: &View<'_>,
    listed: Option<&ExternalKeys>,
    wanted: &mut Option<WorkspaceKey>,
    live: &LiveWorkspace,
) {
    let Some(key) = wanted else { return };
    let Some(id) = &live.external_key_id else {
        // Without a key, the line asks for what only an apply can do.
        return;
    };
    let name = read(view.live).and_then(|keys| name_of(listed, keys, id.as_str()));
    let is_so = matches!(key, WorkspaceKey::Id(own) if own == id);
    if !is_so {
        *key = name.map_or_else(|| WorkspaceKey::Id(id.clone()), |name| WorkspaceKey::Named(name.clone()));
    }
}

/// Returns the entries that an import writes, one for each key.
pub(super) fn entries(live: &LiveExternalKeys) -> ExternalKeys {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for key in &live.keys {
        *counts.entry(comparable(key.called())).or_default() += 1;
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for key in &live.keys {
        *places.entry(key.coordinates()).or_default() += 1;
    }
    let entry = |key: &LiveExternalKey| {
        let called = key.called();
        let is_name = is_label(called) && counts.get(&comparable(called)) == Some(&1);
        let name = if is_name { called.to_owned() } else { format!("key {}", key.id) };
        let provider = key.provider().filter(|provider| provider.is_listable()).cloned();
        // The place identifies a key that no other has.
        let is_found = provider.is_some() && places.get(&key.coordinates()) == Some(&1);
        let entry = ExternalKey {
            provider,
            geo: (key.geo == "us").then(|| key.geo.clone()),
            id: (!is_found).then(|| key.id.clone()),
            name: None,
        };
        (ObjectName::new(name), entry)
    };
    live.keys.iter().map(entry).collect()
}

/// Returns whether a name of the service can be the name of an entry.
fn is_label(name: &str) -> bool {
    name != NO_KEY
        && !is_id(name)
        && name.trim() == name
        && !name.chars().any(is_hidden)
        && !name.contains("sk-ant-")
}
