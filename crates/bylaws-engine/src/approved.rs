//! A plan that no guard refuses, as a type of its own: apply takes nothing else.

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
}
