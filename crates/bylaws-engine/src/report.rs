//! What happened to each change of an apply.

use crate::change::Change;
use crate::writer::Failure;

/// The account of one apply, in the order of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each change with its outcome.
    pub entries: Vec<(Change, Outcome)>,
    /// Why the run ended early, where it did.
    pub stopped: Option<String>,
}

/// What happened to one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Sent, and the service shows what was asked for.
    Done {
        /// The service's id of the request.
        request_id: Option<String>,
        /// What else there is to say.
        note: Option<String>,
    },
    /// Sent, and refused or not borne out by the answer.
    Failed {
        /// Why.
        message: String,
        /// The service's id of the request.
        request_id: Option<String>,
    },
    /// Not sent.
    Skipped {
        /// Why.
        reason: String,
    },
    /// Sent, and nobody knows: run again to find out.
    Unknown {
        /// What happened.
        message: String,
        /// The service's id of the request.
        request_id: Option<String>,
    },
}

impl Outcome {
    pub(crate) fn unknown(failure: Failure) -> Self {
        Self::Unknown { message: failure.message, request_id: failure.request_id }
    }

    /// The word in output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Unknown { .. } => "unknown",
        }
    }
}

impl Report {
    /// Whether every change was done.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none()
            && self.entries.iter().all(|(_, outcome)| matches!(outcome, Outcome::Done { .. }))
    }

    /// How many changes ended so, by [`Outcome::as_str`].
    pub fn count(&self, word: &str) -> usize {
        self.entries.iter().filter(|(_, outcome)| outcome.as_str() == word).count()
    }
}
