//! The record of what people decided about an organization, which outlives the decisions.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::folder;

/// Returns the user of this process as the system knows it without names, for a decision.
#[cfg(unix)]
pub fn user() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

/// Returns the user of this process as the system knows it without names, for a decision.
#[cfg(not(unix))]
pub fn user() -> String {
    "unknown".to_owned()
}

/// How many decisions the status has.
const SHOWN: usize = 5;
const FILE: &str = "decisions.jsonl";

/// A decision, who made it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// Who, as the system knows them.
    pub by: String,
    /// The decision.
    #[serde(flatten)]
    pub what: What,
}

/// What somebody decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
pub enum What {
    /// Nothing is written until somebody resumes, or until a time.
    Suspended {
        /// Why.
        reason: String,
        /// When it ends by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// The suspension ended.
    Resumed,
    /// A plan may be applied once.
    Approved {
        /// Its fingerprint.
        fingerprint: String,
    },
    /// The approval was withdrawn before it was used.
    Withdrawn,
    /// The controller found another plan than the approved one, so the approval ended.
    Void,
}

impl Decided {
    /// Returns the decision in words.
    pub(crate) fn in_words(&self) -> String {
        let by = &self.by;
        match &self.what {
            What::Suspended { reason, until: None } => format!("suspended by {by}: {reason}"),
            What::Suspended { reason, until: Some(until) } => {
                format!("suspended by {by} until {}: {reason}", until.strftime("%F %T UTC"))
            }
            What::Resumed => format!("resumed by {by}"),
            What::Approved { fingerprint } => {
                format!("approved by {by}: {}", bylaws_output::document::canonical::short(fingerprint))
            }
            What::Withdrawn => format!("approval withdrawn by {by}"),
            What::Void => "approval void: its plan does not wait any more".to_owned(),
        }
    }

    /// Adds a decision to the record of an organization.
    pub(crate) fn record(&self, folder: &Path) -> io::Result<()> {
        let path = folder.join(FILE);
        drop(folder::private_file(&path)?);
        let line = serde_json::to_string(self).map_err(io::Error::other)?;
        // The last line may not have been written completely.
        let is_torn = std::fs::read(&path)?.last().is_some_and(|last| *last != b'\n');
        let start = if is_torn { "\n" } else { "" };
        OpenOptions::new().append(true).open(path)?.write_all(format!("{start}{line}\n").as_bytes())
    }

    /// Returns the last decisions, the newest last; a line that cannot be read is left out.
    pub(crate) fn last(folder: &Path) -> Vec<Self> {
        let text =
            String::from_utf8_lossy(&std::fs::read(folder.join(FILE)).unwrap_or_default()).into_owned();
        let mut last: Vec<Self> =
            text.lines().rev().filter_map(|line| serde_json::from_str(line).ok()).take(SHOWN).collect();
        last.reverse();
        last
    }
}
