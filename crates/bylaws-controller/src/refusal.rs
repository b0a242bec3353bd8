//! Why a source cannot be used.

use crate::git::Trouble;
use crate::reason::Reason;

/// Why a source cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) message: String,
}

impl Refusal {
    /// Returns a function that turns what git said into a refusal. `what` completes "cannot …".
    pub(crate) fn of(what: &'static str) -> impl Fn(Trouble) -> Self {
        move |trouble| Self::unavailable(format!("cannot {what}: {}", trouble.message))
    }

    pub(crate) fn unavailable(message: String) -> Self {
        Self { reason: Reason::SourceUnavailable, message }
    }

    pub(crate) fn refused(message: String) -> Self {
        Self { reason: Reason::SourceRefused, message }
    }
}
