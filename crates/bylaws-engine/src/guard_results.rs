//! The results of the guards, and what they need to know about the live state. `guard_check.rs` checks them.

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::Pair;
use crate::change::ChangeId;
use crate::day::Day;
use crate::guards::Guards;
use crate::line::GuardKind;
use crate::live_names::LiveNames;
use crate::text::Text;
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
    pub reason: Text,
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
    /// What earlier applies sent within 24 hours.
    pub day: Day,
    /// The day of the plan, UTC.
    pub today: Date,
    /// Members of the files whose line is in force.
    pub in_force: BTreeSet<Email>,
    /// Changes whose line has the same end date in the base, so that it was reviewed before. Empty if the day is
    /// uncertain: a wrong clock can only make guards stricter.
    pub same_end: BTreeSet<ChangeId>,
}
