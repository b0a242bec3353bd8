//! A plan as a child printed it, reduced to what the controller decides on and shows.

use std::collections::BTreeMap;

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::hold::Hold;
use bylaws_engine::{Cause, Class};
use bylaws_output::document::plan::{ChangeDocument, PlanDocument};

use crate::status::{GuardCount, HeldChange};

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) organization_id: String,
    /// The fingerprint of all changes, held ones included.
    pub(crate) fingerprint: String,
    /// The number of changes that would be sent.
    pub(crate) changes: usize,
    pub(crate) held: Vec<HeldChange>,
    /// Changes that wait for an approval in the files.
    pub(crate) unapproved: Vec<HeldChange>,
    /// Why a guard refuses what would be sent.
    pub(crate) refused: Option<String>,
    pub(crate) waiting: usize,
    pub(crate) blocked: usize,
    pub(crate) unlisted: usize,
    pub(crate) expiring: usize,
    pub(crate) guards: Vec<GuardCount>,
    /// The changes by class, cause, and whether they are held.
    pub(crate) by_class: BTreeMap<(Class, Cause, bool), u64>,
}

impl Planned {
    /// Reads a plan. `has_base` is whether changes have a cause: without a base everything is drift, and held.
    pub(crate) fn of(json: &[u8], has_base: bool) -> Option<Self> {
        let plan: PlanDocument = serde_json::from_slice(json).ok()?;
        let mut by_class: BTreeMap<_, u64> = BTreeMap::new();
        let mut count = |change: &ChangeDocument, held| {
            let cause = change.cause.as_ref().map_or(Cause::Drift, |cause| cause.0);
            for class in &change.classes {
                *by_class.entry((class.0, cause, held)).or_default() += 1;
            }
        };
        plan.changes.iter().for_each(|change| count(change, !has_base));
        plan.held.iter().for_each(|held| count(&held.change, true));
        let by = |hold: &Hold| hold.as_str().to_owned();
        let held = plan.held.iter().map(|held| {
            let by = held.held_by.as_ref().map_or("dependency".to_owned(), |hold| by(&hold.0));
            held_by(&held.change, by)
        });
        let mut held: Vec<HeldChange> = held.collect();
        let mut changes = plan.changes.len();
        if !has_base {
            held.extend(plan.changes.iter().map(|change| held_by(change, "baseline".to_owned())));
            changes = 0;
        }
        let unapproved = plan.blocked.iter().flat_map(|item| {
            let cause = item.cause.as_ref().map(ToString::to_string);
            let held = move |change: &String| HeldChange {
                change: change.clone(),
                cause: cause.clone(),
                by: "approval".to_owned(),
                ..HeldChange::default()
            };
            item.approve.iter().map(held)
        });
        let refusals = plan.guards.iter().filter(|guard| *guard.ruling == GuardOutcome::Refused);
        let refusals: Vec<String> = refusals.map(|guard| guard.reason.to_string()).collect();
        let guards = plan.guards.iter().filter_map(|guard| {
            let (counted, limit) = guard.counted.zip(guard.limit)?;
            Some(GuardCount { guard: guard.guard.to_string(), counted, limit })
        });
        Some(Self {
            fingerprint: plan.whole_fingerprint.clone().unwrap_or_else(|| plan.fingerprint.clone()),
            changes,
            held,
            unapproved: unapproved.collect(),
            refused: plan.summary.refused.then(|| refusals.join("; ")),
            waiting: plan.summary.waiting,
            blocked: plan.summary.blocked,
            unlisted: plan.summary.unlisted,
            expiring: plan.summary.expiring,
            guards: guards.collect(),
            by_class,
            organization_id: plan.organization.id,
        })
    }

    /// Returns all changes that wait for a person.
    pub(crate) fn waiting_for_a_person(&self) -> Vec<HeldChange> {
        self.held.iter().chain(&self.unapproved).cloned().collect()
    }

    /// Returns the number of changes that could be sent.
    pub(crate) fn wanted(&self) -> usize {
        self.changes + self.held.len()
    }
}

/// Returns a change that `by` holds.
fn held_by(change: &ChangeDocument, by: String) -> HeldChange {
    HeldChange {
        change: change.id.clone(),
        cause: change.cause.as_ref().map(ToString::to_string),
        classes: change.classes.iter().map(ToString::to_string).collect(),
        by,
    }
}
