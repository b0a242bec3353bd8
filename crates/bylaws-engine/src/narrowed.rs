//! A plan limited to some of its changes: the rest is removed before the guards check it.

use std::collections::{BTreeMap, BTreeSet};

use crate::Action;
use crate::change::{Change, ChangeId};
use crate::day::Day;
use crate::guard_check;
use crate::hold::{Held, Hold};
use crate::plan::Plan;

impl Plan {
    /// Keeps the changes that `keep` selects, as far as they can be sent without the rest, and checks the
    /// guards again.
    ///
    /// A change that depends on a removed one is removed too, and so is the revocation of an invite that
    /// would not be sent again. Approvals keep the state that the whole plan gave them.
    #[must_use]
    pub fn narrowed(mut self, keep: impl Fn(&Change) -> bool) -> Self {
        self.leave_out(keep);
        self
    }

    /// Narrows the plan and returns what it leaves out.
    pub(crate) fn leave_out(&mut self, keep: impl Fn(&Change) -> bool) -> Vec<Change> {
        let dropped = with_dependents(&self.changes, keep);
        if dropped.is_empty() {
            return Vec::new();
        }
        let left_out = self.changes.extract_if(.., |change| dropped.contains(&change.id)).collect();
        let addresses: BTreeSet<_> = self.changes.iter().map(|change| &change.address).collect();
        self.consequences.retain(|item| addresses.contains(&item.address));
        // A workspace is emptied if all its losses are sent, but none of the additions.
        self.sizes.emptied.retain(|_, losses| losses.is_disjoint(&dropped));
        for handover in &self.handovers {
            if handover.losses.is_disjoint(&dropped) && handover.gains.is_subset(&dropped) {
                self.sizes.emptied.insert(handover.workspace.clone(), handover.losses.clone());
            }
        }
        self.note_missing_admins();
        self.guards = guard_check::check(&self.changes, &self.waiting, &self.sizes);
        left_out
    }

    /// Moves the changes that `holds` cover, those that were `undone`, and those that cannot be sent without them, from
    /// `changes` to `held`. The guards check what is left.
    #[must_use]
    pub fn holding(mut self, holds: &[Hold], undone: &BTreeSet<ChangeId>) -> Self {
        let undone = |change: &Change| undone.contains(&change.id).then_some(Hold::Undone);
        let covering = |change: &Change| holds.iter().copied().find(|hold| hold.covers(change));
        let by = |change: &Change| undone(change).or_else(|| covering(change));
        let held = self.leave_out(|change| by(change).is_none());
        self.held.extend(held.into_iter().map(|change| Held { by: by(&change), change }));
        self
    }

    /// Checks the guards again, counting what earlier applies of the day sent.
    #[must_use]
    pub fn within(mut self, day: Day) -> Self {
        self.sizes.day = day;
        self.guards = guard_check::check(&self.changes, &self.waiting, &self.sizes);
        self
    }

    /// Returns the changes that a guard counts toward its limit: approved ones and reviewed expiries are left out.
    pub fn counted(&self) -> BTreeSet<ChangeId> {
        guard_check::counted(&self.changes, &self.waiting, &self.sizes)
    }

    /// Returns the ids of these changes and of all their dependencies.
    pub fn with_dependencies(&self, chosen: impl Fn(&Change) -> bool) -> BTreeSet<ChangeId> {
        let by_id: BTreeMap<&ChangeId, &Change> =
            self.changes.iter().map(|change| (&change.id, change)).collect();
        let mut open: Vec<&ChangeId> =
            self.changes.iter().filter(|change| chosen(change)).map(|change| &change.id).collect();
        let mut kept = BTreeSet::new();
        while let Some(id) = open.pop() {
            if kept.insert(id.clone()) {
                open.extend(by_id.get(id).iter().flat_map(|change| &change.depends_on));
            }
        }
        kept
    }
}

/// Returns the changes that `keep` does not select, and those that cannot be sent without them.
fn with_dependents(changes: &[Change], keep: impl Fn(&Change) -> bool) -> BTreeSet<ChangeId> {
    let mut dropped: BTreeSet<ChangeId> =
        changes.iter().filter(|change| !keep(change)).map(|change| change.id.clone()).collect();
    loop {
        let before = dropped.len();
        for change in changes {
            if change.depends_on.iter().any(|id| dropped.contains(id)) {
                dropped.insert(change.id.clone());
            }
            // A revocation that is not a loss belongs to an invite that is sent again.
            if dropped.contains(&change.id) && change.action == Action::Invite {
                dropped.extend(change.depends_on.iter().cloned());
            }
        }
        if dropped.len() == before {
            return dropped;
        }
    }
}
