//! The service as used by apply: sends a write, reads a list, and classifies failures. The engine decides whether and
//! when a write is sent again.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bylaws_api::{Cause, Error, ErrorKind, Notice, Writer};
use bylaws_engine::writer::{Answer, Entry, Failure, FailureKind, List, LiveWriter};
use bylaws_engine::{Facts, Write};
use bylaws_kinds::{MayBeSent, Outcome, Succeeded, remote, remote_of_list, said};
use tokio::time::Instant;

use crate::progress::Progress;

pub(crate) struct Service {
    writer: Writer,
    /// The start of the time of this service.
    start: Instant,
    progress: Progress,
    stop: Option<StopFile>,
    /// The first error of a token exchange.
    exchange_error: Mutex<Option<Error>>,
    checked: Succeeded,
}

/// The maximum age of a list.
const LONGEST_AGE: Duration = Duration::from_secs(10);
/// The time that so many requests take, if that is longer.
const LONGEST_AGE_IN_REQUESTS: u32 = 20;

/// A plan contains only kinds that have an adapter.
const UNKNOWN_KIND: &str = "this version cannot send changes of this kind";

/// A file that stops the writes of an apply once it exists.
#[derive(Clone)]
pub(crate) struct StopFile(pub(crate) PathBuf);

/// Why nothing more is sent once the file exists.
pub(crate) const STOPPED: &str = "stopped: the stop file exists, because somebody suspended the organization";

impl StopFile {
    /// Returns whether the file exists. If that cannot be found out, nothing is sent.
    pub(crate) fn is_there(&self) -> bool {
        self.0.symlink_metadata().map_or_else(|error| error.kind() != std::io::ErrorKind::NotFound, |_| true)
    }
}

impl Service {
    /// `start` is the start of the reading that the plan was made from.
    pub(crate) fn new(writer: Writer, start: Instant, progress: Progress, stop: Option<StopFile>) -> Self {
        Self {
            writer,
            start,
            progress,
            stop,
            exchange_error: Mutex::default(),
            checked: Succeeded::default(),
        }
    }

    /// Returns the error of the token exchange, if it ended the apply.
    pub(crate) fn exchange_error(&self) -> Option<Error> {
        self.exchange_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, error: &Error) {
        if error.kind == ErrorKind::Exchange {
            let mut first = self.exchange_error.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| error.clone());
        }
    }
}

impl LiveWriter for Service {
    async fn write(&self, write: &Write, may_be_sent: MayBeSent<'_>) -> Result<Answer, Failure> {
        let Some(remote) = remote(write.kind) else { return Err(unsent(FailureKind::Refused, UNKNOWN_KIND)) };
        let is_stopped = || self.stop.as_ref().is_some_and(StopFile::is_there);
        // Asked when the turn of the request comes, which may be long after the change was announced.
        let may_be_sent = || !is_stopped() && may_be_sent();
        match remote.call(write).send(&self.writer, &self.checked, &may_be_sent).await {
            Ok(Outcome::Answered(answer)) => Ok(answer),
            Ok(Outcome::Aged) if is_stopped() => Err(unsent(FailureKind::Stop, STOPPED)),
            Ok(Outcome::Aged) => Err(unsent(FailureKind::Aged, "its list had to be read again first")),
            Ok(Outcome::Refused(message, request_id)) => {
                Err(Failure { kind: FailureKind::Refused, message, request_id })
            }
            Err(error) if error.error_code() == Some("storage_attached_during_archive") => {
                Ok(archived(&error))
            }
            Err(error) => {
                self.note(&error);
                Err(failure(remote.failure(write, &error), &error))
            }
        }
    }

