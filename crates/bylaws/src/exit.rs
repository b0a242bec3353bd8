//! Failures: maps every failure to a message, a next step and an exit status.

pub use crate::exit_status::ExitStatus;

use std::fmt::Display;
use std::io;
use std::path::Path;

use bylaws_api::ErrorKind;
use bylaws_output::render::escape::escape;
use serde_json::json;

use crate::advice;
use crate::world::World;

/// Why a run ended early. Everything in it is safe to print.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The files have problems, already printed.
    Problems,
    /// No path was given, and neither of the default paths exists.
    NoDefault,
    /// An error of the service or of the connection to it.
    Service(bylaws_api::Error),
    /// The credential may not read something, or this kind of organization does not have it.
    Forbidden { message: String, help: String },
    /// Any other error, with the next step.
    Other { message: String, help: String, status: ExitStatus, about: About },
}

/// What an error is about, for programs that decide what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// The organization of the files is not that of the credential.
    Organization,
    /// The journal cannot be continued.
    Journal,
    /// Another run writes the journal, or has just written it.
    JournalInUse,
    Anything,
}

impl From<bylaws_api::Error> for Failure {
    fn from(error: bylaws_api::Error) -> Self {
        Self::Service(error)
    }
}

impl From<bylaws_config::LoadError> for Failure {
    fn from(error: bylaws_config::LoadError) -> Self {
        Self::files(
            escape(&error.to_string()),
            "write a bylaws.yaml, name a file or folder, or start with `bylaws import`",
        )
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::other(format!("reading ended early: {error}"), "run again")
    }
}

impl Failure {
    /// Returns a failure with the next step: wrong use of the command line, or anything else that stops the run.
    pub(crate) fn other(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with(message, help, ExitStatus::Failed)
    }

    fn with(message: impl Into<String>, help: impl Into<String>, status: ExitStatus) -> Self {
        Self::Other { message: message.into(), help: help.into(), status, about: About::Anything }
    }

    /// Returns the same failure, with what it is about, unless that is known already.
    pub(crate) fn about(self, about: About) -> Self {
        match self {
            Self::Other { message, help, status, about: About::Anything } => {
                Self::Other { message, help, status, about }
            }
            other => other,
        }
    }

    /// Returns the same failure as one of the files.
    pub(crate) fn of_files(self) -> Self {
        match self {
            Self::Other { message, help, .. } => Self::files(message, help),
            other => other,
        }
    }

    /// Returns the failure if there are no files, or if several folders could be meant.
    pub(crate) fn files(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with(message, help, ExitStatus::Files)
    }

    pub(crate) fn stale(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with(message, help, ExitStatus::Stale)
    }

    /// Returns the failure of an invalid document, such as a snapshot or a saved plan.
    pub(crate) fn document(path: &Path, reason: impl Display, help: impl Into<String>) -> Self {
        Self::other(format!("{}: {reason}", shown(path)), help)
    }

    /// Returns the failure for an error of the operating system. `what` completes "cannot …".
    pub(crate) fn io(path: &Path, what: &'static str) -> impl Fn(io::Error) -> Self + use<> {
        let path = shown(path);
        move |error| {
            let help = match error.kind() {
                io::ErrorKind::InvalidData => "not a text file; pass the file that Bylaws wrote",
                _ => "check the path and its permissions",
            };
            Self::other(format!("cannot {what} {path}: {error}"), help)
        }
    }

    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Self::Problems | Self::NoDefault => ExitStatus::Files,
            Self::Service(_) | Self::Forbidden { .. } => ExitStatus::Failed,
            Self::Other { status, .. } => *status,
        }
    }

    /// Returns why something could not be read if that is the only error: the credential may not read it, or this kind
    /// of organization does not have it.
    pub(crate) fn refusal(&self) -> Option<String> {
        let is_refusal = |error: &bylaws_api::Error| {
            matches!(error.kind, ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Refused)
        };
        match self {
            Self::Service(error) if is_refusal(error) => Some(error.to_string()),
            Self::Forbidden { message, .. } => Some(message.clone()),
            _ => None,
        }
    }

    pub(crate) fn render(&self, world: &World) -> String {
        let style = world.style;
        let Some((message, help)) = self.words(world) else { return String::new() };
        format!("{} {message}\n  {} {help}", style.bad("error:"), style.dim("help:"))
    }

    /// Returns the failure as one line of JSON.
    pub(crate) fn json(&self, world: &World) -> String {
        let Some((message, help)) = self.words(world) else { return String::new() };
        let error = match self {
            Self::Service(error) => Some(error),
            _ => None,
        };
        let kind = match self {
            Self::Service(error) => match error.kind {
                ErrorKind::Credential | ErrorKind::Permission | ErrorKind::Exchange => "unauthorized",
                _ => "unavailable",
            },
            Self::Forbidden { .. } => "unauthorized",
            Self::Other { about: About::Organization, .. } => "organization",
            Self::Other { about: About::Journal, .. } => "journal",
            Self::Other { about: About::JournalInUse, .. } => "journal_in_use",
            _ => "other",
        };
        let retry_after = error.and_then(|error| error.retry_after).map(|wait| wait.as_secs());
        let request_id = error.and_then(|error| error.body.request_id.as_deref());
        let about = json!({ "kind": kind, "message": message, "help": help, "retry_after": retry_after,
            "request_id": request_id });
        json!({ "error": about }).to_string()
    }

    /// Returns the message and the next step; `None` if everything was printed already.
    fn words(&self, world: &World) -> Option<(String, String)> {
        Some(match self {
            Self::Problems => return None,
            Self::NoDefault => (
                "no configuration found: expected bylaws.yaml or bylaws/ in this directory".to_owned(),
                "name a file or folder, or start with `bylaws import`".to_owned(),
            ),
            Self::Forbidden { message, help } | Self::Other { message, help, .. } => {
                (message.clone(), help.clone())
            }
            Self::Service(error) => advice::of(error, world),
        })
    }
}

/// Escapes a path: in CI, the author of a pull request may have chosen it.
fn shown(path: &Path) -> String {
    escape(&path.display().to_string())
}

/// Prints a usage error, the help or the version, and returns the exit status.
pub(crate) fn usage(error: &clap::Error, world: &mut World) -> ExitStatus {
    if error.use_stderr() {
        world.error(error.render().to_string());
        ExitStatus::Failed
    } else {
        world.print(&error.render().to_string());
        ExitStatus::Done
    }
}
