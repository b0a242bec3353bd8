//! What a child prints for the controller: why it ended, and the report of an apply.

use std::collections::BTreeMap;
use std::time::Duration;

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
            // Such as `journal_in_use`: an apply that outlived a killed controller ends by itself.
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

/// The requests of a child, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// By method and class of the status.
    pub(crate) requests: BTreeMap<(String, &'static str), u64>,
    /// How long requests waited because the service asked, or after a failure.
    pub(crate) paused: Duration,
    /// A child was killed, which then prints no counts.
    pub(crate) is_partial: bool,
}

#[derive(Deserialize)]
struct CountsLine {
    requests: Vec<Requests>,
    paused_milliseconds: u64,
}

#[derive(Deserialize)]
struct Requests {
    method: String,
    status: Option<u16>,
    count: u64,
}

/// The classes of statuses; `none` if there was no answer.
pub(crate) const STATUSES: [&str; 5] = ["2xx", "4xx", "429", "5xx", "none"];

impl Counts {
    /// Adds the counts on standard error of a child.
    pub(crate) fn add(&mut self, stderr: &str) {
        let line = stderr.lines().rev().find(|line| line.starts_with("{\"requests\""));
        let line = line.and_then(|line| serde_json::from_str::<CountsLine>(line).ok());
        let Some(CountsLine { requests, paused_milliseconds }) = line else { return };
        for Requests { method, status, count } in requests {
            let class = match status {
                None => "none",
                Some(429) => "429",
                Some(500..) => "5xx",
                Some(400..) => "4xx",
                Some(_) => "2xx",
            };
            *self.requests.entry((method, class)).or_default() += count;
        }
        self.paused += Duration::from_millis(paused_milliseconds);
    }

    /// Returns the number of requests.
    pub(crate) fn total(&self) -> u64 {
        self.requests.values().sum()
    }
}
