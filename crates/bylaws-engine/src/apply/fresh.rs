//! Keeps the lists that writes depend on fresh: reads a list again when it is too old, and merges the
//! answers to this run's writes into it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::WorkspaceId;
use crate::kind::Kind;
use crate::lists::{Entry, List, Reading, Readings};
use crate::write::Write;
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
    /// Objects of the organization's lists that existed before this run, so no create of this run made them.
    before: BTreeSet<(&'static str, String)>,
    tick: Tick,
}

/// A view of the current lists.
pub(super) struct Seen<'a>(MutexGuard<'a, State>);

impl<'a, S: LiveWriter> Lists<'a, S> {
    pub(super) fn new(service: &'a S, readings: Readings) -> Self {
        let whole = readings.0.iter().filter(|(list, _)| list.workspace.is_none());
        let ids = |(list, reading): (&List, &Reading)| -> Vec<_> {
            reading.entries.keys().map(|id| (list.name, id.clone())).collect()
        };
        let before = whole.flat_map(ids).collect();
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
        let Some(list) = write.list() else { return };
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

    /// Marks the lists in a workspace created by this run as read: they are empty.
    pub(super) fn begin(&self, kind: &Kind, workspace: &WorkspaceId) {
        let mut state = lock(&self.state);
        let tick = state.advance();
        for name in kind.contents {
            let reading = Reading::new(Vec::new(), self.service.now());
            state.lists.insert(List::within(name, workspace), (reading, tick));
        }
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

    /// Returns whether an object with this id cannot be the one that a create makes: it existed before this run, or
    /// another write of this run made it. A list that was read in between may show the new one already.
    pub(super) fn has_other(&self, list: &List, id: &str) -> bool {
        let (name, key) = ((list.name, id.to_owned()), (list.clone(), id.to_owned()));
        self.0.before.contains(&name) || self.0.own.contains_key(&key)
    }

    /// Returns the object of a write; the only one of its kind may have a new id.
    pub(super) fn object(&self, list: &List, write: &Write, id: &str) -> Option<&Entry> {
        let only = || self.0.lists.get(list)?.0.entries.values().next().filter(|_| write.kind.is_single);
        self.entry(list, id).or_else(only)
    }

    /// Returns the object that a create would duplicate. An object whose name may repeat counts only if it did
    /// not exist before this run.
    pub(super) fn existing<'s>(&'s self, write: &Write) -> Option<&'s Entry> {
        let lists = write.lists();
        // Members before invites: whoever is a member has accepted.
        lists.iter().rev().find_map(|list| self.alike(list, write, ""))
    }

    /// Returns another object with the same name than the one that a create made.
    pub(super) fn twin<'s>(&'s self, write: &Write, ours: &str) -> Option<&'s Entry> {
        self.alike(&write.list()?, write, ours)
    }

    fn alike<'s>(&'s self, list: &List, write: &Write, ours: &str) -> Option<&'s Entry> {
        let is_new =
            |id: &str| !write.kind.names_repeat || !self.0.before.contains(&(list.name, id.to_owned()));
        self.0.lists.get(list)?.0.entries.values().find(|entry| {
            entry.natural == write.natural
                && entry.is_in_use(write.kind)
                && entry.id != ours
                && is_new(&entry.id)
        })
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while holding the lock, and each update is complete in itself, so a poisoned lock is
    // safe to use.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
