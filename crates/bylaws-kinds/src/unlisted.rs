//! `unlisted:`: what happens to live objects that are not in the files, one policy for each section.

use std::collections::BTreeMap;

use crate::desired::Desired;

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

/// One key of `unlisted:`.
pub struct UnlistedSection {
    /// The key.
    pub key: &'static str,
    /// The policies that it may have.
    pub policies: &'static [Policy],
    /// Returns whether the files list anything that the policy applies to.
    pub applies: fn(&Desired) -> bool,
    /// Why it does not apply.
    pub without: &'static str,
}

/// Every section, in the order in which outputs list them.
pub const UNLISTED: &[UnlistedSection] = &[
    UnlistedSection {
        key: "members",
        policies: &Policy::ALL,
        applies: |desired| desired.members.is_some(),
        without: "there is no `members` section",
    },
    UnlistedSection {
        key: "workspaces",
        policies: &Policy::KEEPING,
        applies: |desired| desired.workspaces.is_some(),
        without: "there is no `workspaces` section",
    },
    UnlistedSection {
        key: "workspace_members",
        policies: &Policy::ALL,
        applies: |desired| desired.open().any(|(_, open)| open.manages_members()),
        without: "no listed workspace has `members` or `teams`",
    },
    UnlistedSection {
        key: "api_keys",
        policies: &Policy::ALL,
        applies: |desired| {
            desired.api_keys.is_some() || desired.open().any(|(_, open)| open.api_keys.is_some())
        },
        without: "no `api_keys` are listed",
    },
];
