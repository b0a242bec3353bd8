//! Who follows an apply: a journal, a progress line, somebody who may stop it.

use crate::change::Change;
use crate::report::Outcome;

/// Watches an apply, and may end it before the next write.
///
/// With several changes under way, calls about different changes may come in any order; those about one change
/// come in the order below.
pub trait Watch: Send {
    /// Before a change is sent for the first time. An error stops the run: it is not sent, and nothing else is begun.
    fn before(&mut self, change: &Change) -> Result<(), String>;
    /// When the outcome of a change that was sent is known. An error stops the run likewise.
    fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), String>;
    /// When a change ends without ever being sent.
    fn passed(&mut self, change: &Change, outcome: &Outcome);
}
