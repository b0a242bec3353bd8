//! Failures: maps every failure to a message, a next step and an exit status.

pub use crate::exit_status::ExitStatus;

use std::path::{Path, PathBuf};

use bylaws_api::ErrorKind;
use bylaws_output::render::escape::escape;

use crate::advice;
use crate::world::World;

/// Why a run ended early. Everything in it is safe to print.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The files have problems, already printed.
    Problems,
    /// No path was given, and neither of the default paths exists.
    NoDefault,
    /// There are no files.
    NoFiles(bylaws_config::LoadError),
    /// It is not clear which files are meant.
    Files { message: String, help: String },
    /// A file could not be read or written.
    Io { path: PathBuf, what: &'static str, error: std::io::Error },
    /// A document (snapshot, saved plan) is invalid.
    Document { path: PathBuf, reason: String, help: String },
    /// Wrong use of the command line.
    Usage { message: String, help: String },
    /// An error of the service or of the connection to it.
    Service(bylaws_api::Error),
    /// The credential may not read something, or this kind of organization does not have it.
    Forbidden { message: String, help: String },
    /// Any other error, with advice.
    Other { message: String, help: String },
    /// The plan is stale.
    Stale { message: String, help: String },
}

impl From<bylaws_api::Error> for Failure {
    fn from(error: bylaws_api::Error) -> Self {
        Self::Service(error)
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::other(format!("reading ended early: {error}"), "run again")
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    pub(crate) fn other(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Other { message: message.into(), help: help.into() }
    }

    pub(crate) fn stale(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Stale { message: message.into(), help: help.into() }
    }

    pub(crate) fn document(path: &Path, reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Document { path: path.to_owned(), reason: reason.into(), help: help.into() }
    }

    /// Returns the failure for an error of the operating system. `what` completes "cannot …".
    pub(crate) fn io(path: &Path, what: &'static str) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::Io { path: path.clone(), what, error }
    }

    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Self::Problems | Self::NoDefault | Self::NoFiles(_) | Self::Files { .. } => ExitStatus::Files,
            Self::Stale { .. } => ExitStatus::Stale,
            Self::Io { .. }
            | Self::Document { .. }
            | Self::Usage { .. }
            | Self::Service(_)
            | Self::Forbidden { .. }
            | Self::Other { .. } => ExitStatus::Failed,
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
        let style = world.style();
        let (message, help) = match self {
            Self::Problems => return String::new(),
            Self::NoDefault => (
                "no configuration found: expected bylaws.yaml or bylaws/ in this directory".to_owned(),
                "name a file or folder, or start with `bylaws import`".to_owned(),
            ),
            Self::NoFiles(error) => (
                escape(&error.to_string()),
                "write a bylaws.yaml, name a file or folder, or start with `bylaws import`".to_owned(),
            ),
            Self::Io { path, what, error } => {
                let help = match error.kind() {
                    std::io::ErrorKind::InvalidData => "not a text file; pass the file that Bylaws wrote",
                    _ => "check the path and its permissions",
                };
                (format!("cannot {what} {}: {error}", shown(path)), help.to_owned())
            }
            Self::Document { path, reason, help } => (format!("{}: {reason}", shown(path)), help.clone()),
            Self::Files { message, help }
            | Self::Usage { message, help }
            | Self::Forbidden { message, help }
            | Self::Other { message, help }
            | Self::Stale { message, help } => (message.clone(), help.clone()),
            Self::Service(error) => advice::of(error, world),
        };
        format!("{} {message}\n  {} {help}", style.bad("error:"), style.dim("help:"))
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
