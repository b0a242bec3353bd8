//! API keys: their status and name are managed.

mod activities;
mod adopt;
mod entry;
pub(crate) mod matching;
mod names;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod renaming;
mod rules;
pub(crate) mod successors;
mod syntax;

use bylaws_engine::{Fact, Facts};

use crate::live::LiveApiKey;

/// Returns the fields of a live key that can be changed.
pub(crate) fn facts(key: &LiveApiKey) -> Facts {
    let mut facts = Facts::one("status", key.status.as_str());
    facts.set("name", Fact::Text(key.name.to_string()));
    facts
}
