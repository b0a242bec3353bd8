//! What a child prints for the controller: why it ended, and the report of an apply.

use serde::Deserialize;

use crate::reason::Reason;

#[derive(Deserialize)]
struct Line {
    error: ErrorLine,
}

/// Why a child ended with an error.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct ErrorLine {
    kind: String,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) help: String,
    /// How long the service asked to wait, in seconds.
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
    #[serde(default)]
    pub(crate) request_id: Option<String>,
}

impl ErrorLine {
    /// Returns the error on standard error, if there is one.
    pub(crate) fn of(stderr: &str) -> Option<Self> {
        let line = stderr.lines().rev().find(|line| line.starts_with("{\"error\""))?;
        serde_json::from_str::<Line>(line).ok().map(|line| line.error)
    }

    pub(crate) fn reason(&self) -> Reason {
        match self.kind.as_str() {
            "unauthorized" => Reason::Unauthorized,
            "unavailable" => Reason::ServiceUnavailable,
            "organization" => Reason::WrongOrganization,
            "journal" => Reason::JournalRefused,
            _ => Reason::RoundFailed,
        }
    }
}

/// The report of an apply, as far as the controller needs it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ReportLine {
    pub(crate) changes: Vec<Sent>,
    #[serde(default)]
    pub(crate) held: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(crate) stopped: Option<String>,
}

/// A change that was sent, or was not.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sent {
    pub(crate) id: String,
    pub(crate) action: String,
    pub(crate) outcome: String,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) request_id: Option<String>,
}

impl ReportLine {
    pub(crate) fn of(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// Returns why the run ended early, or the first change that failed.
    pub(crate) fn trouble(&self) -> String {
        let failed = self.changes.iter().find(|sent| !matches!(sent.outcome.as_str(), "done" | "skipped"));
        let failed = failed.map(|sent| {
            let message = sent.message.as_deref().unwrap_or("no reason is known");
            format!("{} {}: {message}", sent.id, sent.outcome)
        });
        failed.or_else(|| self.stopped.clone()).unwrap_or_else(|| "some changes were not sent".to_owned())
    }
}
