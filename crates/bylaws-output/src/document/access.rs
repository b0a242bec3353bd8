//! The access document, `access --format json`: its fields, and the conversion from the engine's access map.

use bylaws_engine::access::{
    Access, AccessChange, Because, Grant, Held, Holder, Place, PlaceKind, Presence, Source, Where, Who,
};
use bylaws_engine::{Line, OrganizationRole};
use schemars::JsonSchema;
use serde::Serialize;

use super::origin::Origin;
use super::plan::OrganizationRef;
use super::word::Word;

/// The access of every person: which role, where and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization; its name is empty if only files were read and they do not give it.
    pub organization: OrganizationRef,
    /// The state that this access is read from.
    pub state: StateDocument,
    /// The number of read requests.
    pub reads: u64,
    /// The open workspaces that are shown.
    pub workspaces: Vec<PlaceDocument>,
    /// The people who are shown, sorted by e-mail address or id.
    pub people: Vec<PersonDocument>,
    /// What the credential may not read, so that it is missing in this document.
    pub not_seen: Vec<NotSeen>,
}

/// The state that access is read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StateDocument {
    /// `live`, `snapshot`, `files` or `commit`.
    #[schemars(with = "String")]
    pub kind: StateKind,
    /// The path or the revision as given.
    pub name: Option<String>,
    /// The full hash of the commit, if there is one.
    pub commit: Option<String>,
    /// The date (UTC) of this state, YYYY-MM-DD.
    pub day: String,
}

/// The source of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// The live state of the service.
    Live,
    /// A saved snapshot of live state.
    Snapshot,
    /// The files on disk, which may contain uncommitted changes.
    Files,
    /// The files of a commit.
    Commit,
}

/// A workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceDocument {
    /// The name of the workspace; not unique.
    pub name: String,
    /// The id of the workspace, if it is known.
    pub id: Option<String>,
    /// The label of the workspace in the files, if they list it.
    pub label: Option<String>,
    /// `workspace`, `default` or `claude_code`.
    pub kind: Word<PlaceKind>,
}

/// A person with access, a service account, or a federation rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PersonDocument {
    /// The e-mail address, the id of an unknown person, or the address of a service account or rule.
    pub who: String,
    /// The user id, if it is known.
    pub user_id: Option<String>,
    /// `member`, `invited` or `stranger` (listed by a workspace, but not a member of the organization); `account`
    /// for a service account, `workload` for a federation rule.
    pub standing: Word<Presence>,
    /// The role in the organization.
    pub role: Option<String>,
    /// The teams of the files that include this person.
    pub teams: Vec<String>,
    /// Whose identity tokens a federation rule accepts; null for everybody else.
    pub identity: Option<String>,
    /// The access to each workspace.
    pub access: Vec<GrantDocument>,
}

/// The access of one person to one workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GrantDocument {
    /// The name of the workspace.
    pub workspace: String,
    /// The id of the workspace, if it is known.
    pub workspace_id: Option<String>,
    /// The effective role.
    pub role: String,
    /// The reasons: first the one that gives the role, then those that would give a role without it.
    pub because: Vec<BecauseDocument>,
}

/// The kind of reason that gives a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BecauseKind {
    OrganizationRole,
    Line,
    Team,
    ActsAs,
    Membership,
    Drift,
    Unlisted,
}

/// One reason that gives a role.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BecauseDocument {
    /// `organization_role`, `line`, `team`, `acts_as`, `membership`, `drift` or `unlisted`.
    #[schemars(with = "String")]
    pub(crate) source: BecauseKind,
    /// The name of the team, the role in the organization, or the account.
    pub(crate) name: Option<String>,
    /// The role that this reason gives.
    pub(crate) role: String,
    /// The line of the files, if there is one.
    pub(crate) origin: Option<Origin>,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotSeen {
    /// The data that was not read.
    pub what: String,
    /// The answer of the service.
    pub why: String,
}

/// The differences in access between two states.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessDiffDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The earlier state.
    pub from: StateDocument,
    /// The later state.
    pub to: StateDocument,
    /// Every difference, by person and workspace.
    pub changes: Vec<AccessChangeDocument>,
}

/// One difference.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessChangeDocument {
    /// The e-mail address or id of the person.
    pub(crate) who: String,
    /// The workspace; null for the organization itself.
    pub(crate) workspace: Option<String>,
    /// The id of the workspace, if it is known.
    pub(crate) workspace_id: Option<String>,
    /// `gained`, `lost` or `changed`.
    pub(crate) kind: Word<AccessChangeKind>,
    /// The access before; null for none.
    pub(crate) before: Option<HeldDocument>,
    /// The access after; null for none.
    pub(crate) after: Option<HeldDocument>,
}

bylaws_engine::words!(
    /// The kind of difference.
    AccessChangeKind {
        /// Access that the person did not have.
        Gained = "gained",
        /// Another role.
        Changed = "changed",
        /// Access that the person no longer has.
        Lost = "lost",
    }
);

