//! The memory of an organization: what a round needs to know of the rounds before it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::folder;
use crate::reason::{Event, Reason};
use crate::status::OrganizationStatus;

/// The memory of an organization. Without it everything is drift, so nothing is written until a person approved
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
    /// Returns the memory of the last round, or an empty one if there is no file. Fails if the file cannot be read, or is
    /// of another version: an empty memory would hide that the journal is lost.
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
