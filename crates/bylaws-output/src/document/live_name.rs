//! A name of the files that is not the live name of what it means: whoever reviews must see both.

use std::fmt;

use bylaws_engine::{Address, Change, NameKind, Plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::word::Word;

/// A name of the files that is not the live name of what it means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LiveName {
    /// `workspace` or `api_key`.
    pub kind: Word<NameKind>,
    /// How the files call it.
    pub label: String,
    /// How it is called live.
    pub name: String,
    /// Its id.
    pub id: String,
}

/// For people: `sandbox = production, wrkspc_01…`.
impl fmt::Display for LiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}, {}", plain(&self.label), plain(&self.name), plain(&self.id))
    }
}

/// Returns a name that others chose: in back-ticks unless it is one plain word or address.
pub fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-+@".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("`{text}`") }
}

impl LiveName {
    /// Returns those in an address of the plan.
    pub(super) fn of(plan: &Plan, address: &Address) -> Vec<Self> {
        plan.live_names(address).into_iter().map(Self::from).collect()
    }

    /// Returns those in a change.
    pub(super) fn in_change(plan: &Plan, change: &Change) -> Vec<Self> {
        plan.live_names_in(change).into_iter().map(Self::from).collect()
    }

    /// Returns those in the address of something that is not in the files.
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

/// Returns what follows a sentence about them: ` (sandbox = production, wrkspc_01…)`, or nothing if there are none.
pub fn suffix(live_names: &[LiveName]) -> String {
    if live_names.is_empty() {
        return String::new();
    }
    let all: Vec<String> = live_names.iter().map(ToString::to_string).collect();
    format!(" ({})", all.join("; "))
}
