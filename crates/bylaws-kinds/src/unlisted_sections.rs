//! The keys of `unlisted:`: the sections of people and workspaces, and those of the other kinds.

use crate::desired::Desired;
use crate::objects::OBJECTS;
use crate::unlisted::Policy;

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
    let of_kinds = OBJECTS.iter().enumerate().filter_map(|(at, objects)| {
        let section = objects.unlisted();
        // Several kinds may share one.
        let is_first = OBJECTS.iter().take(at).all(|other| other.unlisted().key != section.key);
        is_first.then_some(section)
    });
    BASE.iter().chain(of_kinds)
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
