//! The lists of the service as apply sees them: each object with its id, natural key and facts.
//!
//! Live state is always read from lists, because the service may answer the GET of one object from a cache
//! (`docs/service-behaviour.md#workspace-members`).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::change::{WorkspaceRef, Write};
use crate::facts::{Fact, Facts};
use crate::live::{KeyScope, Live, LiveApiKey, LiveInvite, LiveUser, LiveWorkspace};
use crate::{Email, LiveWorkspaceRole, UserId, WorkspaceId};

/// One list of the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Invites of every status.
    Invites,
    /// Members of the organization.
    Members,
    /// Workspaces, including archived ones and the default one.
    Workspaces,
    /// Explicit members of one workspace.
    WorkspaceMembers(WorkspaceId),
    /// API keys of every scope.
    ApiKeys,
}

/// One object of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id within the list; for a workspace member, the user's id.
    pub id: String,
    /// The key by which a create is found again: the person of an address, the name of a workspace, the id
    /// of a user.
    pub natural: String,
    /// The known fields.
    pub facts: Facts,
}

/// The lists that were read, and when, by the clock of the [`LiveWriter`](crate::writer::LiveWriter) of the apply.
#[derive(Clone, Debug, Default)]
pub struct Readings(pub(crate) BTreeMap<List, Reading>);

/// One list as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) entries: BTreeMap<String, Entry>,
    /// When its last page arrived.
    pub(crate) read_at: Duration,
}

impl Readings {
    /// Returns the lists that a plan was made from. `read_at` returns when the last page of each arrived.
    pub fn of(live: &Live, read_at: impl Fn(&List) -> Duration) -> Self {
        let mut readings = Self::default();
        let mut add = |list: List, entries: Vec<Entry>| {
            let reading = Reading::new(entries, read_at(&list));
            readings.0.insert(list, reading);
        };
        if let Some(people) = &live.people {
            add(List::Invites, people.invites.iter().map(Entry::from).collect());
            add(List::Members, people.users.values().map(Entry::from).collect());
        }
        if let Some(workspaces) = &live.workspaces {
            add(List::Workspaces, workspaces.all.values().map(Entry::from).collect());
        }
        for (workspace, members) in &live.workspace_members {
            let members = members.iter().map(Entry::from).collect();
            add(List::WorkspaceMembers(workspace.clone()), members);
        }
        if let Some(keys) = &live.api_keys {
            add(List::ApiKeys, keys.iter().map(Entry::from).collect());
        }
        readings
    }
}

impl Reading {
    pub(crate) fn new(entries: Vec<Entry>, read_at: Duration) -> Self {
        Self { entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect(), read_at }
    }
}

impl Entry {
    /// Returns the object that a create made, as far as the write says.
    pub(crate) fn made(write: &Write, id: &str) -> Self {
        let (natural, facts) = match write {
            Write::Invite { email, .. } => {
                let mut facts = Facts::one("status", "pending");
                facts.set("email", Fact::Text(email.to_string()));
                (person_key(email), facts)
            }
            Write::CreateWorkspace { settings, .. } => (settings.name.clone(), Facts::one("state", "open")),
            _ => (id.to_owned(), Facts::default()),
        };
        Self { id: id.to_owned(), natural, facts }
    }
}

/// Returns the natural key of a person.
pub(crate) fn person_key(email: &Email) -> String {
    email.person().as_str().to_owned()
}

impl From<&LiveUser> for Entry {
    fn from(user: &LiveUser) -> Self {
        let mut facts = Facts::one("role", user.role.as_str());
        facts.set("email", Fact::Text(user.email.to_string()));
        Self { id: user.id.to_string(), natural: person_key(&user.email), facts }
    }
}

impl From<&LiveInvite> for Entry {
    fn from(invite: &LiveInvite) -> Self {
        let mut facts = Facts::one("role", invite.role.as_str());
        facts.set("email", Fact::Text(invite.email.to_string()));
        facts.set("status", Fact::Text(invite.status.as_str().to_owned()));
        Self { id: invite.id.to_string(), natural: person_key(&invite.email), facts }
    }
}

impl From<&LiveWorkspace> for Entry {
    fn from(workspace: &LiveWorkspace) -> Self {
        let facts = Facts::of_workspace(workspace);
        Self { id: workspace.id.to_string(), natural: workspace.name.clone(), facts }
    }
}

impl From<(&UserId, &LiveWorkspaceRole)> for Entry {
    fn from((user, role): (&UserId, &LiveWorkspaceRole)) -> Self {
        let facts = Facts::one("workspace_role", role.as_str());
        Self { id: user.to_string(), natural: user.to_string(), facts }
    }
}

impl From<&LiveApiKey> for Entry {
    fn from(key: &LiveApiKey) -> Self {
        let mut facts = Facts::one("status", key.status.as_str());
        if let KeyScope::Workspace(workspace) = &key.scope {
            facts.set("workspace_id", Fact::Text(workspace.to_string()));
        }
        Self { id: key.id.to_string(), natural: key.name.to_string(), facts }
    }
}

impl Write {
    /// Returns the lists that this write depends on; the first contains the object that it is about. Invites
    /// come before members, so that somebody who accepts in between is seen.
    ///
    /// Empty if the id of its workspace is not known yet.
    pub(crate) fn lists(&self) -> Vec<List> {
        match self {
            Self::Invite { .. } => vec![List::Invites, List::Members],
            Self::Revoke { .. } => vec![List::Invites],
            Self::SetRole { .. } | Self::RemoveMember { .. } => vec![List::Members],
            Self::CreateWorkspace { .. } | Self::UpdateWorkspace { .. } | Self::ArchiveWorkspace { .. } => {
                vec![List::Workspaces]
            }
            Self::AddWorkspaceMember { workspace: WorkspaceRef::Created(_), .. } => Vec::new(),
            Self::AddWorkspaceMember { workspace: WorkspaceRef::Live(workspace), .. }
            | Self::SetWorkspaceRole { workspace, .. }
            | Self::RemoveWorkspaceMember { workspace, .. } => {
                vec![List::WorkspaceMembers(workspace.clone())]
            }
            Self::SetKeyStatus { .. } => vec![List::ApiKeys],
        }
    }

    /// Returns whether sending it twice may create two objects.
    pub fn creates(&self) -> bool {
        self.target().is_none()
    }

    /// Returns whether it is about members or invites of the organization: the service accepts such writes
    /// one at a time (`docs/service-behaviour.md#members`).
    pub(crate) fn is_about_people(&self) -> bool {
        match self {
            Self::Invite { .. } | Self::Revoke { .. } | Self::SetRole { .. } | Self::RemoveMember { .. } => {
                true
            }
            Self::CreateWorkspace { .. }
            | Self::UpdateWorkspace { .. }
            | Self::ArchiveWorkspace { .. }
            | Self::AddWorkspaceMember { .. }
            | Self::SetWorkspaceRole { .. }
            | Self::RemoveWorkspaceMember { .. }
            | Self::SetKeyStatus { .. } => false,
        }
    }
}
