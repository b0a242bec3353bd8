//! Snapshots: live state as one document in the emulator's seed format. Plans can be made with it without credential
//! or network.

use std::collections::BTreeMap;
use std::path::Path;

use bylaws_api as api;
use bylaws_emulator::Seed;
use bylaws_engine::{OrganizationId, WorkspaceId};
use bylaws_kinds::{Lists, Live, OBJECTS, translate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::bounded;
use crate::exit::Failure;
use crate::recognize::{self, Use};

/// The objects of the API at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The time of the service, RFC 3339.
    pub(crate) now: String,
    pub(crate) organization: api::Organization,
    pub(crate) kind: Kind,
    pub(crate) users: Vec<api::User>,
    pub(crate) invites: Vec<api::Invite>,
    pub(crate) workspaces: Vec<api::Workspace>,
    pub(crate) workspace_members: Vec<api::WorkspaceMember>,
    /// The lists of all other kinds, by name.
    #[serde(flatten)]
    pub(crate) objects: Map<String, Value>,
}

/// The kind of organization, as seeds write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Console,
    /// A Claude Enterprise organization, which has no workspaces and no keys.
    Enterprise,
}

impl Snapshot {
    /// Reads a snapshot or a seed; missing fields of a seed get the emulator's defaults.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = bounded::read_to_string(path, bounded::DOCUMENT)
            .map_err(Failure::io(path, "read the snapshot"))?;
        let broken =
            |reason: String| Failure::document(path, reason, "create one with `bylaws snapshot --out FILE`");
        // A snapshot is complete; only a hand-written seed has missing fields.
        if let Ok(snapshot) = serde_json::from_str::<Self>(&text)
            && snapshot.lists().is_ok()
        {
            return Ok(snapshot);
        }
        if let Some(failure) = recognize::instead(path, &text, Use::Snapshot) {
            return Err(failure);
        }
        let mut seed = Seed::from_json(&text).map_err(|error| broken(error.to_string()))?;
        // A seed without `now` is served with the machine's clock.
        seed.now.get_or_insert_with(crate::world::now);
        let snapshot: Self =
            serde_json::from_str(&seed.to_json()).map_err(|error| broken(error.to_string()))?;
        snapshot.lists().map_err(|error| broken(error.to_string()))?;
        Ok(snapshot)
    }

    /// Returns the lists of the other kinds.
    fn lists(&self) -> Result<Vec<Box<dyn Lists>>, serde_json::Error> {
        OBJECTS.iter().map(|objects| objects.remote().parse(&self.objects)).collect()
    }

    /// Returns the document, sorted by id so that two snapshots of the same state are equal.
    pub(crate) fn into_json(mut self) -> String {
        self.users.sort_by(|a, b| a.id.cmp(&b.id));
        self.invites.sort_by(|a, b| a.id.cmp(&b.id));
        self.workspaces.sort_by(|a, b| a.id.cmp(&b.id));
        self.workspace_members
            .sort_by(|a, b| (&a.workspace_id, &a.user_id).cmp(&(&b.workspace_id, &b.user_id)));
        let mut text = serde_json::to_string_pretty(&self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub(crate) fn live(&self, credential: Option<&api::Credential>) -> Live {
        let console = self.kind == Kind::Console;
        // A snapshot does not mark the default workspace; it is recognized by name.
        let plain: Vec<_> = self
            .workspaces
            .iter()
            .filter(|workspace| workspace.name != "Default" || workspace.archived_at.is_some())
            .cloned()
            .collect();
        let mut members: BTreeMap<WorkspaceId, Vec<api::WorkspaceMember>> = BTreeMap::new();
        for workspace in self.workspaces.iter().filter(|workspace| workspace.archived_at.is_none()) {
            // An empty list of members has no entry here.
            members.entry(WorkspaceId::new(workspace.id.as_str())).or_default();
        }
        for member in &self.workspace_members {
            members.entry(WorkspaceId::new(member.workspace_id.as_str())).or_default().push(member.clone());
        }
        let id = OrganizationId::new(self.organization.id.as_str());
        let mut live = Live {
            people: Some(translate::people(&self.users, &self.invites)),
            workspaces: console.then(|| translate::workspaces(&self.workspaces, &plain)),
            workspace_members: members
                .into_iter()
                .map(|(id, list)| (id, translate::workspace_members(&list)))
                .collect(),
            ..Live::bare(id, self.organization.name.clone())
        };
        // They were checked when the snapshot was loaded.
        for lists in self.lists().ok().filter(|_| console).into_iter().flatten() {
            lists.add_to(&mut live, credential);
        }
        live
    }

    pub(crate) fn time(&self, path: &Path) -> Result<jiff::Timestamp, Failure> {
        self.now.parse().map_err(|_| {
            Failure::document(
                path,
                "`now` is not a time",
                "create a snapshot with `bylaws snapshot --out FILE`",
            )
        })
    }
}
