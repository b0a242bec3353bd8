//! Decides which change may start next: phases one after another, in plan order, dependencies first, and
//! members and invites of the organization one at a time.

use std::collections::BTreeSet;

use crate::change::{Change, ChangeId};

/// The changes left to start and those in flight. Indexes are those of the plan.
pub(super) struct Schedule<'p> {
    changes: &'p [Change],
    ids: BTreeSet<&'p ChangeId>,
    waiting: BTreeSet<usize>,
    running: BTreeSet<usize>,
    most: usize,
}

impl<'p> Schedule<'p> {
    pub(super) fn new(changes: &'p [Change], most: usize) -> Self {
        Self {
            changes,
            ids: changes.iter().map(|change| &change.id).collect(),
            waiting: (0..changes.len()).collect(),
            running: BTreeSet::new(),
            most,
        }
    }

    /// Starts the first change that may start. `is_settled` says whether the outcome of a change is known.
    pub(super) fn start(&mut self, is_settled: impl Fn(&ChangeId) -> bool) -> Option<usize> {
        if self.running.len() >= self.most {
            return None;
        }
        let first = self.waiting.first().min(self.running.first().or(self.waiting.first()))?;
        let phase = self.changes[*first].phase;
        let is_busy = self.running.iter().any(|at| self.changes[*at].write.kind.one_at_a_time);
        let may_start = |change: &Change| {
            !(is_busy && change.write.kind.one_at_a_time)
                // Dependencies that are not part of this run are not waited for.
                && change.depends_on.iter().all(|id| !self.ids.contains(id) || is_settled(id))
        };
        let in_phase = self.waiting.iter().copied().take_while(|at| self.changes[*at].phase == phase);
        let next = in_phase.into_iter().find(|at| may_start(&self.changes[*at]))?;
        self.waiting.remove(&next);
        self.running.insert(next);
        Some(next)
    }

    /// Marks a started change as finished.
    pub(super) fn ended(&mut self, at: usize) {
        self.running.remove(&at);
    }
}
