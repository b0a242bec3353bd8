//! The live state: what the service reported, under the engine's names. Data that was not read is `None`,
//! never empty.

use std::collections::BTreeMap;

use crate::external_key::LiveExternalKeys;
use crate::rate_limit::LiveRateLimits;
use crate::service_account::LiveServiceAccounts;
use crate::spend_limit::LiveSpendLimits;
use bylaws_engine::text::{Say, Text};
use bylaws_engine::{
    ApiKeyId, Email, ExternalKeyId, InviteId, LiveWorkspaceRole, ObjectName, OrganizationId,
    OrganizationRole, UserId, WorkspaceId,
};
use jiff::Timestamp;

use crate::desired::AllowedGeos;

/// Declares a status with one word of the service for each value. Any other word is kept.
macro_rules! live_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A status that this version does not know.
            Unknown(String),
        }

        impl $name {
            /// Returns the value for the service's word; never fails.
            pub fn from_text(text: &str) -> Self {
                match text {
                    $($word => Self::$variant,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// Returns the service's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl Say for $name {
            fn say(&self) -> Text {
                match self {
                    Self::Unknown(text) => Text::quoted(text),
                    known => Text::word(known.as_str()),
                }
            }
        }
    };
}

/// The live state of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The id of the organization.
    pub id: OrganizationId,
    /// The organization's name, for output.
    pub name: String,
    /// Members and invites.
    pub people: Option<LivePeople>,
    /// Workspaces, archived ones included.
    pub workspaces: Option<LiveWorkspaces>,
    /// Explicit members of the workspaces whose lists were read.
    pub workspace_members: BTreeMap<WorkspaceId, BTreeMap<UserId, LiveWorkspaceRole>>,
    /// API keys of all scopes.
    pub api_keys: Option<Vec<LiveApiKey>>,
    /// Rate limits of the organization and of its workspaces.
    pub rate_limits: Option<LiveRateLimits>,
    /// Federation issuers and rules.
    pub federation: Option<crate::federation::LiveFederation>,
    /// Spend limits of the organization and of its workspaces.
    pub spend_limits: Option<LiveSpendLimits>,
    /// The external keys of the organization.
    pub external_keys: Option<LiveExternalKeys>,
    /// Service accounts and their workspace memberships.
    pub service_accounts: Option<LiveServiceAccounts>,
}

impl Live {
    /// Returns the live state of an organization of which nothing was read yet.
    pub fn bare(id: OrganizationId, name: String) -> Self {
        Self {
            id,
            name,
            people: None,
            workspaces: None,
            workspace_members: BTreeMap::new(),
            api_keys: None,
            rate_limits: None,
            federation: None,
            spend_limits: None,
            external_keys: None,
            service_accounts: None,
        }
    }

    /// Returns a workspace, if workspaces were read and there is one with this id.
    pub fn workspace(&self, id: &WorkspaceId) -> Option<&LiveWorkspace> {
        self.workspaces.as_ref()?.all.get(id)
    }

    /// Returns the member with this e-mail address, if people were read and there is one.
    pub fn member(&self, email: &Email) -> Option<&LiveUser> {
        self.people.as_ref()?.member(email)
    }
}

/// Members and invites. Invites are read first, so somebody in both is a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LivePeople {
    /// The members by user id.
    pub users: BTreeMap<UserId, LiveUser>,
    /// Invites of every status.
    pub invites: Vec<LiveInvite>,
}

impl LivePeople {
    /// Returns the member with this e-mail address.
    pub fn member(&self, email: &Email) -> Option<&LiveUser> {
        let person = email.person();
        self.users.values().find(|user| user.email.person() == person)
    }

    /// Returns the invites that can still be accepted.
    pub fn pending(&self) -> impl Iterator<Item = &LiveInvite> {
        self.invites.iter().filter(|invite| invite.status == InviteStatus::Pending)
    }
}

/// A member of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveUser {
    /// The user id.
    pub id: UserId,
    /// The e-mail address as reported.
    pub email: Email,
    /// The role in the organization.
    pub role: OrganizationRole,
    /// The time they became a member; `None` if it cannot be parsed.
    pub added_at: Option<Timestamp>,
}

/// An invite of any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveInvite {
    /// The invite id.
    pub id: InviteId,
    /// The invited e-mail address.
    pub email: Email,
    /// The role that it gives.
    pub role: OrganizationRole,
    /// The status of the invite.
    pub status: InviteStatus,
    /// The time it was sent; the newest invite decides.
    pub invited_at: Timestamp,
    /// The time it expires or expired.
    pub expires_at: Option<Timestamp>,
    /// The time it was accepted; `None` if it was not, or if the time cannot be parsed.
    pub accepted_at: Option<Timestamp>,
}

