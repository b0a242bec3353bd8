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
pub(crate) struct AccessDocument {
    /// The shape of this document.
    pub(crate) format_version: u32,
    /// The version of Bylaws that wrote it.
    pub(crate) bylaws_version: String,
    /// The organization; its name is empty where only files were read that do not give it.
    pub(crate) organization: OrganizationRef,
    /// Of what this is the access.
    pub(crate) state: StateDocument,
    /// Read requests.
    pub(crate) reads: u64,
    /// Open workspaces that are shown.
    pub(crate) workspaces: Vec<PlaceDocument>,
    /// Everybody who is shown, by who they are.
    pub(crate) people: Vec<PersonDocument>,
    /// What the credential may not see, so that it is missing here.
    pub(crate) not_seen: Vec<NotSeen>,
}

/// Of what something was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StateDocument {
    /// `live`, `snapshot`, `files` or `commit`.
    #[schemars(with = "String")]
    pub(crate) kind: StateKind,
    /// The path or the revision, as it was given.
    pub(crate) name: Option<String>,
    /// The commit, where there is one.
    pub(crate) commit: Option<String>,
    /// The day (UTC) it is about, YYYY-MM-DD.
    pub(crate) day: String,
}

/// Where a state came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateKind {
    Live,
    Snapshot,
    Files,
    Commit,
}

/// A workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlaceDocument {
    /// Its name; not unique.
    pub(crate) name: String,
    /// Its id, where it is known.
    pub(crate) id: Option<String>,
    /// What the files call it, where they list it.
    pub(crate) label: Option<String>,
    /// `workspace`, `default` or `claude_code`.
    pub(crate) kind: Word<PlaceKind>,
}

/// Somebody with access.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PersonDocument {
    /// Their address, or the id of somebody unknown.
    pub(crate) who: String,
    /// Their id, where it is known.
    pub(crate) user_id: Option<String>,
    /// `member`, `invited` or `stranger`: listed by a workspace, and no member.
    pub(crate) standing: Word<Presence>,
    /// Their role in the organization.
    pub(crate) role: Option<String>,
    /// Teams of the files they are in.
    pub(crate) teams: Vec<String>,
    /// What they have in each workspace.
    pub(crate) access: Vec<GrantDocument>,
}

/// What somebody has in one workspace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GrantDocument {
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The workspace's id, where it is known.
    pub(crate) workspace_id: Option<String>,
    /// The role that counts.
    pub(crate) role: String,
    /// What gives it first; after that what would give a role if the first went.
    pub(crate) because: Vec<BecauseDocument>,
}

/// What gives a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BecauseKind {
    OrganizationRole,
    Line,
    Team,
    Seat,
    Drift,
    Unlisted,
}

/// One thing that gives a role.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct BecauseDocument {
    /// `organization_role`, `line`, `team`, `seat`, `drift` or `unlisted`.
    #[schemars(with = "String")]
    pub(crate) source: BecauseKind,
    /// Which team, or which role in the organization.
    pub(crate) name: Option<String>,
    /// The role it gives.
    pub(crate) role: String,
    /// The line of the files.
    pub(crate) origin: Option<Origin>,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct NotSeen {
    /// What.
    pub(crate) what: String,
    /// What the service said.
    pub(crate) why: String,
}

/// What access changed between two states.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AccessDiffDocument {
    /// The shape of this document.
    pub(crate) format_version: u32,
    /// The version of Bylaws that wrote it.
    pub(crate) bylaws_version: String,
    /// The state before.
    pub(crate) from: StateDocument,
    /// The state after.
    pub(crate) to: StateDocument,
    /// Every difference, by person and workspace.
    pub(crate) changes: Vec<AccessChangeDocument>,
}

/// One difference.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AccessChangeDocument {
    /// Whose.
    pub(crate) who: String,
    /// The workspace; null for the organization itself.
    pub(crate) workspace: Option<String>,
    /// The workspace's id, where it is known.
    pub(crate) workspace_id: Option<String>,
    /// `gained`, `lost` or `changed`.
    #[schemars(with = "String")]
    pub(crate) kind: AccessChangeKind,
    /// What they had; null for nothing.
    pub(crate) before: Option<HeldDocument>,
    /// What they have; null for nothing.
    pub(crate) after: Option<HeldDocument>,
}

/// How access changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccessChangeKind {
    Gained,
    Changed,
    Lost,
}

impl AccessChangeKind {
    /// The word in output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Changed => "changed",
            Self::Lost => "lost",
        }
    }
}

/// What somebody had or has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HeldDocument {
    /// The role.
    pub(crate) role: String,
    /// Whether they are only invited.
    pub(crate) invited: bool,
    /// Why.
    pub(crate) because: Vec<BecauseDocument>,
}

/// Where the line that gives somebody something stands.
pub(crate) type Lines<'a> = dyn Fn(&Line) -> Option<Origin> + 'a;

impl PlaceDocument {
    pub(crate) fn of(place: &Place) -> Self {
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
    pub(crate) fn of(
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
    pub(crate) fn of(change: &AccessChange) -> Self {
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
