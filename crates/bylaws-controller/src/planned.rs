//! A plan as a child printed it, reduced to what the controller decides on and shows.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::hold::Hold;
use bylaws_engine::{Cause, Class, GuardKind};
use bylaws_output::document::plan::{ChangeDocument, GuardDocument, PlanDocument};
use bylaws_output::document::word::Word;
use bylaws_output::render::change;

use crate::held::{HeldBy, HeldChange};
use crate::status::GuardCount;

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) organization_id: String,
    /// The fingerprint of all changes, held ones included.
    pub(crate) fingerprint: String,
    /// The changes that would be sent; if they are not, their `by` says why.
    pub(crate) changes: Vec<HeldChange>,
    pub(crate) held: Vec<HeldChange>,
    /// Changes that wait for an approval in the files.
    pub(crate) unapproved: Vec<HeldChange>,
    /// Which guards refuse what would be sent, and why.
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
        let held = plan.held.iter().map(|held| {
            let by = held.held_by.as_ref().map_or(HeldBy::Dependency, |hold| HeldBy::Hold(hold.0));
            held_by(&held.change, by)
        });
        let mut held: Vec<HeldChange> = held.collect();
        let mut changes: Vec<HeldChange> =
            plan.changes.iter().map(|change| held_by(change, HeldBy::Baseline)).collect();
        if !has_base {
            held.append(&mut changes);
        }
        let unapproved = plan.blocked.iter().flat_map(|item| {
            let cause = item.cause;
            let held = move |change: &String| HeldChange {
                change: change.clone(),
                cause,
                detail: String::new(),
                classes: Vec::new(),
                by: Word(HeldBy::Approval),
            };
            item.approve.iter().map(held)
        });
        let refused = plan.guards.iter().filter(|guard| *guard.ruling == GuardOutcome::Refused);
        let refused: Vec<&GuardDocument> = refused.collect();
        // Of the files' guard and the host's, the stricter one counts.
        let mut guards: BTreeMap<GuardKind, GuardCount> = BTreeMap::new();
        for guard in &plan.guards {
            let Some((counted, limit)) = guard.counted.zip(guard.limit) else { continue };
            let count = GuardCount { guard: guard.guard.to_string(), counted, limit };
            let strictest = guards.entry(*guard.guard).or_insert_with(|| count.clone());
            if limit < strictest.limit {
                *strictest = count;
            }
        }
        Some(Self {
            fingerprint: plan.whole_fingerprint.clone().unwrap_or_else(|| plan.fingerprint.clone()),
            changes,
            held,
            unapproved: unapproved.collect(),
            refused: plan.summary.refused.then(|| refusal(&refused)),
            waiting: plan.summary.waiting,
            blocked: plan.summary.blocked,
            unlisted: plan.summary.unlisted,
            expiring: plan.summary.expiring,
            guards: guards.into_values().collect(),
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
        self.changes.len() + self.held.len()
    }

    /// Returns the number of changes that nothing would hold if they were not kept all.
    pub(crate) fn not_held(&self) -> usize {
        let is_kept =
            |held: &&HeldChange| matches!(*held.by, HeldBy::Guard | HeldBy::Suspension | HeldBy::Mode);
        self.changes.len() + self.held.iter().filter(is_kept).count()
    }

    /// None of the changes are sent, because of `by`.
    pub(crate) fn keep_all(&mut self, by: HeldBy) {
        self.held.append(&mut self.changes);
        for held in self.held.iter_mut().filter(|held| *held.by == HeldBy::Baseline) {
            held.by = Word(by);
        }
    }

    /// Takes over what earlier rounds knew of the held changes. The revision of such a round became the baseline, and
    /// now nothing but a difference is left; still nobody made it outside git.
    pub(crate) fn remember(&mut self, before: &[HeldChange], hold: &[Class]) {
        let before: BTreeMap<&str, &HeldChange> =
            before.iter().map(|one| (one.change.as_str(), one)).collect();
        for held in self.held.iter_mut().filter(|held| held.cause == Some(Word(Cause::Drift))) {
            // With other values, somebody made another difference since.
            let same = before.get(held.change.as_str()).filter(|known| known.detail == held.detail);
            let Some(known) = same else { continue };
            let Some(cause) = known.cause.as_deref().copied().filter(|cause| *cause != Cause::Drift) else {
                continue;
            };
            for class in &held.classes {
                if let Some(count) = self.by_class.get_mut(&(**class, Cause::Drift, true)) {
                    *count = count.saturating_sub(1);
                }
                *self.by_class.entry((**class, cause, true)).or_default() += 1;
            }
            held.cause.clone_from(&known.cause);
            if held.is_drift() {
                let class = held.classes.iter().find(|class| hold.contains(class));
                held.by = Word(class.map_or(HeldBy::Earlier, |class| HeldBy::Hold(Hold::Class(**class))));
            }
        }
    }
}

/// Returns a change that `by` holds.
fn held_by(change: &ChangeDocument, by: HeldBy) -> HeldChange {
    HeldChange {
        change: change.id.clone(),
        detail: change::detail(change),
        cause: change.cause,
        classes: change.classes.clone(),
        by: Word(by),
    }
}

/// Returns which guards refuse, and where their approvals belong.
fn refusal(refused: &[&GuardDocument]) -> String {
    let place = |guard: &GuardDocument| match *guard.source {
        GuardSource::Files => "the files",
        GuardSource::GuardsFile => "the guards file of this host",
    };
    let mut why = Vec::new();
    for guard in refused {
        let one = format!("{} of {}: {}", guard.guard, place(guard), *guard.reason);
        if !why.contains(&one) {
            why.push(one);
        }
    }
    let places: BTreeSet<&str> =
        refused.iter().filter(|guard| !guard.approve.is_empty()).map(|guard| place(guard)).collect();
    let places = places.into_iter().collect::<Vec<_>>().join(" and in ");
    let help = if places.is_empty() {
        "change the files".to_owned()
    } else {
        format!("split the change, or name its changes under `approve:` in {places}")
    };
    format!("{}; {help}", why.join("; "))
}
