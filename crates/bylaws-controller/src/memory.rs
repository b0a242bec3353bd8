//! What is remembered of an organization between two rounds.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::folder;
use crate::reason::{Event, Reason};
use crate::status::OrganizationStatus;

/// What is remembered of an organization. Without it everything is drift, so nothing is written until a person approved
/// or nothing was left to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The version of this format.
    pub format_version: u32,
    /// The source that the baseline is a commit of.
    pub source: String,
    /// The last commit after which nothing but held changes was left.
    pub baseline: Option<String>,
    /// The hash of the last record of the journal: the journal must contain it.
    pub journal_head: Option<String>,
    /// The number of rounds.
    pub rounds: u64,
    /// The number of failed rounds since the last one that did not fail.
    pub failures: u32,
    /// The reason that was posted last, and when.
    pub notified: Option<Notified>,
    /// The receivers that did not get it, by their files.
    #[serde(default)]
    pub owed: BTreeSet<PathBuf>,
    /// The status for people.
    pub status: OrganizationStatus,
}

/// The last notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// The event.
    pub event: Event,
    /// The reason.
    pub reason: Reason,
    /// What was posted apart from that, such as the fingerprint.
    pub about: String,
    /// When.
    pub at: jiff::Timestamp,
}

const FILE: &str = "memory.json";

impl Memory {
    /// Reads what is remembered; nothing if there is no file. Fails if it cannot be read or understood: without it,
    /// nobody would notice that the journal is gone.
    pub(crate) fn read(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(FILE);
        let failed = |error: String| io::Error::other(format!("{} {error}", path.display()));
        let text = folder::read(&path).map_err(|error| failed(format!("cannot be read: {error}")))?;
        let mut memory = match text {
            None => Self { format_version: 1, ..Self::default() },
            Some(text) => {
                serde_json::from_str(&text).map_err(|error| failed(format!("is broken: {error}")))?
            }
        };
        if memory.format_version != 1 {
            return Err(failed("was written by another version".to_owned()));
        }
        name.clone_into(&mut memory.status.name);
        Ok(memory)
    }

    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        folder::write(&folder.join(FILE), &serde_json::to_string(self).map_err(io::Error::other)?)
    }
}
