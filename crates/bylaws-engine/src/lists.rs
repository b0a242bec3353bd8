//! The lists of the service as apply sees them: each object with its id, natural key and facts.
//!
//! Live state is always read from lists, because the service may answer the GET of one object from a cache
//! (`docs/service-behaviour.md#workspace-members`).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::facts::{Fact, Facts};
use crate::live::{KeyScope, Live, LiveApiKey, LiveInvite, LiveUser, LiveWorkspace};
use crate::write::{Kind, WorkspaceRef, Write};
use crate::{Email, LiveWorkspaceRole, UserId, WorkspaceId};

/// One list of the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct List {
    /// The name of the list, such as `workspace_members`.
    pub name: &'static str,
    /// The workspace whose list it is; `None` for a list of the organization.
    pub workspace: Option<WorkspaceId>,
}

impl List {
    /// Returns a list of the organization.
    pub fn of(name: &'static str) -> Self {
        Self { name, workspace: None }
    }

    /// Returns a list of a workspace.
    pub fn within(name: &'static str, workspace: &WorkspaceId) -> Self {
        Self { name, workspace: Some(workspace.clone()) }
    }
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
            add(List::of("invites"), people.invites.iter().map(Entry::from).collect());
            add(List::of("users"), people.users.values().map(Entry::from).collect());
        }
        if let Some(workspaces) = &live.workspaces {
            add(List::of("workspaces"), workspaces.all.values().map(Entry::from).collect());
        }
        for (workspace, members) in &live.workspace_members {
            let members = members.iter().map(Entry::from).collect();
            add(List::within("workspace_members", workspace), members);
        }
        if let Some(keys) = &live.api_keys {
            add(List::of("api_keys"), keys.iter().map(Entry::from).collect());
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
        let mut facts = Facts::default();
        for field in write.kind.identified_by {
            facts.0.extend(write.body.0.get(field).map(|fact| (*field, fact.clone())));
        }
        if let Some((field, value)) = write.kind.in_use {
            facts.set(field, Fact::Text(value.to_owned()));
        }
        Self { id: id.to_owned(), natural: write.natural.clone(), facts }
    }

    /// Returns whether the object is in use.
    pub(crate) fn is_in_use(&self, kind: &Kind) -> bool {
        kind.in_use.is_none_or(|(field, value)| self.facts.text(field).is_none_or(|has| has == value))
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
        facts.set("name", Fact::Text(key.name.to_string()));
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
        // Objects of other lists can only prevent a create.
        let lists = self.kind.lists.iter().take(if self.creates() { self.kind.lists.len() } else { 1 });
        match &self.within {
            None => lists.map(|name| List::of(name)).collect(),
            Some(WorkspaceRef::Live(workspace)) => lists.map(|name| List::within(name, workspace)).collect(),
            Some(WorkspaceRef::Created(_)) => Vec::new(),
        }
    }

    /// Returns the list that contains the object.
    pub(crate) fn list(&self) -> Option<List> {
        self.lists().into_iter().next()
    }
}
