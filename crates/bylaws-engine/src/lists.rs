//! The lists of the service as apply sees them: each object with its id, natural key and facts.
//!
//! Live state is always read from lists, because the service may answer the GET of one object from a cache
//! (`docs/service-behaviour.md#workspace-members`).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::WorkspaceId;
use crate::facts::{Fact, Facts};
use crate::kind::Kind;
use crate::write::{WorkspaceRef, Write};

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
    /// Returns the lists with their objects.
    pub fn lists(&self) -> impl Iterator<Item = (&List, impl Iterator<Item = &Entry>)> {
        self.0.iter().map(|(list, reading)| (list, reading.entries.values()))
    }

    /// Adds a list that was read. `read_at` is when its last page arrived.
    pub fn add(&mut self, list: List, entries: Vec<Entry>, read_at: Duration) {
        self.0.insert(list, Reading::new(entries, read_at));
    }
}

impl Reading {
    pub(crate) fn new(entries: Vec<Entry>, read_at: Duration) -> Self {
        Self { entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect(), read_at }
    }
}

impl Entry {
    /// Returns the object that a create made, as far as the write says.
    pub fn made(write: &Write, id: &str) -> Self {
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

impl Write {
    /// Returns the lists that this write depends on; the first contains the object that it is about. Invites
    /// come before members, so that somebody who accepts in between is seen.
    ///
    /// Empty if the id of its workspace is not known yet.
    pub fn lists(&self) -> Vec<List> {
        // Objects of other lists can only prevent a create.
        let lists = self.kind.lists.iter().take(if self.creates() { self.kind.lists.len() } else { 1 });
        match &self.within {
            None => lists.map(|name| List::of(name)).collect(),
            Some(WorkspaceRef::Live(workspace)) => lists.map(|name| List::within(name, workspace)).collect(),
            Some(WorkspaceRef::Created(_)) => Vec::new(),
        }
    }

    /// Returns the list that contains the object.
    pub fn list(&self) -> Option<List> {
        self.lists().into_iter().next()
    }
}
