//! `unlisted:`: what happens to live objects that are not in the files, one policy for each section.

use std::collections::BTreeMap;

/// The policies of the files, by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unlisted(BTreeMap<&'static str, Policy>);

impl Unlisted {
    /// Returns the policy of a section.
    pub fn of(&self, section: &str) -> Policy {
        self.0.get(section).copied().unwrap_or_default()
    }

    /// Sets the policy of a section.
    pub fn set(&mut self, section: &'static str, policy: Policy) {
        self.0.insert(section, policy);
        self.0.retain(|_, policy| *policy != Policy::default());
    }
}

/// What happens to unlisted objects of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Unlisted objects are neither shown nor changed.
    Ignore,
    /// Unlisted objects are shown but kept.
    #[default]
    Report,
    /// Unlisted objects are removed or switched off.
    Remove,
}

impl Policy {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::Ignore, Self::Report, Self::Remove];
    /// The policies for objects that cannot be restored and are never removed.
    pub const KEEPING: [Self; 2] = [Self::Ignore, Self::Report];

    /// Returns the word used in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Report => "report",
            Self::Remove => "remove",
        }
    }
}
