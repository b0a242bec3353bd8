//! The desired state: what the files ask for, checked and independent of YAML. [`Line`](bylaws_engine::Line) identifies
//! the line that asks for each entry.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::audit::AuditSettings;
use bylaws_engine::guards::Guards;
use bylaws_engine::{
    ApiKeyId, Email, HeldRole, Inherited, ObjectName, OrganizationId, OrganizationKind, Person, SettableRole,
    TeamName, UserId, WorkspaceId, WorkspaceLabel, WorkspaceRole, words,
};
use jiff::civil::Date;
use schemars::JsonSchema;

pub use crate::unlisted::{Policy, Unlisted};

/// Everything that the files ask for. A missing section (`None`) is not managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// The one organization that these files are for.
    pub organization: OrganizationPin,
    /// The members of the organization.
    pub members: Option<BTreeMap<Email, Member>>,
    /// Named sets of people; they exist only in the files.
    pub teams: BTreeMap<TeamName, BTreeSet<Email>>,
    /// Workspaces with their settings, members and keys.
    pub workspaces: Option<BTreeMap<WorkspaceLabel, Workspace>>,
    /// API keys without a workspace.
    pub api_keys: Option<BTreeMap<ObjectName, ApiKey>>,
    /// Federation issuers and rules.
    pub federation: Option<crate::federation::Federation>,
    /// The spend limit of the organization.
    pub spend_limits: Option<crate::spend_limit::SpendLimits>,
    /// The external keys of the organization.
    pub external_keys: Option<crate::external_key::ExternalKeys>,
    /// The service accounts of the organization.
    pub service_accounts: Option<BTreeMap<ObjectName, crate::service_account::ServiceAccount>>,
    /// What happens to live objects that are not in the files.
    pub unlisted: Unlisted,
    /// Rules that refuse a whole plan.
    pub guards: Guards,
    /// Settings of the audit. No plan depends on them.
    pub audit: AuditSettings,
}

impl Desired {
    /// Returns a desired state without any section.
    pub fn of(organization: OrganizationPin) -> Self {
        Self {
            organization,
            members: None,
            teams: BTreeMap::new(),
            workspaces: None,
            api_keys: None,
            federation: None,
            spend_limits: None,
            external_keys: None,
            service_accounts: None,
            unlisted: Unlisted::default(),
            guards: Guards::default(),
            audit: AuditSettings::default(),
        }
    }

    /// Returns the workspaces that are wanted open.
    pub fn open(&self) -> impl Iterator<Item = (&WorkspaceLabel, &OpenWorkspace)> {
        self.workspaces.iter().flatten().filter_map(|(label, workspace)| Some((label, workspace.open()?)))
    }

    /// Removes a person from members, teams and workspaces.
    pub(crate) fn forget(&mut self, person: &Person) {
        let is = |email: &Email| email.person() == *person;
        if let Some(members) = &mut self.members {
            members.retain(|email, _| !is(email));
        }
        for team in self.teams.values_mut() {
            team.retain(|email| !is(email));
        }
        let workspaces = self.workspaces.iter_mut().flat_map(BTreeMap::values_mut);
        for members in workspaces.filter_map(|workspace| workspace.open_mut()?.members.as_mut()) {
            members.retain(|email, _| !is(email));
        }
    }

    /// Returns a workspace that is wanted open.
    pub(crate) fn open_workspace(&self, label: &WorkspaceLabel) -> Option<&OpenWorkspace> {
        self.workspaces.as_ref()?.get(label)?.open()
    }
}

/// The organization that the files are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationPin {
    /// The id; any other organization is refused before any other request.
    pub id: OrganizationId,
    /// The name. It is never written; a different live name gives a note in the plan.
    pub name: Option<String>,
    /// The type of the organization.
    pub kind: OrganizationKind,
}

/// One entry under `members:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The wanted role, or none.
    pub role: WantedRole,
    /// Last day (UTC) on which the entry is in force. Never used with a console-only role.
    pub until: Option<Date>,
    /// Identifies the person even if their address changes.
    pub id: Option<UserId>,
}

/// The role that the files want for a person in the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WantedRole {
    /// A role the API can give.
    Settable(SettableRole),
    /// A console-only role: either in place or blocked, never written.
    Held(HeldRole),
    /// `none`: must not be a member.
    None,
}

impl WantedRole {
    /// Returns the word in the files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Settable(role) => role.as_str(),
            Self::Held(role) => role.as_str(),
            Self::None => "none",
        }
    }

    /// Returns what the role implies in every workspace; `None` if nothing.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Held(role) => role.inherited(),
            Self::Settable(role) => role.inherited(),
            Self::None => None,
        }
    }
}

