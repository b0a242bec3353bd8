//! A plan that no guard refuses, as a type of its own: apply takes nothing else.

use std::collections::BTreeSet;

use crate::change::{Change, ChangeId, Write};
use crate::judge::Ruling;
use crate::plan::Plan;

/// A plan that no guard refuses: the only thing that can be applied.
///
/// Made by [`Plan::approve`] alone.
#[derive(Clone, Debug)]
pub struct Approved(Plan);

impl Plan {
    /// Whether a guard refuses the plan.
    pub fn is_refused(&self) -> bool {
        self.guards.iter().any(|verdict| verdict.ruling == Ruling::Refused)
    }

    /// Lets the plan go ahead, or gives it back where a guard refuses it.
    #[expect(
        clippy::result_large_err,
        reason = "the plan is given back whole, and this is called once a run"
    )]
    pub fn approve(self) -> Result<Approved, Self> {
        if self.is_refused() { Err(self) } else { Ok(Approved(self)) }
    }
}

impl Approved {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.0
    }

    /// Only the changes that `keep` wants, as far as they can stand without the rest.
    ///
    /// Less must never be more than the guards let through. So these are dropped as well: what
    /// depends on a dropped change; the withdrawal of an invite that would not be sent anew; and
    /// what would empty a workspace now that nobody enters it. Compare [`Approved::plan`] with what
    /// was wanted to see whether something was.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&Change) -> bool) -> Self {
        let plan = &mut self.0;
        let mut dropped: BTreeSet<ChangeId> =
            plan.changes.iter().filter(|change| !keep(change)).map(|change| change.id.clone()).collect();
        loop {
            let before = dropped.len();
            for change in &plan.changes {
                if change.depends_on.iter().any(|id| dropped.contains(id)) {
                    dropped.insert(change.id.clone());
                }
                // A withdrawal that counts as no loss is one half of an invite sent anew.
                if dropped.contains(&change.id) && matches!(change.write, Write::Invite { .. }) {
                    dropped.extend(change.depends_on.iter().cloned());
                }
            }
            for handover in &plan.handovers {
                if handover.gains.is_subset(&dropped) {
                    dropped.extend(handover.losses.iter().cloned());
                }
            }
            if dropped.len() == before {
                break;
            }
        }
        plan.changes.retain(|change| !dropped.contains(&change.id));
        plan.note_missing_admins();
        self
    }
}
