//! The journal of applies as JSON Lines: one record before and one after every write. Each contains the hash of the
//! previous one, so that edited, removed or moved records are detected.

mod earlier;
mod open;
mod read;
pub(crate) mod text;

use bylaws_output::document::canonical::{canonical, sha256};
use bylaws_output::document::plan::ChangeDocument;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use earlier::Earlier;
pub(crate) use open::Journal;
pub(crate) use read::{Contents, Run, Step, read};

/// The hash of the previous record in the first record of a file.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The maximum length of a record in bytes: the tags of a workspace are the largest data that is written.
const LONGEST: u64 = 1024 * 1024;

/// One record, which is one line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    #[serde(flatten)]
    event: Event,
    /// The number of the record, from 1, across all runs of the file.
    seq: u64,
    /// The time of writing, by this machine's clock.
    at: String,
    /// The time by the service's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_at: Option<String>,
    previous: String,
    /// The SHA-256 of the canonical JSON of all other fields.
    #[serde(default)]
    hash: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Event {
    /// An apply starts; nothing has been written to the service.
    Begin(Begin),
    /// A request is about to be sent.
    Before {
        change: Box<ChangeDocument>,
        /// Whether it counts toward the limits of guards for 24 hours.
        #[serde(default = "yes")]
        counted: bool,
    },
    After(After),
    /// The apply ended, with the number of changes done, failed, skipped and unknown.
    End(Counts),
}

/// The plan that was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) organization: String,
    pub(crate) fingerprint: String,
    pub(crate) commit: Option<String>,
    /// Whether the files differed from the commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) dirty: bool,
    /// The digest of the meaning of the files.
    #[serde(default)]
    pub(crate) digest: String,
    pub(crate) bylaws_version: String,
    /// Which workload made the changes, if the credential was a federated one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) credential: Option<Value>,
}

/// Records without the field counted everything.
fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct After {
    pub(crate) change: String,
    pub(crate) outcome: String,
    /// How the change was done; see the field of the same name in a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// The number of changes of a run by outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) unknown: usize,
}

/// Returns whether a text begins like a journal.
pub(crate) fn is_one(text: &str) -> bool {
    text.lines().next().is_some_and(|line| Record::open(line).is_ok())
}

impl Record {
    /// Returns the line with its hash.
    fn seal(mut self) -> (String, String) {
        self.hash = String::new();
        let mut value = serde_json::to_value(&self).unwrap_or_default();
        let hash = hash_of(&mut value);
        if let Some(object) = value.as_object_mut() {
            object.insert("hash".to_owned(), Value::String(hash.clone()));
        }
        (format!("{value}\n"), hash)
    }

    /// Parses a line (without its line break) and checks it against its hash.
    fn open(line: &str) -> Result<Self, &'static str> {
        let mut value: Value = serde_json::from_str(line).map_err(|_| "not JSON")?;
        // The same JSON in another spelling is an edit, too.
        let spelled = value.to_string();
        if spelled != line {
            return Err("the record was edited");
        }
        let record: Self = serde_json::from_value(value.clone()).map_err(|_| "not a record")?;
        if hash_of(&mut value) != record.hash {
            return Err("the record was edited");
        }
        Ok(record)
    }
}

fn hash_of(value: &mut Value) -> String {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("hash");
    }
    sha256(&canonical(value))
}
