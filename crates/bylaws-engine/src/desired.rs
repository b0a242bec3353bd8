//! The desired side: what the files ask for, checked, without a trace of YAML.
//! Which line of which file asked for a thing is kept apart, under its [`Line`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::action::words;
use crate::audit::AuditSettings;
use crate::guards::Guards;
use crate::{
    ApiKeyId, Email, HeldRole, KeyName, OrganizationId, OrganizationKind, SettableRole, TeamName, UserId,
    WorkspaceId, WorkspaceLabel, WorkspaceRole,
};

/// Everything the files ask for. An absent section (`None`) is not managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// The one organization these files are for.
    pub organization: OrganizationPin,
    /// Who belongs to the organization.
    pub members: Option<BTreeMap<Email, Member>>,
    /// Local names for sets of people.
    pub teams: BTreeMap<TeamName, BTreeSet<Email>>,
    /// Workspaces with what is under them.
    pub workspaces: Option<BTreeMap<WorkspaceLabel, Workspace>>,
    /// Organization-scoped keys.
    pub api_keys: Option<BTreeMap<KeyName, ApiKey>>,
    /// What happens to live things that the files do not list.
    pub unlisted: Unlisted,
    /// Rules that refuse a whole plan.
    pub guards: Guards,
    /// What an audit looks for. No plan depends on it.
    pub audit: AuditSettings,
}

/// Which organization the files are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationPin {
    /// Any other organization is refused before any other request.
    pub id: OrganizationId,
    /// Never written; a note in the plan where live differs.
    pub name: Option<String>,
    /// Console or Enterprise.
    pub kind: OrganizationKind,
}

/// One entry under `members:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the person should be.
    pub role: WantedRole,
    /// Last day, UTC, on which the entry is in force. Never beside a held-only role.
    pub until: Option<Date>,
    /// Pins the person whatever their address becomes.
    pub id: Option<UserId>,
}

/// What the files want a person to be in the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WantedRole {
    /// A role the API can give.
    Settable(SettableRole),
    /// A role that can only be held: `in place` or blocked, never written.
    Held(HeldRole),
    /// `none`: must not be a member.
    None,
}

/// One entry under `workspaces:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Pins the workspace; the label is then only a local name.
    pub id: Option<WorkspaceId>,
    /// The wanted name. Only beside an `id`.
    pub name: Option<String>,
    /// Open or archived.
    pub state: WorkspaceState,
}

/// What the files want of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceState {
    /// In use, with these settings.
    Open(Box<OpenWorkspace>),
    /// Archived for good.
    Archived,
}

/// Settings of a workspace in use. A field left out is not managed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenWorkspace {
    /// `#RRGGBB`; compared without case.
    pub display_color: Option<String>,
    /// Exactly these, those beginning `anthropic` aside.
    pub tags: Option<BTreeMap<String, String>>,
    /// Compared field by field.
    pub data_residency: Option<DataResidency>,
    /// Explicit lines; with `teams`, makes the member list managed.
    pub members: Option<BTreeMap<Email, SeatLine>>,
    /// Role of everybody in a team.
    pub teams: Option<BTreeMap<TeamName, WorkspaceRole>>,
    /// Keys of this workspace.
    pub api_keys: Option<BTreeMap<KeyName, ApiKey>>,
}

impl OpenWorkspace {
    /// Whether the files decide who may enter.
    pub fn manages_members(&self) -> bool {
        self.members.is_some() || self.teams.is_some()
    }
}

/// Data residency; geos as the service spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataResidency {
    /// Fixed when the workspace is made.
    pub workspace_geo: Option<String>,
    /// Where inference may happen.
    pub allowed_inference_geos: Option<AllowedGeos>,
    /// Where it happens when a request does not say.
    pub default_inference_geo: Option<String>,
}

/// `unrestricted`, or a set of geos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedGeos {
    /// `unrestricted`
    Unrestricted,
    /// Only these; order means nothing.
    Only(BTreeSet<String>),
}

