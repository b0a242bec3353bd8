//! The journal: one record before and one after every write, each bound to the one before it by a
//! hash, so that what was edited, dropped or cut off shows. JSON Lines.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bylaws_engine::{Change, Outcome};
use serde_json::{Value, json};

use crate::document::canonical::{canonical, sha256};
use crate::document::plan::PlanDocument;
use crate::exit::Failure;
use crate::live::calls::Call;

/// What the first record of a file names as the one before it.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// More than any record has.
const TAIL: u64 = 1024 * 1024;

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    head: String,
    seq: u64,
}

impl Journal {
    /// Opens or continues a journal and records which plan is being applied. Fails before anything
    /// is written to the service.
    pub(crate) fn open(path: &Path, plan: &PlanDocument) -> Result<Self, Failure> {
        let failed = |error| Failure::Io { path: path.to_owned(), what: "open the journal", error };
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        crate::private_file::only_ours(&mut options);
        let mut file = options.open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no ordinary file");
            return Err(failed(error));
        }
        // Only the last record matters here, however long the journal has grown.
        let mut text = String::new();
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(metadata.len().saturating_sub(TAIL))).map_err(failed)?;
        std::io::Read::by_ref(&mut file).take(TAIL).read_to_end(&mut bytes).map_err(failed)?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        let (head, seq) = match text.lines().last() {
            None => (GENESIS.to_owned(), 0),
            Some(last) => tail(last).filter(|_| text.ends_with('\n')).ok_or_else(|| Failure::Document {
                path: path.to_owned(),
                reason: "the last record is damaged".to_owned(),
                help: "keep this journal as it is and name a new one",
            })?,
        };
        let mut journal = Self { file, path: path.to_owned(), head, seq };
        let begin = json!({
            "kind": "begin",
            "organization": plan.organization.id,
            "fingerprint": plan.fingerprint,
            "commit": plan.config.commit,
            "bylaws_version": plan.bylaws_version,
        });
        journal.record(begin).map_err(|reason| Failure::Other {
            message: reason,
            help: "nothing was applied; make room or name another journal".to_owned(),
        })?;
        Ok(journal)
    }

    /// The hash of the last record: keep it elsewhere, and the file cannot be changed unseen.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    pub(crate) fn before(&mut self, change: &Change) -> Result<(), String> {
        let shown = Call::of(&change.write).shown();
        self.record(json!({
            "kind": "before",
            "change": change.id.as_str(),
            "request": { "method": shown.method, "path": shown.path, "body": shown.body },
        }))
    }

    pub(crate) fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), String> {
        let (message, request_id) = match outcome {
            Outcome::Done { request_id, note } => (note.as_ref(), request_id.as_ref()),
            Outcome::Failed { message, request_id } | Outcome::Unknown { message, request_id } => {
                (Some(message), request_id.as_ref())
            }
            Outcome::Skipped { reason } => (Some(reason), None),
        };
        self.record(json!({
            "kind": "after",
            "change": change.id.as_str(),
            "outcome": outcome.as_str(),
            "message": message,
            "request_id": request_id,
        }))
    }

    /// Appends one record and waits until it is on the disk.
    fn record(&mut self, mut record: Value) -> Result<(), String> {
        if let Some(object) = record.as_object_mut() {
            object.insert("seq".to_owned(), json!(self.seq + 1));
            object.insert("at".to_owned(), json!(jiff::Timestamp::now().to_string()));
            object.insert("previous".to_owned(), json!(self.head));
            let hash = sha256(&canonical(&Value::Object(object.clone())));
            object.insert("hash".to_owned(), json!(hash));
            self.head = hash;
        }
        self.seq += 1;
        let line = format!("{record}\n");
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| format!("cannot write the journal {}: {error}", self.path.display()))
    }
}

/// Hash and number of the last record, where it is whole.
fn tail(line: &str) -> Option<(String, u64)> {
    let mut record: Value = serde_json::from_str(line).ok()?;
    let object = record.as_object_mut()?;
    let hash = object.remove("hash")?.as_str()?.to_owned();
    let seq = object.get("seq")?.as_u64()?;
    (sha256(&canonical(&record)) == hash).then_some((hash, seq))
}
