//! Finds the live key that an entry means: by id if it is set, else by the coordinates at the provider. Never guesses.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;
use bylaws_engine::text::{Text, text};

use crate::desired::Desired;
use crate::live::Live;

use super::lists::read;
use super::{ExternalKey, ExternalKeys, LiveExternalKey, LiveExternalKeys};

/// The result for an entry under `external_keys:`.
pub(crate) enum Found<'a> {
    /// It means this key.
    Live(&'a LiveExternalKey),
    /// It does not exist: it is to be created.
    Absent,
    /// It is ambiguous, or not possible.
    Blocked(Text),
}

/// Finds the key of every entry of the files; of none if the keys were not read.
pub(crate) fn all<'a>(desired: &'a Desired, live: &'a Live) -> BTreeMap<&'a ObjectName, Found<'a>> {
    desired
        .external_keys
        .as_ref()
        .zip(read(live))
        .map_or_else(BTreeMap::new, |(listed, live)| find(listed, live))
}

/// Finds the key of every entry.
pub(crate) fn find<'f, 'a>(
    listed: &'f ExternalKeys,
    live: &'a LiveExternalKeys,
) -> BTreeMap<&'f ObjectName, Found<'a>> {
    let one = |(name, entry)| (name, find_one(entry, listed, live).unwrap_or_else(Found::Blocked));
    listed.iter().map(one).collect()
}

/// Returns why the entry is blocked as the error.
fn find_one<'a>(
    entry: &ExternalKey,
    listed: &ExternalKeys,
    live: &'a LiveExternalKeys,
) -> Result<Found<'a>, Text> {
    if let Some(id) = &entry.id {
        let found = live.get(id.as_str());
        let missing = || text!("no live external key has the id {}; correct or delete the id", id);
        return found.map(Found::Live).ok_or_else(missing);
    }
    // Files without an id have a provider.
    let Some(provider) = &entry.provider else { return Ok(Found::Absent) };
    let is_pinned = |key: &LiveExternalKey| listed.values().any(|other| other.id.as_ref() == Some(&key.id));
    let is_here = |key: &&LiveExternalKey| {
        key.provider().is_some_and(|place| place.coordinates() == provider.coordinates())
    };
    let (pinned, free): (Vec<_>, Vec<_>) = live.keys.iter().filter(is_here).partition(|key| is_pinned(key));
    match (free.as_slice(), pinned.first()) {
        ([], None) => Ok(Found::Absent),
        ([], Some(pinned)) => {
            Err(text!("{} is this key, and another entry has its id; keep one of the two", &pinned.id))
        }
        ([one], _) => Ok(Found::Live(one)),
        (several, _) => Err(text!(
            "{} live external keys are this key: {}; set the `id` of the right one",
            several.len(),
            Text::joined(several.iter().map(|key| &key.id), ", ")
        )),
    }
}

/// Returns the name of the entry that means the live key with this id.
pub(crate) fn name_of<'a>(
    listed: Option<&'a ExternalKeys>,
    live: &LiveExternalKeys,
    id: &str,
) -> Option<&'a ObjectName> {
    let is_it = |found: &Found<'_>| matches!(found, Found::Live(key) if key.id.as_str() == id);
    find(listed?, live).into_iter().find(|(_, found)| is_it(found)).map(|(name, _)| name)
}
