//! The keys under a workspace, and which of them are valid in the two workspaces that the service creates.

use crate::syntax::{self, Place};

/// The keys that belong to no other kind.
const SETTINGS: [&str; 8] =
    ["id", "name", "state", "display_color", "tags", "data_residency", "members", "teams"];

/// Returns the keys that are valid in a place.
pub(crate) fn valid(place: Place) -> Vec<&'static str> {
    let barred: &[&str] = match place {
        Place::Default => &["name", "state", "members", "teams"],
        Place::ClaudeCode => &["id", "name", "state", "members", "teams"],
        Place::Organization | Place::Workspace => &[],
    };
    let settings = SETTINGS.into_iter().filter(|key| !barred.contains(key));
    settings.chain(syntax::sections(place)).collect()
}

/// Returns the keys that are ignored in an archived workspace.
pub(crate) fn ignored_if_archived() -> impl Iterator<Item = &'static str> {
    valid(Place::Workspace).into_iter().filter(|key| !["id", "name", "state"].contains(key))
}

/// Returns the keys that are valid in a place, as a sentence lists them.
pub(crate) fn in_words(place: Place) -> String {
    let keys: Vec<String> = valid(place).into_iter().map(|key| format!("`{key}`")).collect();
    match keys.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => keys.concat(),
    }
}
