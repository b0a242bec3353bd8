//! `unlisted:`: what happens to live objects that are not in the files, one policy for each section.

use std::collections::BTreeMap;

use bylaws_engine::words;
use schemars::JsonSchema;

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

words!(
    /// What Bylaws does with unlisted objects.
    #[derive(Default, JsonSchema)]
    #[schemars(rename_all = "snake_case", title = "Policy")]
    Policy {
        /// Unchanged and not shown.
        Ignore = "ignore",
        /// Unchanged and shown in every plan.
        #[default]
        Report = "report",
        /// Removed; an API key is set inactive.
        Remove = "remove",
    }
);

impl Policy {
    /// The policies for objects that cannot be restored and are never removed.
    pub(crate) const KEEPING: [Self; 2] = [Self::Ignore, Self::Report];
}
