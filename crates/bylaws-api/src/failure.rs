//! Turns the end of a request that will not be retried into an [`Error`]. The only place that words errors
//! of calls.

use std::time::Duration;

use crate::error::{Details, kind_of};
use crate::retry::Verdict;
use crate::transport::{Call, Head, Silence, Tried};
use crate::{Cause, Error, ErrorKind, Replay};

/// The message for an answer in HTML.
pub(crate) const WEB_PAGE: &str = "the answer is a web page, not JSON";
const NOT_KNOWN: &str = "it is not known whether the request was carried out";

/// The progress of one request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Course {
    /// The number of times it was sent.
    pub(crate) sent: u32,
    /// The number of attempts that count towards the limit.
    pub(crate) counted: u32,
    /// An attempt was lost and may have been carried out.
    pub(crate) lost: bool,
    /// How many requests of this client had succeeded when this one was last throttled.
    pub(crate) progress: u64,
}

/// Returns the error for the last attempt of a request; `too_long` is a requested wait that is too long.
pub(crate) fn of_try(
    call: &Call,
    course: Course,
    tried: Tried,
    verdict: Verdict,
    too_long: Option<Duration>,
) -> Error {
    let mut details = Details { retry_after: too_long, ..about(call, course) };
    match tried {
        Tried::NotSent(Silence { why, cause }) => {
            details.kind = ErrorKind::Unreachable;
            details.what = format!("the service could not be reached: {why}");
            details.cause = cause;
        }
        Tried::Lost(Silence { why, cause }) => {
            details.kind = ErrorKind::Unreachable;
            details.what = format!("no answer was received: {why}");
            details.cause = cause;
        }
        Tried::BrokenOff(head, why) => {
            details.kind = ErrorKind::Protocol;
            details.what = format!("the answer was incomplete: {why}");
            under(&mut details, &head);
        }
        Tried::Success(head, _) | Tried::TooLarge(head) => {
            details.kind = ErrorKind::Protocol;
            "the answer is too large".clone_into(&mut details.what);
            under(&mut details, &head);
        }
        Tried::Refused(head, envelope) => {
            details.kind = kind_of(head.status);
            details.what = match too_long {
                Some(wait) => format!("the service asks to wait {}, which is too long", readable(wait)),
                None => what_of(&head),
            };
            if (300..400).contains(&head.status) {
                details.cause = Some(Cause::Redirect);
            }
            if envelope.is_web_page {
                details.cause = Some(Cause::WebPage);
                // The service itself never answers with a web page, so the status says nothing about the
                // object.
                if (400..500).contains(&head.status) && !matches!(head.status, 408 | 429) {
                    details.kind = ErrorKind::Protocol;
                    WEB_PAGE.clone_into(&mut details.what);
                }
            }
            under(&mut details, &head);
            details.request_id = details.request_id.or(envelope.request_id);
            details.error_type = envelope.error_type;
            details.error_code = envelope.error_code;
            details.field = envelope.field;
            details.workspace_id = envelope.workspace_id;
            details.message = envelope.message;
        }
    }
    if verdict == Verdict::OutcomeUnknown {
        details.kind = ErrorKind::OutcomeUnknown;
        details.what = format!("{}; {NOT_KNOWN}", details.what);
    }
    Error::new(details)
}

/// Returns the error for a success with an unexpected body. A write that must not be repeated has probably
/// happened; `what` is cleaned.
pub(crate) fn of_odd_success(
    call: &Call,
    course: Course,
    head: &Head,
    (what, cause): (String, Option<Cause>),
) -> Error {
    let mut details = Details { cause, ..about(call, course) };
    under(&mut details, head);
    (details.kind, details.what) = match call.replay {
        Replay::Safe => (ErrorKind::Protocol, what),
        Replay::NotSafe => (ErrorKind::OutcomeUnknown, format!("{what}; {NOT_KNOWN}")),
    };
    Error::new(details)
}

/// Returns the error for a request that was never sent, or for contradictory answers.
pub(crate) fn of_call(call: &Call, request_id: Option<String>, what: String) -> Error {
    let details = about(call, Course::default());
    Error::new(Details { kind: ErrorKind::Protocol, what, request_id, ..details })
}

/// Returns the error for answers that contradict each other about the day.
pub(crate) fn of_days(call: &Call, request_id: Option<String>, what: String) -> Error {
    let details = about(call, Course::default());
    let cause = Some(Cause::DaysDisagree);
    Error::new(Details { kind: ErrorKind::Protocol, what, request_id, cause, ..details })
}

/// Returns the error for a client that could not be set up.
pub(crate) fn of_setup(Silence { why, cause }: Silence) -> Error {
    let what = format!("the connection to the service could not be set up: {why}");
    Error::new(Details { kind: ErrorKind::Unreachable, what, cause, ..Details::default() })
}

fn about(call: &Call, course: Course) -> Details {
    Details {
        call: Some((call.method, call.shown_path.clone())),
        tries: course.sent,
        after_lost_answer: course.lost,
        ..Details::default()
    }
}

fn under(details: &mut Details, head: &Head) {
    details.status = Some(head.status);
    details.request_id.clone_from(&head.request_id);
}

fn what_of(head: &Head) -> String {
    let what = match (head.status, &head.redirect_to) {
        (300..400, Some(host)) => {
            return format!("the answer is a redirect to {host}, which is not followed");
        }
        (300..400, None) => "the answer is a redirect, which is not followed",
        (401, _) => "the service does not accept the credential",
        (403, _) => "the credential does not have this permission",
        (404, _) => "not found",
        (429, _) => "the service reports too many requests",
        (408 | 500.., _) => "the service is not available",
        (400..500, _) => "the service refused the request",
        _ => "the answer has an undocumented status",
    };
    what.to_owned()
}

fn readable(wait: Duration) -> String {
    if wait == Duration::MAX { "forever".to_owned() } else { format!("{} s", wait.as_secs_f64().ceil()) }
}
