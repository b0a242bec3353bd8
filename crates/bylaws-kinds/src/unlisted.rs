//! `unlisted:`: what happens to live objects that are not in the files, one policy for each section.

use std::collections::BTreeMap;

use bylaws_engine::words;

use crate::desired::Desired;
use crate::objects::OBJECTS;

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
    /// What happens to unlisted objects of a section.
    #[derive(Default)]
    Policy {
        /// Unlisted objects are neither shown nor changed.
        Ignore = "ignore",
        /// Unlisted objects are shown but kept.
        #[default]
        Report = "report",
        /// Unlisted objects are removed or switched off.
        Remove = "remove",
    }
);

impl Policy {
    /// The policies for objects that cannot be restored and are never removed.
    pub(crate) const KEEPING: [Self; 2] = [Self::Ignore, Self::Report];
}

/// One key of `unlisted:`.
pub struct UnlistedSection {
    /// The key.
    pub key: &'static str,
    /// The policies that it may have.
    pub policies: &'static [Policy],
    /// Returns whether the files list anything that the policy applies to.
    pub applies: fn(&Desired) -> bool,
    /// What the objects are, for editors.
    pub description: &'static str,
    /// Why it does not apply.
    pub without: &'static str,
    /// Whether the digest of the files contains the policy even if it is the default, as in the first version.
    pub is_hashed: bool,
}

/// Returns every section, in the order in which outputs list them.
pub fn unlisted_sections() -> impl Iterator<Item = &'static UnlistedSection> + Clone {
    BASE.iter().chain(OBJECTS.iter().map(|objects| objects.unlisted()))
}

/// The sections of people and workspaces.
const BASE: &[UnlistedSection] = &[
    UnlistedSection {
        key: "members",
        description: "People who are not listed, including pending invites. Applies only with a `members` section.",
        policies: &Policy::ALL,
        applies: |desired| desired.members.is_some(),
        without: "there is no `members` section",
        is_hashed: true,
    },
    UnlistedSection {
        key: "workspaces",
        description: "Workspaces that are not listed. Bylaws never archives them.",
        policies: &Policy::KEEPING,
        applies: |desired| desired.workspaces.is_some(),
        without: "there is no `workspaces` section",
        is_hashed: true,
    },
    UnlistedSection {
        key: "workspace_members",
        description: "Members of a listed workspace with `members` or `teams` who are not listed in it.",
        policies: &Policy::ALL,
        applies: |desired| desired.open().any(|(_, open)| open.manages_members()),
        without: "no listed workspace has `members` or `teams`",
        is_hashed: true,
    },
];