impl AllowedGeos {
    /// Whether a default of `geo` is possible.
    pub fn allows(&self, geo: &str) -> bool {
        match self {
            Self::Unrestricted => true,
            Self::Only(geos) => geos.contains(geo),
        }
    }
}

/// One line under a workspace's `members:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatLine {
    /// The role, or `None` for `none`: no seat here, though a team has one.
    pub role: Option<WorkspaceRole>,
    /// Last day, UTC, on which the line is in force.
    pub until: Option<Date>,
}

/// One entry under `api_keys:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The wanted status.
    pub status: WantedStatus,
    /// Pins the key whatever its name becomes.
    pub id: Option<ApiKeyId>,
}

/// A status that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WantedStatus {
    /// `active`
    Active,
    /// `inactive`
    Inactive,
    /// `archived`, for good.
    Archived,
}

impl WantedStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Archived];

    /// The service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }
}

/// What happens to live things that the files do not list, per kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// Members, pending invites included.
    pub members: Policy,
    /// Workspaces; never archived by omission.
    pub workspaces: Visibility,
    /// Memberships in listed workspaces whose member list is managed.
    pub workspace_members: Policy,
    /// Keys in listed scopes; `Remove` sets them inactive.
    pub api_keys: Policy,
}

/// A policy for unlisted things that can be removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Not even shown.
    Ignore,
    /// Shown, left alone.
    #[default]
    Report,
    /// Removed.
    Remove,
}

impl Policy {
    /// The word of the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Report => "report",
            Self::Remove => "remove",
        }
    }
}

/// A policy for unlisted things that are never removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Not even shown.
    Ignore,
    /// Shown, left alone.
    #[default]
    Report,
}

impl Visibility {
    /// The word of the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Report => "report",
        }
    }
}

/// A line of the files that asks for something: how output finds its place again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// `organization:`
    Organization,
    /// An entry under `members:`.
    Member(Email),
    /// An entry under `teams:`.
    Team(TeamName),
    /// An entry under `workspaces:`.
    Workspace(WorkspaceLabel),
    /// A line under a workspace's `members:`.
    WorkspaceMember(WorkspaceLabel, Email),
    /// A line under a workspace's `teams:`.
    WorkspaceTeam(WorkspaceLabel, TeamName),
    /// A line under a workspace's `api_keys:`.
    WorkspaceApiKey(WorkspaceLabel, KeyName),
    /// A line under the top-level `api_keys:`.
    OrganizationApiKey(KeyName),
    /// A line under `unlisted:`.
    Unlisted(UnlistedKind),
    /// A line under `guards:`.
    Guard(GuardKind),
    /// An entry under `guards.approve:`, counted from 0 in the order of the file.
    Approval(usize),
    /// A line under `audit.spending.monthly:`.
    SpendingLimit(WorkspaceLabel),
    /// An entry under `audit.accept:`, counted from 0 in the order of the file.
    Acceptance(usize),
}

/// The lines of `unlisted:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnlistedKind {
    /// `members`
    Members,
    /// `workspaces`
    Workspaces,
    /// `workspace_members`
    WorkspaceMembers,
    /// `api_keys`
    ApiKeys,
}

words!(
    /// A guard: a rule that refuses a whole plan.
    GuardKind {
        /// Limits how many people may lose access in one plan.
        AccessLoss = "access_loss",
        /// Limits how many API keys may be switched off in one plan.
        KeysOff = "keys_off",
        /// Limits how many invites may be sent in one plan.
        Invites = "invites",
        /// Limits how many people may become admin of live workspaces in one plan.
        WorkspaceAdmins = "workspace_admins",
        /// Admins who must hold a console-only role.
        RequiredAdmins = "required_admins",
        /// Domains that people may be listed with.
        AllowedDomains = "allowed_domains",
        /// Addresses that may not be removed, archived, lowered or switched off.
        Protect = "protect",
        /// Refuses files of which no `members` line is in force.
        Members = "members",
    }
);
