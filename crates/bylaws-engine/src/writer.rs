//! What apply needs of the outside: to send one write, to read one list, and a clock.
//! Paths, pages and the pace of requests belong to the implementation.

use std::time::Duration;

use crate::WorkspaceId;
use crate::change::Write;
use crate::facts::Facts;
use crate::lists::{Entry, List};

/// The service, as narrow as apply can do with.
pub trait LiveWriter: Sync {
    /// Sends one write, once. `may_be_sent` is asked right before it goes out, after every wait for its turn; if
    /// it says no, nothing is sent and the failure is [`FailureKind::Aged`].
    ///
    /// Whether a write that failed is sent again is decided by apply, after a look at the list.
    fn write(
        &self,
        write: &Write,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Reads every page of a list.
    fn read(&self, list: &List) -> impl Future<Output = Result<Vec<Entry>, Failure>> + Send;

    /// The time since a fixed moment, by a clock that only goes forward.
    fn now(&self) -> Duration;

    /// How long a list may be relied on, counted from its last page: 10 seconds, or the time that 20 requests take
    /// at the present pace if that is longer.
    fn longest_age(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// What the service answered to a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The id of the object that the answer is about, if it names one.
    pub id: Option<String>,
    /// What else identifies that object: its `email`, `name` or `workspace_id`, as far as the answer shows them.
    pub about: Facts,
    /// The object as the service shows it now; empty if it is gone.
    pub shown: Facts,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// What remains to be done elsewhere.
    pub warning: Option<String>,
}

/// Why a write was not done, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What follows.
    pub kind: FailureKind,
    /// What happened, for people; safe to print.
    pub message: String,
    /// The service's id of the request.
    pub request_id: Option<String>,
}

/// What follows from a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The service refused this write; the others go on.
    Refused,
    /// The service does not find what the write is about.
    NotThere,
    /// Somebody else changed something at the same moment, and nothing was done: worth another try, alone, if the
    /// object still is as it was.
    Conflict,
    /// The service had too many requests. Nothing was done, and whoever sends next waits as long as it asked.
    Throttled,
    /// Nothing was done for a passing reason: worth another try after a wait.
    NotDone,
    /// Part of it may have been saved, and sending the same again completes it.
    SendAgain,
    /// The workspace exists, but not everything that was asked for was set.
    Incomplete(WorkspaceId),
    /// No capacity now; worth one more try when the run has freed some.
    Capacity,
    /// The service knows the person or the invite already.
    AlreadyThere,
    /// The service could not be reached, so nothing was done: worth another try after a wait. In the end it stops
    /// the run.
    Unreachable,
    /// It may or may not have been done.
    OutcomeUnknown,
    /// The same, and the service asks for a wait that is too long.
    GaveUp,
    /// It was not sent, because the list that it rests on had become too old when its turn came.
    Aged,
    /// Nothing more can be sent: the credential is refused, or the service cannot be reached.
    Stop,
}
