//! Keeps the lists that writes depend on fresh: reads a list again when it is too old, and merges the
//! answers to this run's writes into it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::precondition::is;
use crate::WorkspaceId;
use crate::change::Write;
use crate::lists::{Entry, List, Reading, Readings};
use crate::writer::{Answer, Failure, LiveWriter};

/// A counter that orders what this run read and wrote. Unlike time it always advances.
pub(super) type Tick = u64;

/// The lists, shared by all changes in flight.
pub(super) struct Lists<'a, S> {
    service: &'a S,
    state: Mutex<State>,
    /// One lock per list, so that concurrent changes share one reading.
    reading: Mutex<BTreeMap<List, Arc<futures::lock::Mutex<()>>>>,
}

struct State {
    lists: BTreeMap<List, (Reading, Tick)>,
    /// Objects that this run wrote; `None` for removed ones.
    own: BTreeMap<(List, String), (Option<Entry>, Tick)>,
    /// Workspaces that existed before this run, so a create of this run did not make them.
    before: BTreeSet<String>,
    tick: Tick,
}

/// A view of the current lists.
pub(super) struct Seen<'a>(MutexGuard<'a, State>);

impl<'a, S: LiveWriter> Lists<'a, S> {
    pub(super) fn new(service: &'a S, readings: Readings) -> Self {
        let workspaces = readings.0.get(&List::Workspaces);
        let before = workspaces.map(|reading| reading.entries.keys().cloned().collect()).unwrap_or_default();
        let lists = readings.0.into_iter().map(|(list, reading)| (list, (reading, 0))).collect();
        let state = State { lists, own: BTreeMap::new(), before, tick: 0 };
        Self { service, state: Mutex::new(state), reading: Mutex::default() }
    }

    /// Returns the current tick: a list that is read from now on includes everything up to it.
    pub(super) fn now(&self) -> Tick {
        lock(&self.state).advance()
    }

    /// Returns whether every list that a write depends on is fresh enough and its reading began after
    /// `since`.
    pub(super) fn are_fresh(&self, write: &Write, since: Tick) -> bool {
        write.lists().iter().all(|list| self.is_fresh(list, since))
    }

    fn is_fresh(&self, list: &List, since: Tick) -> bool {
        let state = lock(&self.state);
        let age = |reading: &Reading| self.service.now().saturating_sub(reading.read_at);
        state
            .lists
            .get(list)
            .is_some_and(|(reading, begun)| *begun >= since && age(reading) <= self.service.longest_age())
    }

    /// Reads the lists that are not fresh.
    pub(super) async fn refresh(&self, write: &Write, since: Tick) -> Result<(), Failure> {
        for list in write.lists() {
            let one = Arc::clone(lock(&self.reading).entry(list.clone()).or_default());
            let _alone = one.lock().await;
            if self.is_fresh(&list, since) {
                continue;
            }
            let begun = self.now();
            let entries = self.service.read(&list).await?;
            lock(&self.state).take(list, Reading::new(entries, self.service.now()), begun);
        }
        Ok(())
    }

    pub(super) fn look(&self) -> Seen<'_> {
        Seen(lock(&self.state))
    }

    /// Merges what the answer to a write shows.
    pub(super) fn wrote(&self, write: &Write, answer: &Answer, is_removed: bool) {
        let Some(list) = write.lists().into_iter().next() else { return };
        let Some(id) = write.target().or(answer.id.as_deref()) else { return };
        let mut state = lock(&self.state);
        let tick = state.advance();
        let key = (list, id.to_owned());
        let entry = (!is_removed).then(|| {
            let known = state.lists.get(&key.0).and_then(|(reading, _)| reading.entries.get(id));
            let mut entry = known.cloned().unwrap_or_else(|| Entry::made(write, id));
            entry.facts.0.extend(answer.shown.0.clone());
            entry
        });
        if let Some((reading, _)) = state.lists.get_mut(&key.0) {
            match &entry {
                Some(entry) => drop(reading.entries.insert(key.1.clone(), entry.clone())),
                None => drop(reading.entries.remove(&key.1)),
            }
        }
        state.own.insert(key, (entry, tick));
    }

    /// Marks the member list of a workspace created by this run as read: it is empty.
    pub(super) fn begin_members(&self, workspace: &WorkspaceId) {
        let mut state = lock(&self.state);
        let tick = state.advance();
        let reading = Reading::new(Vec::new(), self.service.now());
        state.lists.insert(List::WorkspaceMembers(workspace.clone()), (reading, tick));
    }
}

impl State {
    fn advance(&mut self) -> Tick {
        self.tick += 1;
        self.tick
    }

    /// Stores a reading. It may be older than the answers to this run's writes, and lists may lag behind
    /// removals (`docs/service-behaviour.md#errors-and-retries`).
    fn take(&mut self, list: List, mut reading: Reading, begun: Tick) {
        for ((_, id), (entry, tick)) in self.own.iter().filter(|((own, _), _)| *own == list) {
            match entry {
                None => drop(reading.entries.remove(id)),
                Some(entry) if *tick > begun => drop(reading.entries.insert(id.clone(), entry.clone())),
                Some(_) => {}
            }
        }
        self.lists.insert(list, (reading, begun));
    }
}

impl Seen<'_> {
    pub(super) fn entry(&self, list: &List, id: &str) -> Option<&Entry> {
        self.0.lists.get(list)?.0.entries.get(id)
    }

    pub(super) fn entries(&self, list: &List) -> impl Iterator<Item = &Entry> {
        self.0.lists.get(list).into_iter().flat_map(|(reading, _)| reading.entries.values())
    }

    /// Returns an open workspace with this name that did not exist before this run. The service accepts
    /// duplicate names.
    pub(super) fn made_meanwhile(&self, name: &str) -> Option<&Entry> {
        self.entries(&List::Workspaces).find(|entry| self.is_new(entry, name))
    }

    /// Returns another workspace with this name than `ours`.
    pub(super) fn twin(&self, name: &str, ours: &str) -> Option<&Entry> {
        self.entries(&List::Workspaces).find(|entry| entry.id != ours && self.is_new(entry, name))
    }

    fn is_new(&self, entry: &Entry, name: &str) -> bool {
        entry.natural == name && is(entry, "state", "open") && !self.0.before.contains(&entry.id)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while holding the lock, and each update is complete in itself, so a poisoned lock is
    // safe to use.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
