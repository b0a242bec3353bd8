//! What the line of an API key becomes so that it says what is live.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::spelling::comparable;
use bylaws_engine::{ApiKeyId, ObjectName, WorkspaceLabel};

use crate::adopt::view::{Difference, NOT_LIVE, View, open_mut};
use crate::api_key::matching::{Found, LiveKeys, by_scope};
use crate::desired::{ApiKey, Desired, WantedStatus};
use crate::live::{KeyScope, LiveKeyStatus};

/// Adopts the status and the name of a key, or the keys with this name that no line means.
pub(crate) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    (workspace, name): (Option<&WorkspaceLabel>, &ObjectName),
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let (scope, imported, keys) = match workspace {
        None => (KeyScope::Organization, view.imported.api_keys.as_ref(), wanted.api_keys.as_mut()),
        Some(label) => {
            let Some(id) = view.plan.workspaces.get(label) else { return Err(NOT_LIVE.to_owned()) };
            let imported = view.imported_as(label).and_then(|open| open.api_keys.as_ref());
            let Some(open) = open_mut(wanted, label) else { return Ok(()) };
            (KeyScope::Workspace(id.clone()), imported, open.api_keys.as_mut())
        }
    };
    let Some(keys) = keys else { return refused() };
    let all = view.live.api_keys.as_deref().unwrap_or_default();
    let ids: BTreeSet<&ApiKeyId> = all.iter().map(|key| &key.id).collect();
    let by_scope = by_scope(all);
    let live = LiveKeys::of(by_scope.get(&scope).map_or(&[], Vec::as_slice), &ids, keys);
    if difference.is_unlisted {
        return list(&live, keys, imported, name);
    }
    let Some(line) = keys.get(name) else { return refused() };
    let Found::One(found) = live.find(name, line) else { return refused() };
    // Of two keys with one name, a line without an id means neither.
    let is_taken = |(other, line): &(&ObjectName, &ApiKey)| {
        *other != name && line.id.is_none() && comparable(other.as_str()) == comparable(found.name.as_str())
    };
    let is_renamed = line.name.as_ref().is_some_and(|name| *name != found.name) && !found.status.is_over();
    if let Some((other, _)) = keys.iter().find(is_taken).filter(|_| is_renamed) {
        return Err(format!("is named `{other}` now, as another line of the files is: set the `id` of both"));
    }
    let Some(key) = keys.get_mut(name) else { return refused() };
    key.status = match (&found.status, key.status) {
        (LiveKeyStatus::Archived, _) => WantedStatus::Archived,
        // Such keys can still be archived, which is permanent.
        (_, WantedStatus::Archived) | (LiveKeyStatus::Unknown(_), _) => return refused(),
        (LiveKeyStatus::Active, _) => WantedStatus::Active,
        (LiveKeyStatus::Inactive | LiveKeyStatus::Expired, _) => WantedStatus::Inactive,
    };
    if is_renamed {
        key.name = Some(found.name.clone());
    }
    Ok(())
}

/// Adds the keys with this name that no line means, as an import writes them.
fn list(
    live: &LiveKeys<'_, '_>,
    keys: &mut BTreeMap<ObjectName, ApiKey>,
    imported: Option<&BTreeMap<ObjectName, ApiKey>>,
    name: &ObjectName,
) -> Result<(), String> {
    let found = keys.iter().filter_map(|(name, key)| match live.find(name, key) {
        Found::One(key) | Found::LookAlike(key) => Some(&key.id),
        Found::None(_) | Found::Several(_) => None,
    });
    let meant: BTreeSet<&ApiKeyId> = found.collect();
    let mut lines = Vec::new();
    for key in
        live.keys.iter().filter(|key| key.name == *name && !key.status.is_over() && !meant.contains(&key.id))
    {
        let is_it = |(label, line): &(&ObjectName, &ApiKey)| match &line.id {
            Some(id) => *id == key.id,
            None => **label == key.name,
        };
        let Some((label, line)) = imported.iter().copied().flatten().find(is_it) else {
            return Err(format!("files cannot express its status `{}`", key.status.as_str()));
        };
        if keys.contains_key(label) {
            return Err(format!("the files have another key `{label}`"));
        }
        lines.push((label.clone(), line.clone()));
    }
    keys.extend(lines);
    Ok(())
}
