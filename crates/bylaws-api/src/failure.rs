//! Turns the end of a request that will not be retried into an [`Error`]. The only place that words errors
//! of calls.

use std::time::Duration;

use crate::error::{ErrorBody, ErrorDetails, kind_of};
use crate::request::Call;
use crate::retry::Decision;
use crate::tried::{Failed, Head, NoAnswer};
use crate::{Cause, Error, ErrorKind, Replay};

/// The message for an answer in HTML.
const WEB_PAGE: &str = "the answer is a web page, not JSON";
const NOT_KNOWN: &str = "it is not known whether the request was carried out";

/// The progress of one request.
pub(crate) struct Course<'a> {
    pub(crate) call: &'a Call,
    /// The path for display, cleaned.
    pub(crate) path: String,
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
    course: &Course<'_>,
    failed: Failed,
    decision: Decision,
    too_long: Option<Duration>,
) -> Error {
    let mut details = ErrorDetails { retry_after: too_long, ..about(course, failed.head()) };
    (details.kind, details.what, details.cause) = match failed {
        Failed::NotSent(NoAnswer { why, cause }) => {
            (ErrorKind::Unreachable, format!("the service could not be reached: {why}"), cause)
        }
        Failed::Lost(NoAnswer { why, cause }) => {
            (ErrorKind::Unreachable, format!("no answer was received: {why}"), cause)
        }
        Failed::BrokenOff(_, why) => (ErrorKind::Protocol, format!("the answer was incomplete: {why}"), None),
        Failed::TooLarge(_) => (ErrorKind::Protocol, "the answer is too large".to_owned(), None),
        Failed::Refused(head, body) => {
            details.body = ErrorBody { request_id: head.request_id.clone().or(body.request_id), ..body };
            of_refusal(&head, too_long)
        }
    };
    if decision == Decision::OutcomeUnknown {
        details.kind = ErrorKind::OutcomeUnknown;
        details.what = format!("{}; {NOT_KNOWN}", details.what);
    }
    Error::new(details)
}

fn of_refusal(head: &Head, too_long: Option<Duration>) -> (ErrorKind, String, Option<Cause>) {
    let cause = match head.status {
        _ if head.is_web_page => Some(Cause::WebPage),
        300..400 => Some(Cause::Redirect),
        _ => None,
    };
    // The service itself never answers with a web page, so the status says nothing about the object.
    if head.is_web_page && matches!(head.status, 400..=407 | 409..=428 | 430..=499) {
        return (ErrorKind::Protocol, WEB_PAGE.to_owned(), cause);
    }
    let what = match too_long {
        Some(Duration::MAX) => "the service asks to wait forever, which is too long".to_owned(),
        Some(wait) => {
            format!("the service asks to wait {} s, which is too long", wait.as_secs_f64().ceil())
        }
        None => what_of(head),
    };
    (kind_of(head.status), what, cause)
}

/// Returns the error for a success with an unexpected body. A write that must not be repeated has probably
/// happened; `why` is cleaned.
pub(crate) fn of_odd_success(course: &Course<'_>, head: &Head, why: String) -> Error {
    let (what, cause) =
        if head.is_web_page { (WEB_PAGE.to_owned(), Some(Cause::WebPage)) } else { (why, None) };
    let (kind, what) = match course.call.replay {
        Replay::Safe => (ErrorKind::Protocol, what),
        Replay::NotSafe => (ErrorKind::OutcomeUnknown, format!("{what}; {NOT_KNOWN}")),
    };
    Error::new(ErrorDetails { kind, what, cause, ..about(course, Some(head)) })
}

/// Returns the error for a request that was never sent, or for contradictory answers.
pub(crate) fn of_call(
    course: &Course<'_>,
    request_id: Option<String>,
    what: String,
    cause: Option<Cause>,
) -> Error {
    let body = ErrorBody { request_id, ..ErrorBody::default() };
    let call = Some((course.call.method, course.path.clone()));
    Error::new(ErrorDetails { kind: ErrorKind::Protocol, what, call, body, cause, ..ErrorDetails::default() })
}

/// Returns the error for a request that was not sent because its credential is not of the kind that it needs.
pub(crate) fn of_permission(course: &Course<'_>, what: &str) -> Error {
    Error::new(ErrorDetails { kind: ErrorKind::Permission, what: what.to_owned(), ..about(course, None) })
}

/// Returns the error for a client that could not be set up.
pub(crate) fn of_setup(NoAnswer { why, cause }: NoAnswer) -> Error {
    let what = format!("the connection to the service could not be set up: {why}");
    Error::new(ErrorDetails { kind: ErrorKind::Unreachable, what, cause, ..ErrorDetails::default() })
}

fn about(course: &Course<'_>, head: Option<&Head>) -> ErrorDetails {
    let request_id = head.and_then(|head| head.request_id.clone());
    ErrorDetails {
        call: Some((course.call.method, course.path.clone())),
        status: head.map(|head| head.status),
        body: ErrorBody { request_id, ..ErrorBody::default() },
        tries: course.sent,
        after_lost_answer: course.lost,
        ..ErrorDetails::default()
    }
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
