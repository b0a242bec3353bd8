//! Guards: rules that refuse a whole plan. Judged on the plan as a value, before any write.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::words;
use crate::approvals::Approvals;
use crate::base::Base;
use crate::bench::Bench;
use crate::change::{Change, ChangeId};
use crate::desired::GuardKind;
use crate::guards::Pair;
use crate::live_names::LiveNames;
use crate::narrowed::Basis;
use crate::plan::Waiting;
use crate::{Address, Clocks, Email, WorkspaceLabel};

words!(
    /// Where a guard's limits come from.
    GuardSource {
        /// `guards:` of the files, or the built-in values.
        Files = "files",
        /// The file given with `--guards`.
        GuardsFile = "guards_file",
    }
);

/// What one guard says of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which guard.
    pub guard: GuardKind,
    /// Whose.
    pub source: GuardSource,
    /// What it says.
    pub ruling: Ruling,
    /// How many it counted, and how many it lets pass, of how many.
    pub figures: Option<Figures>,
    /// In words, where there is something to say.
    pub reason: String,
    /// The changes that tripped it, the most important first, ten at most.
    pub changes: Vec<ChangeId>,
    /// What an approval must cover to let the plan pass; empty where none can.
    pub approve: Vec<Pair>,
}

words!(
    /// The result of a guard.
    Ruling {
        /// The plan is within the limit.
        Passed = "passed",
        /// The plan is not at fault, but what is guarded is not as it should be.
        Reported = "reported",
        /// The whole plan is refused.
        Refused = "refused",
    }
);

/// A guard's arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Counted against the limit.
    pub counted: usize,
    /// The limit.
    pub limit: usize,
    /// Of how many; `None` where the limit is absolute.
    pub of: Option<usize>,
}

/// What guards must know of the live side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Members and pending invites that the API could remove.
    pub(crate) people: usize,
    /// Members, the ones the API cannot remove included.
    pub(crate) members: usize,
    /// Active keys in the scopes the files list.
    pub(crate) active_keys: usize,
    /// Workspaces whose member list the plan empties, with the changes that do.
    pub(crate) emptied: BTreeMap<WorkspaceLabel, BTreeSet<ChangeId>>,
    /// What the names in addresses mean live.
    pub(crate) names: LiveNames,
    /// Addresses that `protect` of the guards file names and nothing live has.
    pub(crate) unprotected: BTreeSet<Address>,
    /// What a change takes along without a request of its own, by live names and by ids.
    pub(crate) taken: BTreeMap<ChangeId, BTreeSet<Address>>,
    /// `members` is there, and no line of it is in force.
    pub(crate) nobody_in_force: bool,
    /// Members who hold a held-only role.
    pub(crate) admins: BTreeSet<Email>,
    /// Whether members were read at all.
    pub(crate) people_read: bool,
}

/// Judges by the guards of the files and, apart from them, by those of a guards file: a plan has to
/// pass both, each with its own approvals.
pub(crate) fn judge(
    changes: &[Change],
    waiting: &[Waiting],
    sizes: &Sizes,
    basis: &Basis<'_>,
) -> Vec<Verdict> {
    let Basis { desired, guards_file, today, clocks, base } = *basis;
    // On a day that is in doubt, no expiry counts as reviewed: a wrong clock can only make guards stricter.
    let base = base.filter(|_| clocks == Clocks::Agree).and_then(Base::files);
    let sets = [(GuardSource::Files, Some(&desired.guards)), (GuardSource::GuardsFile, guards_file)];
    let mut verdicts = Vec::new();
    for (source, guards) in sets {
        let Some(guards) = guards else { continue };
        let approvals = Approvals::new(&guards.approvals, today);
        let bench = Bench { source, guards, approvals, changes, waiting, sizes, today, base };
        verdicts.push(bench.access_loss());
        verdicts.push(bench.keys_off());
        verdicts.push(bench.invites());
        verdicts.push(bench.workspace_admins());
        verdicts.extend(bench.protect());
        verdicts.extend(bench.required_admins());
        if source == GuardSource::GuardsFile {
            verdicts.extend(bench.allowed_domains(desired));
        } else if sizes.nobody_in_force {
            verdicts.push(Verdict {
                guard: GuardKind::Members,
                source,
                ruling: Ruling::Refused,
                figures: None,
                reason: "no line under `members` is in force: this would remove everybody".to_owned(),
                changes: Vec::new(),
                approve: Vec::new(),
            });
        }
    }
    verdicts
}
