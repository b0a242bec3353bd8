//! Apply: sends the writes of an approved plan, several concurrently, and reports the outcome of each.
//!
//! A failed change stops only the changes that depend on it. Every write is checked against a fresh reading
//! of its list. The report does not depend on the parallelism.

mod attempt;
mod fresh;
mod identity;
mod precondition;
mod schedule;
mod state;
mod watch;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use crate::approved::Approved;
use crate::change::Change;
use crate::lists::Readings;
use crate::report::{Outcome, Report};
use crate::writer::LiveWriter;
use attempt::Attempt;
use fresh::{Lists, lock};
use schedule::Schedule;
use state::State;
pub use watch::Watch;

/// How many writes may be in flight at once; with 1 they are sent strictly in plan order.
pub type Parallelism = NonZeroUsize;

/// Sends every change. `readings` are the lists that the plan was made from; lists that are too old are read
/// again.
pub async fn apply(
    plan: Approved,
    readings: Readings,
    parallelism: Parallelism,
    service: &impl LiveWriter,
    watch: &mut impl Watch,
) -> Report {
    let run = Run {
        service,
        lists: Lists::new(service, readings),
        watch: Mutex::new(watch),
        state: Mutex::new(State::default()),
    };
    let changes = &plan.plan().changes;
    run.carry_out(changes, parallelism.get()).await;
    run.retry_capacity(changes).await;
    let state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.into_report(changes)
}

struct Run<'a, S, W> {
    service: &'a S,
    lists: Lists<'a, S>,
    watch: Mutex<&'a mut W>,
    state: Mutex<State>,
}

impl<'a, S: LiveWriter, W: Watch> Run<'a, S, W> {
    async fn carry_out(&self, changes: &[Change], most: usize) {
        let mut schedule = Schedule::new(changes, most);
        let mut running = FuturesUnordered::new();
        // Changes that met a conflict are sent again once nothing else is in flight.
        let mut conflicts = VecDeque::new();
        loop {
            while conflicts.is_empty()
                && let Some(at) = schedule.start(|id| self.state().outcomes.contains_key(id))
            {
                running.push(self.start(at, &changes[at]));
            }
            match running.next().await {
                Some((at, None)) => schedule.ended(at),
                Some((at, Some(attempt))) => conflicts.push_back((at, attempt)),
                None => {
                    let Some((at, mut attempt)) = conflicts.pop_front() else { return };
                    attempt.is_alone = true;
                    self.finish(&mut attempt).await;
                    schedule.ended(at);
                }
            }
        }
    }

    /// Carries out one change; returns it if it must run alone.
    async fn start(&self, at: usize, change: &Change) -> (usize, Option<Attempt>) {
        let hindrance = self.state().hindrance(change);
        let resolved = match hindrance {
            Some(reason) => Err(reason),
            None => self.state().resolve(change),
        };
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(reason) => {
                let outcome = Outcome::Skipped { reason };
                self.watch().passed(change, &outcome);
                self.state().settle(change, outcome);
                return (at, None);
            }
        };
        let mut attempt = Attempt::new(resolved);
        let ended = self.finish(&mut attempt).await;
        (at, (!ended).then_some(attempt))
    }

    /// Continues a change; returns whether its outcome is known.
    async fn finish(&self, attempt: &mut Attempt) -> bool {
        let Some(outcome) = self.go_on(attempt).await else { return false };
        self.state().settle(&attempt.change, outcome);
        true
    }

    /// Invites come before removals, so they may fail for lack of capacity that the removals free.
    async fn retry_capacity(&self, changes: &[Change]) {
        if !self.state().freed || self.state().short.is_empty() {
            return;
        }
        let short = std::mem::take(&mut self.state().short);
        let mut again = short.clone();
        for change in changes {
            // Changes that were skipped only because they depend on one of these are tried as well.
            let waits = change.depends_on.iter().any(|id| again.contains(id));
            if self.state().stopped.is_some() {
                return;
            }
            if short.contains(&change.id) || waits {
                again.insert(change.id.clone());
                let first = self.state().outcomes.remove(&change.id);
                self.carry_out(std::slice::from_ref(change), 1).await;
                self.state().keep(change, first);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn watch(&self) -> MutexGuard<'_, &'a mut W> {
        lock(&self.watch)
    }
}