live_words!(
    /// The status of an invite.
    InviteStatus {
        /// Sent, and can still be accepted.
        Pending = "pending",
        /// Accepted: the person became a member then.
        Accepted = "accepted",
        /// Not accepted within 21 days.
        Expired = "expired",
        /// Withdrawn before it was accepted.
        Deleted = "deleted",
    }
);

/// The workspaces of the organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveWorkspaces {
    /// By id, including archived ones and the default one.
    pub all: BTreeMap<WorkspaceId, LiveWorkspace>,
    /// The id of the default workspace: the one that is listed only with `include_default`.
    pub default: Option<WorkspaceId>,
}

/// A workspace, open or archived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveWorkspace {
    /// The workspace id.
    pub id: WorkspaceId,
    /// The name; not unique.
    pub name: String,
    /// Whether it is archived, which is permanent.
    pub archived: bool,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
    /// The color, as `#RRGGBB`.
    pub display_color: String,
    /// All tags, including those that begin with `anthropic`.
    pub tags: BTreeMap<String, String>,
    /// The geo where data is stored.
    pub workspace_geo: String,
    /// The geos where inference may run.
    pub allowed_inference_geos: AllowedGeos,
    /// The geo for requests that do not specify one.
    pub default_inference_geo: String,
    /// The external key that encrypts the data. It stays the same once it is set.
    pub external_key_id: Option<ExternalKeyId>,
    /// The user profile, which a key must have too.
    pub user_profile_id: Option<String>,
}

/// The key under which the files list the default workspace.
pub(crate) const DEFAULT: &str = "Default";

/// The name of the workspace that appears with the first Claude Code sign-in.
pub(crate) const CLAUDE_CODE: &str = "Claude Code";

#[cfg(test)]
impl LiveWorkspace {
    /// Returns an open workspace with this name, and its id.
    pub(crate) fn named(name: &str) -> (WorkspaceId, Self) {
        let id = WorkspaceId::new(format!("wrkspc_{name}"));
        let workspace = Self {
            id: id.clone(),
            name: name.to_owned(),
            archived: false,
            created_at: None,
            display_color: "#777777".to_owned(),
            tags: BTreeMap::new(),
            workspace_geo: "us".to_owned(),
            allowed_inference_geos: AllowedGeos::Unrestricted,
            default_inference_geo: "global".to_owned(),
            external_key_id: None,
            user_profile_id: None,
        };
        (id, workspace)
    }
}

impl LiveWorkspace {
    /// Returns whether it is the workspace that appears with the first Claude Code sign-in; the service
    /// marks it only by its name (`docs/service-behaviour.md#workspaces`).
    pub fn is_claude_code(&self) -> bool {
        self.name == CLAUDE_CODE && !self.archived
    }
}

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveApiKey {
    /// The key id.
    pub id: ApiKeyId,
    /// The name; not unique.
    pub name: ObjectName,
    /// The status of the key.
    pub status: LiveKeyStatus,
    /// The scope of the key.
    pub scope: KeyScope,
    /// The person or service account that it is bound to.
    pub principal: Principal,
    /// The user who created the key.
    pub created_by: Option<UserId>,
    /// The time it was created; `None` if it cannot be parsed.
    pub created_at: Option<Timestamp>,
    /// The time it expires; `None` if never.
    pub expires_at: Option<Timestamp>,
    /// Whether it may be the credential of this run, judging by its hint.
    pub in_use: bool,
}

/// The scope of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyScope {
    /// The key belongs to no workspace.
    Organization,
    /// The key belongs to this workspace.
    Workspace(WorkspaceId),
    /// A scope that this version does not know.
    Unknown(String),
}

/// What a key is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nothing: a key of the workspace.
    None,
    /// A person, by user id.
    User(UserId),
    /// A service account, by id.
    ServiceAccount(String),
    /// A kind of owner that this version does not know.
    Other,
}

live_words!(
    /// The status of a key.
    LiveKeyStatus {
        /// The key can be used.
        Active = "active",
        /// Switched off; can be switched on again.
        Inactive = "inactive",
        /// The key is archived, which is permanent.
        Archived = "archived",
        /// Expired, which cannot be undone.
        Expired = "expired",
    }
);

impl LiveKeyStatus {
    /// Returns whether the key can never be used again.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Archived | Self::Expired)
    }
}
