//! How a kind is read from the service and written to it. Only the `remote.rs` of a kind names the client.

use bylaws_api::{Credential, Error, ErrorKind, Reader, WorkspaceId};
use bylaws_engine::audit::Unseen;
use bylaws_engine::text::Text;
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Address, Kind, WorkspaceRef, Write};
use futures::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::call::{Call, said};
use crate::desired::Desired;
use crate::live::Live;
use crate::objects::OBJECTS;
use crate::{member, workspace, workspace_member};

/// The adapters of people and workspaces.
const BASE: &[&dyn Remote] = &[
    &member::remote::Members,
    &member::remote::Invites,
    &workspace::remote::Workspaces,
    &workspace_member::remote::WorkspaceMembers,
];

fn all() -> impl Iterator<Item = &'static dyn Remote> {
    let objects = OBJECTS.iter().map(|objects| objects.remote() as &dyn Remote);
    let parts = OBJECTS.iter().flat_map(|objects| objects.parts()).copied();
    BASE.iter().copied().chain(objects).chain(parts)
}

/// The adapter of a kind.
pub trait Remote: Sync {
    /// Returns the kind.
    fn kind(&self) -> &'static Kind;

    /// Returns a write of this kind as a request.
    fn call(&self, write: &Write) -> Call;

    /// Reads every page of the kind's list.
    fn list<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>>;

    /// Returns the meaning of an error that has no code of its own, or whose code belongs to this kind; `None`
    /// if the general rules apply.
    fn failure(&self, _write: &Write, _error: &Error) -> Option<FailureKind> {
        None
    }
}

/// The adapter of a kind of objects: how their lists are read.
pub trait RemoteObjects: Remote {
    /// Returns whether the lists can be read only once the workspaces are known.
    fn needs_workspaces(&self) -> bool {
        false
    }

    /// Returns what an audit reports as not read if the service refuses the lists. `None` if the lists
    /// themselves say that they were refused.
    fn unseen(&self) -> Option<Unseen> {
        None
    }

    /// Reads what these files need, or everything; `None` if the files need nothing, or if another kind reads the
    /// lists. `live` has the workspaces if [`needs_workspaces`](Self::needs_workspaces).
    fn read<'a>(
        &self,
        _reader: &'a Reader,
        _desired: Option<&'a Desired>,
        _live: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        std::future::ready(Ok(None)).boxed()
    }

    /// Returns the lists of a snapshot; a missing one is empty.
    fn parse(&self, _snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(NoLists))
    }
}

/// The lists of a kind, as they were read.
pub trait Lists: Send {
    /// Adds them to the live state. `credential` is the one in use.
    fn add_to(&self, live: &mut Live, credential: Option<&Credential>);

    /// Adds them to a snapshot, sorted, so that two snapshots of the same state are equal.
    fn write_to(&self, snapshot: &mut Map<String, Value>);
}

/// The lists of a kind that another one reads.
struct NoLists;

impl Lists for NoLists {
    fn add_to(&self, _: &mut Live, _: Option<&Credential>) {}

    fn write_to(&self, _: &mut Map<String, Value>) {}
}

/// Returns a list of a snapshot.
pub(crate) fn list<T: DeserializeOwned>(
    snapshot: &Map<String, Value>,
    name: &str,
) -> serde_json::Result<Vec<T>> {
    snapshot.get(name).map_or_else(|| Ok(Vec::new()), |list| serde_json::from_value(list.clone()))
}

/// Returns the adapter of a kind.
pub fn remote(kind: &Kind) -> Option<&'static dyn Remote> {
    all().find(|remote| remote.kind() == kind)
}

/// Returns the adapter that reads a list.
pub fn remote_of_list(list: &List) -> Option<&'static dyn Remote> {
    all().find(|remote| remote.kind().lists.first() == Some(&list.name))
}

/// Returns the id of the workspace that a write belongs to. The id of a workspace that is still to be created is
/// a placeholder, which the client refuses to send.
pub(crate) fn workspace_id(write: &Write) -> WorkspaceId {
    match &write.within {
        Some(WorkspaceRef::Live(id)) => WorkspaceId::new(id.as_str()),
        Some(WorkspaceRef::Created(label)) => {
            WorkspaceId::new(format!("{{{}}}", Address::Workspace(label.clone())))
        }
        None => WorkspaceId::new(""),
    }
}

/// Returns what the service said if it refuses a list to this credential (401, 403, 404). Such a list is not an empty one.
pub(crate) fn refusal(error: &Error) -> Option<Text> {
    let is_refusal =
        matches!(error.kind, ErrorKind::Credential | ErrorKind::Permission | ErrorKind::NotFound);
    is_refusal.then(|| said(error))
}

/// Returns a time of the service; `None` if it cannot be parsed.
pub(crate) fn time(text: &bylaws_api::Timestamp) -> Option<Timestamp> {
    text.as_str().parse().ok()
}
