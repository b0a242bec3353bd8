//! The access document: `access --format json`. Only its shape, and how it is made of the engine's map.

use bylaws_engine::{
    Access, AccessChange, Because, Grant, Held, Holder, Line, OrganizationRole, Place, PlaceKind, Presence,
    Source, Where, Who,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::plan::{OrganizationRef, Origin};
use super::word::Word;

/// Who may do what, where, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessDocument {
    /// The shape of this document.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization; its name is empty where only files were read that do not give it.
    pub organization: OrganizationRef,
    /// Of what this is the access.
    pub state: StateDocument,
    /// Read requests.
    pub reads: u64,
    /// Open workspaces that are shown.
    pub workspaces: Vec<PlaceDocument>,
    /// Everybody who is shown, by who they are.
    pub people: Vec<PersonDocument>,
    /// What the credential may not see, so that it is missing here.
    pub not_seen: Vec<NotSeen>,
}

/// Of what something was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StateDocument {
    /// `live`, `snapshot`, `files` or `commit`.
    #[schemars(with = "String")]
    pub kind: StateKind,
    /// The path or the revision, as it was given.
    pub name: Option<String>,
    /// The commit, where there is one.
    pub commit: Option<String>,
    /// The day (UTC) it is about, YYYY-MM-DD.
    pub day: String,
}

/// Where a state came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    Live,
    Snapshot,
    Files,
    Commit,
}

/// A workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceDocument {
    /// Its name; not unique.
    pub name: String,
    /// Its id, where it is known.
    pub id: Option<String>,
    /// What the files call it, where they list it.
    pub label: Option<String>,
    /// `workspace`, `default` or `claude_code`.
    pub kind: Word<PlaceKind>,
}

/// Somebody with access.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PersonDocument {
    /// Their address, or the id of somebody unknown.
    pub who: String,
    /// Their id, where it is known.
    pub user_id: Option<String>,
    /// `member`, `invited` or `stranger`: listed by a workspace, and no member.
    pub standing: Word<Presence>,
    /// Their role in the organization.
    pub role: Option<String>,
    /// Teams of the files they are in.
    pub teams: Vec<String>,
    /// What they have in each workspace.
    pub access: Vec<GrantDocument>,
}

/// What somebody has in one workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GrantDocument {
    /// The workspace's name.
    pub workspace: String,
    /// The workspace's id, where it is known.
    pub workspace_id: Option<String>,
    /// The role that counts.
    pub role: String,
    /// What gives it first; after that what would give a role if the first went.
    pub because: Vec<BecauseDocument>,
}

/// What gives a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BecauseKind {
    OrganizationRole,
    Line,
    Team,
    Seat,
    Drift,
    Unlisted,
}

/// One thing that gives a role.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BecauseDocument {
    /// `organization_role`, `line`, `team`, `seat`, `drift` or `unlisted`.
    #[schemars(with = "String")]
    pub source: BecauseKind,
    /// Which team, or which role in the organization.
    pub name: Option<String>,
    /// The role it gives.
    pub role: String,
    /// The line of the files.
    pub origin: Option<Origin>,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotSeen {
    /// What.
    pub what: String,
    /// What the service said.
    pub why: String,
}

/// What access changed between two states.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessDiffDocument {
    /// The shape of this document.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The state before.
    pub from: StateDocument,
    /// The state after.
    pub to: StateDocument,
    /// Every difference, by person and workspace.
    pub changes: Vec<AccessChangeDocument>,
}

/// One difference.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessChangeDocument {
    /// Whose.
    pub who: String,
    /// The workspace; null for the organization itself.
    pub workspace: Option<String>,
    /// The workspace's id, where it is known.
    pub workspace_id: Option<String>,
    /// `gained`, `lost` or `changed`.
    #[schemars(with = "String")]
    pub kind: AccessChangeKind,
    /// What they had; null for nothing.
    pub before: Option<HeldDocument>,
    /// What they have; null for nothing.
    pub after: Option<HeldDocument>,
}

/// How access changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessChangeKind {
    Gained,
    Changed,
    Lost,
}

impl AccessChangeKind {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Changed => "changed",
            Self::Lost => "lost",
        }
    }
}

/// What somebody had or has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HeldDocument {
    /// The role.
    pub role: String,
    /// Whether they are only invited.
    pub invited: bool,
    /// Why.
    pub because: Vec<BecauseDocument>,
}

/// Where the line that gives somebody something stands.
pub type Lines<'a> = dyn Fn(&Line) -> Option<Origin> + 'a;

impl PlaceDocument {
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
    /// `shows` says which of their grants are shown.
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
            (Because::Seat, ..) => (BecauseKind::Seat, None, None),
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
            kind: match (&change.before, &change.after) {
                (None, _) => AccessChangeKind::Gained,
                (_, None) => AccessChangeKind::Lost,
                _ => AccessChangeKind::Changed,
            },
            before: change.before.as_ref().map(held),
            after: change.after.as_ref().map(held),
        }
    }
}
