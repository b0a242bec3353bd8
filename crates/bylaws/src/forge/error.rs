//! The error of posting to GitHub or GitLab, and the next step.

use crate::exit::Failure;

/// A message and the next step; safe to print.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other { message: format!("not posted: {}", error.message), help: error.help }
    }
}
