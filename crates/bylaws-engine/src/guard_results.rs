//! Guards: rules that refuse a whole plan. They are checked before any write.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::words;
use crate::approvals::Approvals;
use crate::base::Base;
use crate::change::{Change, ChangeId};
use crate::desired::GuardKind;
use crate::guard_check::GuardCheck;
use crate::guards::Pair;
use crate::live_names::LiveNames;
use crate::narrowed::Basis;
use crate::plan::Waiting;
use crate::{Address, Clocks, Email, WorkspaceLabel};

words!(
    /// The source of a guard's limits.
    GuardSource {
        /// `guards:` of the files, or the built-in values.
        Files = "files",
        /// The file given with `--guards`.
        GuardsFile = "guards_file",
    }
);

/// The result of one guard for a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardResult {
    /// The guard that was checked.
    pub guard: GuardKind,
    /// Where its limits come from.
    pub source: GuardSource,
    /// Whether the plan passed.
    pub ruling: GuardOutcome,
    /// The numbers that it compared, if it counts.
    pub figures: Option<Figures>,
    /// The reason; empty if passed.
    pub reason: String,
    /// The changes that caused the result, most important first, ten at most.
    pub changes: Vec<ChangeId>,
    /// What approvals must cover to let the plan pass; empty if none can.
    pub approve: Vec<Pair>,
}

words!(
    /// The result of a guard.
    GuardOutcome {
        /// The plan is within the limit.
        Passed = "passed",
        /// The plan is within the limits, but the live state does not meet the guard.
        Reported = "reported",
        /// The whole plan is refused.
        Refused = "refused",
    }
);

/// The numbers that a guard compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The number counted against the limit.
    pub counted: usize,
    /// The limit in effect.
    pub limit: usize,
    /// The total; `None` if the limit is absolute.
    pub of: Option<usize>,
}

/// What guards need to know about the live state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Members and pending invites that the API could remove.
    pub(crate) people: usize,
    /// Members, including those that the API cannot remove.
    pub(crate) members: usize,
    /// Active keys in the scopes that the files list.
    pub(crate) active_keys: usize,
    /// Workspaces that the plan empties, with the changes that do.
    pub(crate) emptied: BTreeMap<WorkspaceLabel, BTreeSet<ChangeId>>,
    /// The live meaning of names in addresses.
    pub(crate) names: LiveNames,
    /// Addresses under `protect` of the guards file that no live object has.
    pub(crate) unprotected: BTreeSet<Address>,
    /// What a change removes without a request of its own, by live names and by ids.
    pub(crate) taken: BTreeMap<ChangeId, BTreeSet<Address>>,
    /// The section `members` exists, but no line of it is in force.
    pub(crate) nobody_in_force: bool,
    /// Members with a console-only role.
    pub(crate) admins: BTreeSet<Email>,
    /// Whether members were read.
    pub(crate) people_read: bool,
}

/// Checks the guards of the files and, separately, those of a guards file: a plan must pass both, each with
/// its own approvals.
pub(crate) fn check(
    changes: &[Change],
    waiting: &[Waiting],
    sizes: &Sizes,
    basis: &Basis<'_>,
) -> Vec<GuardResult> {
    let Basis { desired, guards_file, today, clocks, base } = *basis;
    // If the day is uncertain, no expiry counts as reviewed: a wrong clock can only make guards stricter.
    let base = base.filter(|_| clocks == Clocks::Agree).and_then(Base::files);
    let sets = [(GuardSource::Files, Some(&desired.guards)), (GuardSource::GuardsFile, guards_file)];
    let mut results = Vec::new();
    for (source, guards) in sets {
        let Some(guards) = guards else { continue };
        let approvals = Approvals::new(&guards.approvals, today);
        let guard_check = GuardCheck { source, guards, approvals, changes, waiting, sizes, today, base };
        results.push(guard_check.access_loss());
        results.push(guard_check.keys_off());
        results.push(guard_check.invites());
        results.push(guard_check.workspace_admins());
        results.extend(guard_check.protect());
        results.extend(guard_check.required_admins());
        if source == GuardSource::GuardsFile {
            results.extend(guard_check.allowed_domains(desired));
        } else if sizes.nobody_in_force {
            results.push(GuardResult {
                guard: GuardKind::Members,
                source,
                ruling: GuardOutcome::Refused,
                figures: None,
                reason: "no line under `members` is in force: this would remove everybody".to_owned(),
                changes: Vec::new(),
                approve: Vec::new(),
            });
        }
    }
    results
}
