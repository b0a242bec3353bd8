//! How a kind is read from the service and written to it. Only the `remote.rs` of a kind names the client.

use bylaws_api::{Error, Reader, WorkspaceId};
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Address, Kind, WorkspaceRef, Write};
use futures::future::BoxFuture;
use jiff::Timestamp;

use crate::call::Call;
use crate::{api_key, member, workspace, workspace_member};

/// The adapters of all kinds.
const ALL: &[&dyn Remote] = &[
    &member::remote::Members,
    &member::remote::Invites,
    &workspace::remote::Workspaces,
    &workspace_member::remote::WorkspaceMembers,
    &api_key::remote::ApiKeys,
];

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

/// Returns the adapter of a kind.
pub fn remote(kind: &Kind) -> Option<&'static dyn Remote> {
    ALL.iter().copied().find(|remote| remote.kind() == kind)
}

/// Returns the adapter that reads a list.
pub fn remote_of_list(list: &List) -> Option<&'static dyn Remote> {
    ALL.iter().copied().find(|remote| remote.kind().lists.first() == Some(&list.name))
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

/// Returns a time of the service; `None` if it cannot be parsed.
pub(crate) fn time(text: &bylaws_api::Timestamp) -> Option<Timestamp> {
    text.as_str().parse().ok()
}
