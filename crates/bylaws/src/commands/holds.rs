//! What a plan does not send: what `--hold` names, and what an earlier run sent and somebody undid since.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bylaws_engine::Plan;
use bylaws_engine::hold::Hold;
use bylaws_kinds::Desired;
use bylaws_output::document::plan::ConfigRef;
use jiff::Timestamp;

use super::base::Base;
use crate::exit::Failure;
use crate::journal::Earlier;

/// What is held, and what guards count of the 24 hours before.
pub(super) struct Holds<'a> {
    pub(super) hold: &'a [Hold],
    /// Whether what somebody undid is held; addresses that are named are wanted.
    pub(super) with_undone: bool,
    pub(super) config: &'a ConfigRef,
    pub(super) now: Timestamp,
}

impl Holds<'_> {
    /// Counts what earlier runs sent, and leaves out what is held.
    pub(super) fn apply(&self, plan: Plan, earlier: Option<&Earlier>) -> Plan {
        let Some(earlier) = earlier else { return plan.holding(self.hold, &BTreeSet::new()) };
        let undone =
            if self.with_undone { earlier.undone(&plan, self.config, self.now) } else { BTreeSet::new() };
        plan.within(earlier.day(self.now)).holding(self.hold, &undone)
    }
}

/// Returns the earlier runs of a journal for the organization of a plan.
pub(super) fn earlier(journal: Option<&PathBuf>, desired: &Desired) -> Option<Earlier> {
    Earlier::read(journal?, desired.organization.id.as_str())
}

/// Fails if a cause is to be held and there is no base, so that nothing has one.
pub(super) fn check(hold: &[Hold], base: Option<&Base>) -> Result<(), Failure> {
    match hold.iter().find(|hold| base.is_none() && matches!(hold, Hold::Cause(_))) {
        Some(cause) => Err(Failure::other(
            format!("`--hold {cause}` needs a base: without one, no change has a cause"),
            "pass --base REV, the last revision that was applied",
        )),
        None => Ok(()),
    }
}
