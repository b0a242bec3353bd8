//! Compares the names that pinned keys are to get with the other names of their scope, offline. `renaming.rs` compares
//! them with live ones.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_engine::spelling::comparable;
use bylaws_engine::{Line, ObjectName, WorkspaceLabel};

use super::rules::DUPLICATE_KEY_NAME;
use crate::API_KEY;
use crate::desired::ApiKey;
use crate::files::{Context, look_alikes};

/// A key and the name that it has or gets.
#[derive(Clone, Copy)]
struct Named<'n> {
    name: &'n ObjectName,
    /// Whether the live key is found by this name and not by an id.
    by_name: bool,
    at: At,
}

/// Reports names that several keys of a scope would have, or that look the same.
pub(super) fn report(
    cx: &mut Context,
    workspace: Option<&WorkspaceLabel>,
    keys: &BTreeMap<ObjectName, ApiKey>,
) {
    let named = keys.iter().filter_map(|(label, ApiKey { status: _, id, name })| {
        // Without a wanted name, the label of a pinned key says nothing about its name.
        let name = if id.is_none() { label } else { name.as_ref()? };
        let at = cx.origins.get(&Line::of_object(workspace, API_KEY.object(), label.clone())).copied()?;
        Some(Named { name, by_name: id.is_none(), at })
    });
    let mut named: Vec<Named<'_>> = named.collect();
    named.sort_by_key(|named| named.at);
    let mut seen: BTreeMap<Cow<'_, str>, Vec<Named<'_>>> = BTreeMap::new();
    for named in named {
        let others = seen.entry(comparable(named.name.as_str())).or_default();
        // The names of entries without an id are compared where they are read.
        let is_reported = |other: &&Named<'_>| !(other.by_name && named.by_name);
        if let Some(other) = others.iter().find(is_reported) {
            if other.name == named.name {
                let message = format!("two API keys would be named {}", shown(named.name.as_str()));
                cx.report(&DUPLICATE_KEY_NAME, named.at, message)
                    .label("this one")
                    .also(other.at, "and this one")
                    .help("choose another name for one of them");
            } else {
                let names = [*other, named].map(|named| (named.name.as_str(), named.at));
                look_alikes::report(cx, "the API keys", names);
            }
        }
        others.push(named);
    }
}
