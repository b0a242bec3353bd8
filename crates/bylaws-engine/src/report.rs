//! The outcome of each change of an apply.

use crate::change::Change;
use crate::text::Text;
use crate::words;
use crate::writer::Failure;

/// The report of one apply, in plan order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each change with its outcome.
    pub entries: Vec<(Change, Outcome)>,
    /// Why the run ended early, if it did.
    pub stopped: Option<Text>,
}

/// The outcome of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service shows what was requested.
    Done {
        /// How it was done.
        how: How,
        /// The service's request id.
        request_id: Option<String>,
        /// A remaining manual step.
        warning: Option<Text>,
    },
    /// Refused, not sent because of a conflict, or not confirmed by the answer.
    Failed {
        /// Why the change failed.
        message: Text,
        /// The service's request id.
        request_id: Option<String>,
    },
    /// The change was not sent.
    Skipped {
        /// Why it was not sent.
        reason: Text,
    },
    /// Sent, but the result is not known: the next run finds out.
    Unknown {
        /// What is known about the failure.
        message: Text,
        /// The service's request id.
        request_id: Option<String>,
    },
}

words!(
    /// How a change was done.
    How {
        /// It was sent, and the answer shows it.
        Sent = "sent",
        /// Nothing was sent: a list shows that it is already as wanted.
        AlreadySo = "already_so",
        /// Nothing was sent: the object to remove is no longer in its list.
        AlreadyGone = "already_gone",
        /// It was sent, the answer was lost, and a list shows that it was done.
        FoundAfterLostAnswer = "found_after_lost_answer",
    }
);

impl How {
    /// Returns the explanation; `None` for the usual case.
    pub fn explained(self) -> Option<&'static str> {
        match self {
            Self::Sent => None,
            Self::AlreadySo => Some("already as wanted; nothing was sent"),
            Self::AlreadyGone => Some("already removed"),
            Self::FoundAfterLostAnswer => Some("the answer was lost; the list shows that it was done"),
        }
    }
}

impl Outcome {
    pub(crate) fn done(how: How) -> Self {
        Self::Done { how, request_id: None, warning: None }
    }

    pub(crate) fn failed(message: impl Into<Text>) -> Self {
        Self::Failed { message: message.into(), request_id: None }
    }

    pub(crate) fn skipped(reason: impl Into<Text>) -> Self {
        Self::Skipped { reason: reason.into() }
    }

    pub(crate) fn unknown(failure: Failure) -> Self {
        Self::Unknown { message: failure.message, request_id: failure.request_id }
    }

    /// Returns whether the service is as the change wants it.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Returns the word used in output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Returns how it was done, if it was.
    pub fn how(&self) -> Option<How> {
        match self {
            Self::Done { how, .. } => Some(*how),
            Self::Failed { .. } | Self::Skipped { .. } | Self::Unknown { .. } => None,
        }
    }

    /// Returns the message, if there is one.
    pub fn message(&self) -> Option<Text> {
        match self {
            Self::Done { how, warning, .. } => {
                let parts = how.explained().map(Text::from).into_iter().chain(warning.clone());
                Some(Text::joined(parts, "; ")).filter(|text| !text.is_empty())
            }
            Self::Failed { message, .. } | Self::Unknown { message, .. } => Some(message.clone()),
            Self::Skipped { reason } => Some(reason.clone()),
        }
    }

    /// Returns the request id of the last request, if there was an answer.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Done { request_id, .. }
            | Self::Failed { request_id, .. }
            | Self::Unknown { request_id, .. } => request_id.as_deref(),
            Self::Skipped { .. } => None,
        }
    }
}

impl Report {
    /// Returns whether every change was done.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.entries.iter().all(|(_, outcome)| outcome.is_done())
    }

    /// Returns the number of changes with this outcome, by [`Outcome::as_str`].
    pub fn count(&self, word: &str) -> usize {
        self.entries.iter().filter(|(_, outcome)| outcome.as_str() == word).count()
    }
}
