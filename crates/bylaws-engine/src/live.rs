//! The live side: what the service reported, in the engine's names.
//! What was not read is `None`, never empty.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::desired::AllowedGeos;
use crate::{
    ApiKeyId, Email, InviteId, KeyName, LiveWorkspaceRole, OrganizationId, OrganizationRole, UserId,
    WorkspaceId,
};

/// One organization as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The organization's id.
    pub id: OrganizationId,
    /// The organization's name, for people.
    pub name: String,
    /// Members and invites.
    pub people: Option<LivePeople>,
    /// Workspaces, archived ones included.
    pub workspaces: Option<LiveWorkspaces>,
    /// Explicit members of the workspaces whose lists were read.
    pub workspace_members: BTreeMap<WorkspaceId, BTreeMap<UserId, LiveWorkspaceRole>>,
    /// API keys of all scopes.
    pub api_keys: Option<Vec<LiveApiKey>>,
}

/// Members and invites. Invites are read first, so whoever is in both is a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LivePeople {
    /// Members by id.
    pub users: BTreeMap<UserId, LiveUser>,
    /// Invites of every status.
    pub invites: Vec<LiveInvite>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveUser {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// Their role.
    pub role: OrganizationRole,
    /// Since when they are a member; `None` where the time cannot be read.
    pub added_at: Option<Timestamp>,
}

/// An invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveInvite {
    /// Its id.
    pub id: InviteId,
    /// Whom it was sent to.
    pub email: Email,
    /// The role it gives.
    pub role: OrganizationRole,
    /// What became of it.
    pub status: InviteStatus,
    /// When it was sent: the newest one decides.
    pub invited_at: Timestamp,
    /// When it runs out, or ran out.
    pub expires_at: Option<Timestamp>,
    /// When it was accepted; `None` if it was not, or if the time cannot be read.
    pub accepted_at: Option<Timestamp>,
}

/// What became of an invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteStatus {
    /// Sent, and can still be accepted.
    Pending,
    /// Accepted: the person became a member then.
    Accepted,
    /// 21 days went by.
    Expired,
    /// Withdrawn.
    Deleted,
    /// A status this version does not know.
    Unknown(String),
}

/// Workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveWorkspaces {
    /// By id, archived ones and the default one included.
    pub all: BTreeMap<WorkspaceId, LiveWorkspace>,
    /// Which one is the default workspace: the one listed with `include_default` and not without.
    pub default: Option<WorkspaceId>,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name; not unique.
    pub name: String,
    /// Archived for good.
    pub archived: bool,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// `#RRGGBB`
    pub display_color: String,
    /// All tags, those beginning `anthropic` too.
    pub tags: BTreeMap<String, String>,
    /// Where data is kept.
    pub workspace_geo: String,
    /// Where inference may happen.
    pub allowed_inference_geos: AllowedGeos,
    /// Where it happens when a request does not say.
    pub default_inference_geo: String,
}

/// The key under which the files list the default workspace.
pub(crate) const DEFAULT: &str = "Default";

/// The name of the workspace that appears by itself on the first Claude Code sign-in.
pub(crate) const CLAUDE_CODE: &str = "Claude Code";

impl LiveWorkspace {
    /// Whether it is the workspace that appears by itself on the first Claude Code sign-in; the
    /// service marks it by its name alone (`docs/service-behaviour.md#workspaces`).
    pub fn is_claude_code(&self) -> bool {
        self.name == CLAUDE_CODE && !self.archived
    }
}

/// An API key; never its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Its name; not unique.
    pub name: KeyName,
    /// Its status.
    pub status: LiveKeyStatus,
    /// Where it lives.
    pub scope: KeyScope,
    /// Whether it belongs to a person or service account and goes with them.
    pub principal: Principal,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made; `None` where the time cannot be read.
    pub created_at: Option<Timestamp>,
    /// When it runs out; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether it may be the very credential in use, judged by its hint.
    pub in_use: bool,
}

/// Where a key lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyScope {
    /// In no workspace.
    Organization,
    /// In this one.
    Workspace(WorkspaceId),
    /// In a scope this version does not know.
    Unknown(String),
}

/// Whom a key is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody: the workspace's own key.
    None,
    /// A person.
    User(UserId),
    /// A service account, or a kind of owner this version does not know.
    Other,
}

/// A key's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveKeyStatus {
    /// Works.
    Active,
    /// Switched off; can be switched on.
    Inactive,
    /// Gone for good.
    Archived,
    /// Its time is over; cannot be undone.
    Expired,
    /// A status this version does not know.
    Unknown(String),
}

impl LiveKeyStatus {
    /// Reads the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "inactive" => Self::Inactive,
            "archived" => Self::Archived,
            "expired" => Self::Expired,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The service's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
            Self::Expired => "expired",
            Self::Unknown(text) => text,
        }
    }
}

impl InviteStatus {
    /// Reads the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "accepted" => Self::Accepted,
            "expired" => Self::Expired,
            "deleted" => Self::Deleted,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The service's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Unknown(text) => text,
        }
    }
}

impl AllowedGeos {
    /// The geos named; none for `unrestricted`.
    pub fn named(&self) -> BTreeSet<String> {
        match self {
            Self::Unrestricted => BTreeSet::new(),
            Self::Only(geos) => geos.clone(),
        }
    }
}