    async fn read(&self, list: &List) -> Result<Vec<Entry>, Failure> {
        let Some(remote) = remote_of_list(list) else {
            return Err(unsent(FailureKind::Refused, UNKNOWN_KIND));
        };
        remote.list(self.writer.reader(), list).await.map_err(|error| {
            self.note(&error);
            let kind = match error.kind {
                _ if tells_no_day(&error) => FailureKind::Stop,
                ErrorKind::NotFound => FailureKind::NotThere,
                ErrorKind::Credential
                | ErrorKind::Exchange
                | ErrorKind::RateLimited
                | ErrorKind::Unreachable => FailureKind::Stop,
                _ => FailureKind::Refused,
            };
            Failure { kind, message: said(&error), request_id: error.body.request_id.clone() }
        })
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn longest_age(&self) -> Duration {
        LONGEST_AGE.max(self.writer.reader().gap() * LONGEST_AGE_IN_REQUESTS)
    }

    async fn sleep(&self, time: Duration) {
        let reason = "the service may not show the last write yet".to_owned();
        self.progress.notice(&Notice { duration: time, reason, attempt: 1 });
        tokio::time::sleep(time).await;
    }
}

/// Returns the result for an archived workspace whose remaining step needs a credential with another scope
/// (`docs/service-behaviour.md#workspaces`).
fn archived(error: &Error) -> Answer {
    let warning = "external storage was attached during the archiving and is still attached; to detach it, archive the \
        workspace again with a credential that has the scope `org:external-storage:use`";
    Answer {
        id: None,
        shown: Facts::one("state", "archived"),
        request_id: error.body.request_id.clone(),
        warning: Some(warning.into()),
    }
}

fn unsent(kind: FailureKind, message: &'static str) -> Failure {
    Failure { kind, message: message.into(), request_id: None }
}

/// Returns whether the service's responses contradict each other about the date: then due changes are unknown.
fn tells_no_day(error: &Error) -> bool {
    error.cause.as_ref() == Some(&Cause::DaysDisagree)
}

/// Classifies an error (`docs/service-behaviour.md#errors-and-retries`). One object that always fails must not stop
/// the others; an unusable credential or connection stops all. `own` is what the error means for its kind.
fn failure(own: Option<FailureKind>, error: &Error) -> Failure {
    let is_too_long = error.retry_after.is_some();
    let kind = match (error.kind, error.error_code()) {
        _ if tells_no_day(error) => FailureKind::Stop,
        _ if let Some(FailureKind::Incomplete(rest)) = own => FailureKind::Incomplete(rest),
        (ErrorKind::Unavailable, Some("authorization_check_unavailable")) if !is_too_long => {
            FailureKind::NotDone
        }
        (ErrorKind::Unavailable, Some("change_outcome_unknown")) if !is_too_long => FailureKind::SendAgain,
        (ErrorKind::OutcomeUnknown, _) if is_too_long => FailureKind::GaveUp,
        (_, _) if error.after_lost_answer && is_too_long => FailureKind::GaveUp,
        (ErrorKind::OutcomeUnknown, _) => FailureKind::OutcomeUnknown,
        (_, _) if error.after_lost_answer => FailureKind::OutcomeUnknown,
        (
            _,
            Some(
                "concurrent_membership_change"
                | "workspace_changed_concurrently"
                | "storage_changed_concurrently"
                | "external_key_changed",
            ),
        ) => FailureKind::Conflict,
        (ErrorKind::Refused, None) if error.status == Some(409) => FailureKind::Conflict,
        (ErrorKind::RateLimited, _) if !is_too_long => FailureKind::Throttled,
        (ErrorKind::Unreachable, _) => FailureKind::Unreachable,
        (ErrorKind::NotFound, _) => FailureKind::NotThere,
        // The provider of an external key did not answer in time.
        (_, Some("external_key_validation_timed_out")) if !is_too_long => FailureKind::NotDone,
        (_, Some("already_member" | "invite_already_exists")) => FailureKind::AlreadyThere,
        (
            _,
            Some(
                "org_member_limit_exceeded"
                | "workspace_member_limit_exceeded"
                | "org_api_key_limit_exceeded"
                | "workspace_api_key_limit_exceeded",
            ),
        ) => FailureKind::Capacity,
        (ErrorKind::Refused, None) if let Some(own) = own => own,
        (_, Some("sandbox_egress_restricted"))
        | (ErrorKind::Credential | ErrorKind::Exchange | ErrorKind::RateLimited, _) => FailureKind::Stop,
        (ErrorKind::Permission | ErrorKind::Refused | ErrorKind::Unavailable | ErrorKind::Protocol, _) => {
            FailureKind::Refused
        }
    };
    Failure { kind, message: said(error), request_id: error.body.request_id.clone() }
}
