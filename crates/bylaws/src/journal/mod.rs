//! The journal of applies: one record before and one after every write, each bound to the one before
//! it by a hash, so that what was edited, dropped or moved shows. JSON Lines.

mod open;
mod read;
pub(crate) mod text;

pub(crate) use open::Journal;
pub(crate) use read::{Contents, Run, Step, read};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use bylaws_output::document::canonical::{canonical, sha256};
use bylaws_output::document::plan::ChangeDocument;

/// What the first record of a file names as the one before it.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// No record is longer: a workspace's tags are the largest thing that is ever written.
const LONGEST: u64 = 1024 * 1024;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    #[serde(flatten)]
    event: Event,
    /// From 1, through all runs of the file.
    seq: u64,
    /// When it was written, by this machine's clock.
    at: String,
    /// Hash of the record before.
    previous: String,
    /// SHA-256 of the canonical JSON of all other fields.
    #[serde(default)]
    hash: String,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Event {
    /// An apply begins: nothing was written yet.
    Begin(Begin),
    /// A request is about to be sent.
    Before { change: Box<ChangeDocument> },
    /// Its outcome is known.
    After(After),
    /// The apply came to its end, with so many changes done, failed, skipped and unknown.
    End(Counts),
}

/// Which plan was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) organization: String,
    pub(crate) fingerprint: String,
    pub(crate) commit: Option<String>,
    /// Whether the files differed from the commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) dirty: bool,
    pub(crate) bylaws_version: String,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct After {
    pub(crate) change: String,
    pub(crate) outcome: String,
    /// How it was done: see the field of the same name of a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// How the changes of a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) unknown: usize,
}

/// Whether a text begins as a journal does.
pub(crate) fn is_one(text: &str) -> bool {
    text.lines().next().is_some_and(|line| Record::open(line).is_ok())
}

impl Record {
    /// The line, its hash filled in.
    fn seal(mut self) -> (String, String) {
        self.hash = String::new();
        let mut value = serde_json::to_value(&self).unwrap_or_default();
        let hash = hash_of(&mut value);
        if let Some(object) = value.as_object_mut() {
            object.insert("hash".to_owned(), Value::String(hash.clone()));
        }
        (format!("{value}\n"), hash)
    }

    /// Reads a line (without its end) and checks it against its own hash.
    fn open(line: &str) -> Result<Self, &'static str> {
        let mut value: Value = serde_json::from_str(line).map_err(|_| "it is no JSON")?;
        // Another spelling of the same JSON is an edit, too.
        let spelled = value.to_string();
        if spelled != line {
            return Err("it was edited");
        }
        let record: Self = serde_json::from_value(value.clone()).map_err(|_| "it is no record")?;
        if hash_of(&mut value) != record.hash {
            return Err("it was edited");
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
