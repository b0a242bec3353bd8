//! Names of the files that differ from the live name of their object: a reviewer must see both.

use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{Address, Change, ObjectKind, Plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::word::Word;

/// A name of the files that differs from the live name of its object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LiveName {
    /// `workspace` or `api_key`.
    pub kind: Word<ObjectKind>,
    /// The label in the files.
    pub label: String,
    /// The live name.
    pub name: String,
    /// The id of the object.
    pub id: String,
}

impl Say for LiveName {
    fn say(&self) -> Text {
        text!("{} = {}, {}", self.label, self.name, self.id)
    }
}

impl LiveName {
    /// Returns the names that differ in an address of the plan.
    pub(super) fn of(plan: &Plan, address: &Address) -> Vec<Self> {
        Self::all(plan.sizes.names.differing(address))
    }

    /// Returns the names that differ in a change.
    pub(super) fn in_change(plan: &Plan, change: &Change) -> Vec<Self> {
        Self::all(plan.sizes.names.differing_in(change))
    }

    /// Returns the names that differ in the address of an unlisted object.
    pub(super) fn around(plan: &Plan, address: &Address) -> Vec<Self> {
        Self::all(plan.sizes.names.differing_around(address))
    }

    fn all(live_names: impl IntoIterator<Item = bylaws_engine::LiveName>) -> Vec<Self> {
        let one =
            |bylaws_engine::LiveName { kind, label, name, id }| Self { kind: Word(kind), label, name, id };
        live_names.into_iter().map(one).collect()
    }
}

/// Returns the names as the end of a sentence: ``(`sandbox` = `production`, `wrkspc_01…`)``, or nothing without them.
pub fn suffix(live_names: &[LiveName]) -> Text {
    if live_names.is_empty() { Text::default() } else { text!(" ({})", Text::joined(live_names, "; ")) }
}

/// Returns a message with these names after it.
pub(super) fn with_names(text: &Text, live_names: &[LiveName]) -> Word<Text> {
    Word(text!("{}{}", text, suffix(live_names)))
}
