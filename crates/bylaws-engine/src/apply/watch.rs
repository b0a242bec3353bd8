//! The observer of an apply: a journal, a progress line, or a way to stop the run.

use crate::change::Change;
use crate::report::Outcome;
use crate::text::Text;

/// Observes an apply, and may end it before the next write.
///
/// With several changes in flight, calls about different changes may come in any order; those about one
/// change come in the order below.
pub trait Watch: Send {
    /// Called before a change is sent for the first time. An error stops the run: the change is not sent and
    /// nothing else is started.
    fn before(&mut self, change: &Change) -> Result<(), Text>;
    /// Called when the outcome of a change that was sent is known. An error stops the run likewise.
    fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), Text>;
    /// Called when a change ends without being sent.
    fn passed(&mut self, change: &Change, outcome: &Outcome);
}
