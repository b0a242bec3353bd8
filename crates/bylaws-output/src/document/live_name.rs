//! Names of the files that differ from the live name of their object: a reviewer must see both.

use std::fmt;

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

/// Formats the names for people: `sandbox = production, wrkspc_01…`.
impl fmt::Display for LiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}, {}", plain(&self.label), plain(&self.name), plain(&self.id))
    }
}

/// Returns a user-supplied name, in back-ticks unless it is one plain word or address.
pub fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-+@".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("`{text}`") }
}

impl LiveName {
    /// Returns the names that differ in an address of the plan.
    pub(super) fn of(plan: &Plan, address: &Address) -> Vec<Self> {
        plan.live_names(address).into_iter().map(Self::from).collect()
    }

    /// Returns the names that differ in a change.
    pub(super) fn in_change(plan: &Plan, change: &Change) -> Vec<Self> {
        plan.live_names_in(change).into_iter().map(Self::from).collect()
    }

    /// Returns the names that differ in the address of an unlisted object.
    pub(super) fn around(plan: &Plan, address: &Address) -> Vec<Self> {
        plan.live_names_around(address).into_iter().map(Self::from).collect()
    }
}

impl From<bylaws_engine::LiveName> for LiveName {
    fn from(live_name: bylaws_engine::LiveName) -> Self {
        let bylaws_engine::LiveName { kind, label, name, id } = live_name;
        Self { kind: Word(kind), label, name, id }
    }
}

/// Returns the suffix of a sentence about these names: ` (sandbox = production, wrkspc_01…)`, or nothing without them.
pub fn suffix(live_names: &[LiveName]) -> String {
    if live_names.is_empty() {
        return String::new();
    }
    let all: Vec<String> = live_names.iter().map(ToString::to_string).collect();
    format!(" ({})", all.join("; "))
}
