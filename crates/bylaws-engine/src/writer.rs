//! What apply needs from outside: to send one write, to read one list, and a clock. The implementation
//! handles paths, pages and pacing.

pub use crate::lists::{Entry, List, Readings};

use std::time::Duration;

use crate::facts::Facts;
use crate::text::Text;
use crate::write::Write;

/// The part of the service that apply uses.
pub trait LiveWriter: Sync {
    /// Sends one write, once. `may_be_sent` is called right before it is sent, after every wait; if it
    /// returns false, nothing is sent and the failure is [`FailureKind::Aged`].
    ///
    /// Apply decides, after checking the list, whether a failed write is sent again.
    fn write(
        &self,
        write: &Write,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Reads every page of a list.
    fn read(&self, list: &List) -> impl Future<Output = Result<Vec<Entry>, Failure>> + Send;

    /// Returns the time since a fixed moment, by a monotonic clock.
    fn now(&self) -> Duration;

    /// Returns how long a list may be relied on, counted from its last page: 10 seconds, or the time that 20
    /// requests take at the present pace if that is longer.
    fn longest_age(&self) -> Duration;

    /// Waits for this time.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// The service's answer to a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The id of the object that the answer is about, if it names one.
    pub id: Option<String>,
    /// The object as the service now shows it; if it is gone, at most what identifies it.
    pub shown: Facts,
    /// The service's request id.
    pub request_id: Option<String>,
    /// A remaining manual step.
    pub warning: Option<Text>,
}

/// Why a write was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure, which decides what follows.
    pub kind: FailureKind,
    /// The message; safe to print.
    pub message: Text,
    /// The service's request id.
    pub request_id: Option<String>,
}

/// The kind of failure, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The service refused this write; the others continue.
    Refused,
    /// The service does not find the object of the write.
    NotThere,
    /// Another request changed something at the same time, and nothing was done: try again, alone, if the
    /// object is unchanged.
    Conflict,
    /// The service throttled the request. Nothing was done, and all requests wait as long as it asked.
    Throttled,
    /// Nothing was done for a temporary reason: try again after a wait.
    NotDone,
    /// Part of it may have been saved, and sending the same request again completes it.
    SendAgain,
    /// The object exists, but not everything requested was set: this request sets the rest.
    Incomplete(Box<Write>),
    /// No capacity now; try once more when the run has freed some.
    Capacity,
    /// The service already has the person or the invite.
    AlreadyThere,
    /// The service could not be reached, so nothing was done: try again after a wait. If it stays
    /// unreachable, the run stops.
    Unreachable,
    /// It may or may not have been done.
    OutcomeUnknown,
    /// The same, and the service asks for a wait that is too long.
    GaveUp,
    /// It was not sent, because the list that it depends on had become too old.
    Aged,
    /// Nothing more can be sent: the credential is refused, or the service cannot be reached.
    Stop,
}