/// One entry under `workspaces:`. Code that must know every field destructures this without `..`, so that a new one is
/// forgotten nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Identifies the workspace; the label is then only a local name.
    pub id: Option<WorkspaceId>,
    /// The wanted name. Only used together with `id`.
    pub name: Option<String>,
    /// Whether the workspace is open or archived.
    pub state: WorkspaceState,
}

impl Workspace {
    /// Returns the settings, unless the workspace is wanted archived.
    pub(crate) fn open(&self) -> Option<&OpenWorkspace> {
        match &self.state {
            WorkspaceState::Open(open) => Some(open),
            WorkspaceState::Archived => None,
        }
    }

    /// Like [`open`](Self::open), to change them.
    pub(crate) fn open_mut(&mut self) -> Option<&mut OpenWorkspace> {
        match &mut self.state {
            WorkspaceState::Open(open) => Some(open),
            WorkspaceState::Archived => None,
        }
    }
}

/// The wanted state of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceState {
    /// In use, with these settings.
    Open(Box<OpenWorkspace>),
    /// Archived, which is permanent.
    Archived,
}

/// Settings of a workspace. A missing field is not managed. Destructured like [`Workspace`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// `#RRGGBB`; compared without case.
    pub display_color: Option<String>,
    /// The exact tags, except those that begin with `anthropic`.
    pub tags: Option<BTreeMap<String, String>>,
    /// Compared field by field.
    pub data_residency: Option<DataResidency>,
    /// The key that encrypts the data.
    pub external_key: Option<crate::external_key::WorkspaceKey>,
}

/// An open workspace. A missing field is not managed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenWorkspace {
    /// The settings of the workspace itself.
    pub settings: WorkspaceSettings,
    /// Explicit lines; if this or `teams` is set, the member list is managed.
    pub members: Option<BTreeMap<Email, MembershipLine>>,
    /// The role of everybody in a team.
    pub teams: Option<BTreeMap<TeamName, WorkspaceRole>>,
    /// The keys of this workspace.
    pub api_keys: Option<BTreeMap<ObjectName, ApiKey>>,
    /// The rate limits of this workspace.
    pub rate_limits: Option<crate::rate_limit::RateLimits>,
    /// The spend limit of this workspace.
    pub spend_limit: Option<crate::spend_limit::Wanted>,
    /// The roles of service accounts in this workspace; `None` is `none`: not a member.
    pub service_accounts: Option<crate::workspace_service_account::Memberships>,
}

impl OpenWorkspace {
    /// Returns whether the files manage the member list.
    pub fn manages_members(&self) -> bool {
        self.members.is_some() || self.teams.is_some()
    }
}

/// Data residency; geos are spelled as the service spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataResidency {
    /// The geo where data is stored; fixed at creation.
    pub workspace_geo: Option<String>,
    /// The geos where inference may run.
    pub allowed_inference_geos: Option<AllowedGeos>,
    /// The geo for requests that do not specify one.
    pub default_inference_geo: Option<String>,
}

/// `unrestricted`, or a set of geos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedGeos {
    /// `unrestricted`: every geo is allowed.
    Unrestricted,
    /// Only these geos; the order is irrelevant.
    Only(BTreeSet<String>),
}

impl AllowedGeos {
    /// Returns whether `geo` can be the default.
    pub fn allows(&self, geo: &str) -> bool {
        match self {
            Self::Unrestricted => true,
            Self::Only(geos) => geos.contains(geo),
        }
    }
}

/// One line under a workspace's `members:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipLine {
    /// The role, or `None` for `none`: not a member, even if a team gives a role.
    pub role: Option<WorkspaceRole>,
    /// Last day (UTC) on which the line is in force.
    pub until: Option<Date>,
}

/// One entry under `api_keys:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The wanted status of the key.
    pub status: WantedStatus,
    /// Identifies the key even if its name changes; the name in the files is then only a local name.
    pub id: Option<ApiKeyId>,
    /// The wanted name. Only used together with `id`.
    pub name: Option<ObjectName>,
}

words!(
    /// The status of an API key.
    #[derive(JsonSchema)]
    #[schemars(rename = "Status", rename_all = "snake_case", title = "Status of an API key")]
    WantedStatus {
        /// The key works. Setting a key to `active` needs an approval.
        Active = "active",
        /// The key does not work. It can be set to `active` again.
        Inactive = "inactive",
        /// The key is permanently off. Needs an approval.
        Archived = "archived",
    }
);
