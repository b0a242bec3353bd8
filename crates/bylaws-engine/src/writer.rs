//! What apply needs of the outside: to send one write, and to look one thing up.
//! How that is done (paths, retries, waits) is the business of whoever implements it.

use crate::Facts;
use crate::WorkspaceId;
use crate::change::Write;

/// The way to the service, as narrow as apply can do with.
///
/// An implementation retries what is safe to repeat. It never repeats a create whose outcome is
/// unknown: that is decided here, after a look-up.
pub trait LiveWriter: Sync {
    /// Sends one write. A thing that is already gone counts as removed.
    fn write(&self, write: &Write) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Looks at the one thing that a write is about, right before it is sent. `None` where there is nothing to
    /// look at, or nothing there yet.
    fn standing(&self, write: &Write) -> impl Future<Output = Result<Option<Standing>, Failure>> + Send;

    /// Waits before a write is tried again that was refused so many times (from 1) because of another one.
    fn pause(&self, tries: u32) -> impl Future<Output = ()> + Send;

    /// Looks up what a create would have made, by its natural key: an invite or seat by its person,
    /// a workspace by its name among those that were not there before this run.
    ///
    /// Waits as long as the service may need to show what it just made.
    fn look_up(&self, write: &Write) -> impl Future<Output = Result<Option<Answer>, Failure>> + Send;
}

/// How a thing stands right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is there, and shows this.
    There(Facts),
    /// It is not there any more.
    Gone,
    /// What a create would make is there already: another run was faster.
    Made(Answer),
}

/// What the service answered to a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The thing as the service shows it now; empty where it is gone.
    pub shown: Facts,
    /// The id of a workspace that was made.
    pub created: Option<WorkspaceId>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// What else there is to say, e.g. that it was gone already.
    pub note: Option<String>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The service refused this one; the others go on.
    Refused,
    /// Another change was made at the same moment, and this one was not: worth another try, if the thing still
    /// is as it was.
    Conflict,
    /// Not now: the service has had too many requests. Nothing was done, and whoever sends next waits as long as it
    /// asked; worth another try, if the thing still is as it was.
    Throttled,
    /// No room now; worth one more try when the run has freed some.
    Capacity,
    /// The service knows the person or the invite already: matching is in doubt.
    AlreadyThere,
    /// The invite is pending no longer: it was accepted in the meantime.
    AcceptedMeanwhile,
    /// It may or may not have been done.
    OutcomeUnknown,
    /// Nothing more can be sent: credential refused, service out of reach.
    Stop,
}