/// The access that a person has in one of the states.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HeldDocument {
    /// The role.
    pub(crate) role: String,
    /// Whether the person is invited and not yet a member.
    pub(crate) invited: bool,
    /// The reasons for the role.
    pub(crate) because: Vec<BecauseDocument>,
}

/// Returns the position of the line that gives access.
pub type Lines<'a> = dyn Fn(&Line) -> Option<Origin> + 'a;

impl AccessDocument {
    /// Returns the number of people, without accounts for programs and federation rules.
    pub fn persons(&self) -> usize {
        self.people.len() - self.count(Presence::Account) - self.count(Presence::Workload)
    }

    /// Returns the number of those with this standing.
    pub fn count(&self, standing: Presence) -> usize {
        self.people.iter().filter(|one| *one.standing == standing).count()
    }
}

impl PlaceDocument {
    /// Converts a workspace.
    pub fn of(place: &Place) -> Self {
        Self {
            name: place.name.clone(),
            id: place.id.as_ref().map(ToString::to_string),
            label: place.label.as_ref().map(ToString::to_string),
            kind: Word(place.kind),
        }
    }
}

impl PersonDocument {
    /// Converts a person; `shows` selects the grants to include.
    pub fn of(
        who: &Who,
        holder: &Holder,
        access: &Access,
        shows: impl Fn(&Place, &Grant) -> bool,
        lines: &Lines<'_>,
    ) -> Self {
        let grants = holder.grants.iter().filter_map(|(at, grant)| {
            let place = access.places.get(*at).filter(|place| shows(place, grant))?;
            Some(GrantDocument {
                workspace: place.name.clone(),
                workspace_id: place.id.as_ref().map(ToString::to_string),
                role: grant.role.to_string(),
                because: because(who, holder.role.as_ref(), Some(place), grant, lines),
            })
        });
        Self {
            who: who.to_string(),
            user_id: holder.user.as_ref().map(ToString::to_string),
            standing: Word(holder.standing),
            role: holder.role.as_ref().map(ToString::to_string),
            teams: holder.teams.iter().map(ToString::to_string).collect(),
            identity: holder.identity.as_ref().map(ToString::to_string),
            access: grants.collect(),
        }
    }
}

fn because(
    who: &Who,
    role: Option<&OrganizationRole>,
    place: Option<&Place>,
    grant: &Grant,
    lines: &Lines<'_>,
) -> Vec<BecauseDocument> {
    let label = place.and_then(|place| place.label.as_ref());
    let one = |source: &Source| {
        let (kind, name, line) = match (&source.because, label, who) {
            (Because::OrganizationRole, ..) => {
                (BecauseKind::OrganizationRole, role.map(ToString::to_string), None)
            }
            (Because::Line, Some(label), Who::Person(email)) => {
                (BecauseKind::Line, None, Some(Line::WorkspaceMember(label.clone(), email.clone())))
            }
            (Because::Line, ..) => (BecauseKind::Line, None, None),
            (Because::Team(team), label, _) => (
                BecauseKind::Team,
                Some(team.to_string()),
                label.map(|label| Line::WorkspaceTeam(label.clone(), team.clone())),
            ),
            (Because::ActsAs(account), ..) => (BecauseKind::ActsAs, Some(account.to_string()), None),
            (Because::Membership, ..) => (BecauseKind::Membership, None, None),
            (Because::Drift, ..) => (BecauseKind::Drift, None, None),
            (Because::Unlisted, ..) => (BecauseKind::Unlisted, None, None),
        };
        BecauseDocument {
            source: kind,
            name,
            role: source.role.to_string(),
            origin: line.and_then(|line| lines(&line)),
        }
    };
    grant.sources.iter().map(one).collect()
}

impl AccessChangeDocument {
    /// Converts a difference in access.
    pub fn of(change: &AccessChange) -> Self {
        let (workspace, id) = match &change.place {
            Where::Organization => (None, None),
            Where::Workspace(name, id) => (Some(name.clone()), id.as_ref().map(ToString::to_string)),
        };
        let held = |held: &Held| HeldDocument {
            role: held.role().to_owned(),
            invited: matches!(held, Held::Organization(_, Presence::Invited)),
            because: match held {
                Held::Organization(..) => Vec::new(),
                Held::Workspace(grant) => because(&change.who, None, None, grant, &|_| None),
            },
        };
        Self {
            who: change.who.to_string(),
            workspace,
            workspace_id: id,
            kind: Word(match (&change.before, &change.after) {
                (None, _) => AccessChangeKind::Gained,
                (_, None) => AccessChangeKind::Lost,
                _ => AccessChangeKind::Changed,
            }),
            before: change.before.as_ref().map(held),
            after: change.after.as_ref().map(held),
        }
    }
}
