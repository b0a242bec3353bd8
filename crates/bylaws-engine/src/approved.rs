//! A plan that no guard refuses, as a type of its own, so that apply cannot take any other.

use crate::guard_results::GuardOutcome;
use crate::plan::Plan;

/// A plan that no guard refuses: the only kind that can be applied.
///
/// Created only by [`Plan::approve`].
#[derive(Clone, Debug)]
pub struct Approved(Plan);

impl Plan {
    /// Returns whether a guard refuses the plan.
    pub fn is_refused(&self) -> bool {
        self.guards.iter().any(|result| result.ruling == GuardOutcome::Refused)
    }

    /// Approves the plan, or returns it as the error if a guard refuses it.
    #[expect(
        clippy::result_large_err,
        reason = "the error returns the whole plan, and this is called once per run"
    )]
    pub fn approve(self) -> Result<Approved, Self> {
        if self.is_refused() { Err(self) } else { Ok(Approved(self)) }
    }
}

impl Approved {
    /// Returns the plan that was approved.
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}
