//! The error of posting to GitHub or GitLab, and the next step.

/// A message and the next step; safe to print.
#[derive(Clone, Debug)]
pub struct Error {
    /// What happened.
    pub message: String,
    /// What to do next, in the imperative.
    pub help: String,
}

impl Error {
    /// Returns an error; both texts must be safe to print.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// Returns the error for a response that is not as documented.
    pub(crate) fn odd_answer(forge: &str, what: &str) -> Self {
        Self::new(
            format!("the answer of {forge} {what}"),
            "check the API URL: another server may answer in its place",
        )
    }
}
