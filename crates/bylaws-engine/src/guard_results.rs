//! Guards: rules that refuse a whole plan. They are checked before any write.

use std::collections::{BTreeMap, BTreeSet};

use crate::approvals::Approvals;
use crate::change::{Change, ChangeId};
use crate::guard_check::GuardCheck;
use crate::guards::{Guards, Pair};
use crate::line::GuardKind;
use crate::live_names::LiveNames;
use crate::plan::Waiting;
use crate::words;
use crate::{Address, Email, WorkspaceLabel};
use jiff::civil::Date;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Members and pending invites that the API could remove.
    pub people: usize,
    /// Members, including those that the API cannot remove.
    pub members: usize,
    /// Active keys in the scopes that the files list.
    pub active_keys: usize,
    /// Workspaces that the plan empties, with the changes that do.
    pub emptied: BTreeMap<WorkspaceLabel, BTreeSet<ChangeId>>,
    /// The live meaning of names in addresses.
    pub names: LiveNames,
    /// Addresses under `protect` of the guards file that no live object has.
    pub unprotected: BTreeSet<Address>,
    /// What a change removes without a request of its own, by live names and by ids.
    pub taken: BTreeMap<ChangeId, BTreeSet<Address>>,
    /// The section `members` exists, but no line of it is in force.
    pub nobody_in_force: bool,
    /// Members with a console-only role.
    pub admins: BTreeSet<Email>,
    /// Whether members were read.
    pub people_read: bool,
    /// The guards of the files.
    pub guards: Guards,
    /// The guards of the guards file.
    pub guards_file: Option<Guards>,
    /// The day of the plan, UTC.
    pub today: Date,
    /// Members of the files whose line is in force.
    pub in_force: BTreeSet<Email>,
    /// Changes whose line has the same end date in the base, so that it was reviewed before. Empty if the day is
    /// uncertain: a wrong clock can only make guards stricter.
    pub same_end: BTreeSet<ChangeId>,
}

/// Checks the guards of the files and, separately, those of a guards file: a plan must pass both, each with
/// its own approvals.
pub fn check(changes: &[Change], waiting: &[Waiting], sizes: &Sizes) -> Vec<GuardResult> {
    let sets =
        [(GuardSource::Files, Some(&sizes.guards)), (GuardSource::GuardsFile, sizes.guards_file.as_ref())];
    let mut results = Vec::new();
    for (source, guards) in sets {
        let Some(guards) = guards else { continue };
        let approvals = Approvals::new(&guards.approvals, sizes.today);
        let guard_check = GuardCheck { source, guards, approvals, changes, waiting, sizes };
        results.push(guard_check.access_loss());
        results.push(guard_check.keys_off());
        results.push(guard_check.invites());
        results.push(guard_check.workspace_admins());
        results.extend(guard_check.protect());
        results.extend(guard_check.required_admins());
        if source == GuardSource::GuardsFile {
            results.extend(guard_check.allowed_domains());
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
