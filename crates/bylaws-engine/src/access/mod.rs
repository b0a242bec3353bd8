//! Who may do what, where, and why: the resulting access and everything that gives it. Reports facts only
//! and checks no rules.

mod difference;

pub use difference::{AccessChange, Held, Where, difference};

use std::collections::{BTreeMap, BTreeSet};

use crate::text::Text;
use crate::words;
use crate::{
    Address, Email, LiveWorkspaceRole, OrganizationRole, TeamName, UserId, WorkspaceId, WorkspaceLabel,
};

/// The access of everybody in one organization at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Open workspaces, sorted by name, then id.
    pub places: Vec<Place>,
    /// Everybody who has access or an invite.
    pub people: BTreeMap<Who, Holder>,
}

/// An open workspace of the organization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name of the workspace; not unique.
    pub name: String,
    /// The id of the workspace, if it is known.
    pub id: Option<WorkspaceId>,
    /// The label of the workspace in the files, if they list it.
    pub label: Option<WorkspaceLabel>,
    /// Whether it is an ordinary workspace or a special one.
    pub kind: PlaceKind,
}

words!(
    /// The kind of a workspace.
    PlaceKind {
        /// A workspace with a member list.
        Ordinary = "workspace",
        /// The default workspace: it has no member list; access follows from the role in the organization.
        Default = "default",
        /// The workspace that appears with the first Claude Code sign-in; each sign-in adds a member.
        ClaudeCode = "claude_code",
    }
);

/// The identity of somebody with access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person, by e-mail address.
    Person(Email),
    /// A user listed in a workspace but not in the organization.
    Stranger(UserId),
    /// An object that acts on its own, such as a service account.
    Object(Address),
}

/// The access of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The user id, if it is known.
    pub user: Option<UserId>,
    /// Whether the person is a member already.
    pub standing: Presence,
    /// The role in the organization, if it is known.
    pub role: Option<OrganizationRole>,
    /// The teams of the files that the person is in.
    pub teams: BTreeSet<TeamName>,
    /// Whose identity tokens a federation rule accepts.
    pub identity: Option<Text>,
    /// The access in each workspace, by index into [`Access::places`].
    pub grants: BTreeMap<usize, Grant>,
}

words!(
    /// Whether a person is a member of the organization.
    Presence {
        /// A member; in files, somebody who should be one.
        Member = "member",
        /// Invited: no access until the invite is accepted.
        Invited = "invited",
        /// Listed in a workspace, but not a member of the organization.
        Stranger = "stranger",
        /// An account for programs, not a person.
        Account = "account",
        /// Programs elsewhere that a federation rule lets act as an account.
        Workload = "workload",
    }
);

/// The access of one person in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role in force.
    pub role: LiveWorkspaceRole,
    /// Everything that gives a role there; the source of the role in force comes first. A weaker role has no
    /// effect while the one in force lasts.
    pub sources: Vec<Source>,
}

/// One reason for a role in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The kind of reason.
    pub because: Because,
    /// The role that it gives.
    pub role: LiveWorkspaceRole,
}

/// Why a person has a role in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// The role in the organization implies it (`docs/service-behaviour.md#workspace-members`).
    OrganizationRole,
    /// A line for the person in the files.
    Line,
    /// A team of the files that the person is in.
    Team(TeamName),
    /// It acts as this account, which has the role.
    ActsAs(Address),
    /// An explicit membership; no files were given.
    Membership,
    /// An explicit membership that the files want with another role, or not at all.
    Drift,
    /// An explicit membership in a workspace or member list that the files do not manage, or of an unlisted
    /// person.
    Unlisted,
}

/// Returns the rank of a role. Unknown roles rank highest, so that they are not overlooked.
pub fn strength(role: &LiveWorkspaceRole) -> u8 {
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
            Self::Object(address) => address.fmt(f),
        }
    }
}
