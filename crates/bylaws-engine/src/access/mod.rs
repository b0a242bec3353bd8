//! Who may do what, where, and why: the access that somebody ends up with, with everything that gives it.
//! Says what is so and judges nothing.

mod difference;
mod files;
mod implied;
mod live;
mod standing;
#[cfg(test)]
mod tests;

pub use difference::{AccessChange, Held, Where, difference};
pub use files::access_wanted;
pub use live::access_held;

use std::collections::{BTreeMap, BTreeSet};

use crate::action::words;
use crate::{Email, LiveWorkspaceRole, OrganizationRole, TeamName, UserId, WorkspaceId, WorkspaceLabel};

/// Everybody's access in one organization at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Open workspaces, sorted by name, then id.
    pub places: Vec<Place>,
    /// Everybody who has access or is on the way, by who they are.
    pub people: BTreeMap<Who, Holder>,
}

/// An open workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its name; not unique.
    pub name: String,
    /// Its id, where it is known.
    pub id: Option<WorkspaceId>,
    /// What the files call it, where they list it.
    pub label: Option<WorkspaceLabel>,
    /// What is special about it.
    pub kind: PlaceKind,
}

words!(
    /// The kind of a workspace.
    PlaceKind {
        /// A workspace with a member list.
        Ordinary = "workspace",
        /// The default workspace: it has no member list, access follows the role in the organization.
        Default = "default",
        /// The one that appears with the first Claude Code sign-in; each sign-in adds a member.
        ClaudeCode = "claude_code",
    }
);

/// Somebody with access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person, by address.
    Person(Email),
    /// A user whom a workspace lists and the organization does not.
    Stranger(UserId),
}

/// What somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Their id, where it is known.
    pub user: Option<UserId>,
    /// Whether they are in already.
    pub standing: Presence,
    /// Their role in the organization, where it is known.
    pub role: Option<OrganizationRole>,
    /// Teams of the files they are in.
    pub teams: BTreeSet<TeamName>,
    /// What they have in each workspace, by its place in [`Access::places`].
    pub grants: BTreeMap<usize, Grant>,
}

words!(
    /// Whether somebody is a member of the organization.
    Presence {
        /// A member; in files, somebody who should be one.
        Member = "member",
        /// Invited: no access before they accept.
        Invited = "invited",
        /// Listed by a workspace, but not a member of the organization.
        Stranger = "stranger",
    }
);

/// What somebody has in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role that counts.
    pub role: LiveWorkspaceRole,
    /// Everything that gives a role there, what counts first. A role beside the one that counts gives nothing
    /// as long as that one lasts.
    pub sources: Vec<Source>,
}

/// One thing that gives a role in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Why.
    pub because: Because,
    /// The role it gives.
    pub role: LiveWorkspaceRole,
}

/// Why somebody has a role in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Their role in the organization implies it (`docs/service-behaviour.md#workspace-members`).
    OrganizationRole,
    /// A line of their own in the files.
    Line,
    /// A team of theirs in the files.
    Team(TeamName),
    /// A seat of their own; no files were looked at.
    Seat,
    /// A seat of their own that the files ask for otherwise, or do not want.
    Drift,
    /// A seat of their own in a workspace or a member list that the files leave alone, or of somebody unlisted.
    Unlisted,
}

impl Access {
    /// Everybody with a role in a workspace, strongest first.
    pub fn in_place(&self, place: usize) -> Vec<(&Who, &Holder, &Grant)> {
        let mut held: Vec<_> = self
            .people
            .iter()
            .filter_map(|(who, holder)| Some((who, holder, holder.grants.get(&place)?)))
            .collect();
        held.sort_by(|a, b| strength(&b.2.role).cmp(&strength(&a.2.role)).then_with(|| a.0.cmp(b.0)));
        held
    }
}

/// A place on the ladder of roles; what is not known stands above everything, so that nobody overlooks it.
pub(crate) fn strength(role: &LiveWorkspaceRole) -> u8 {
    match role {
        LiveWorkspaceRole::Known(role) => role.strength(),
        LiveWorkspaceRole::Unknown(_) => u8::MAX,
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(email) => f.write_str(email.as_str()),
            Self::Stranger(user) => f.write_str(user.as_str()),
        }
    }
}
