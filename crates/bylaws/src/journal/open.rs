//! An open journal: records are appended, each on the disk before the run goes on.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bylaws_engine::{Change, Outcome, Report};

use super::{After, Begin, Counts, Event, GENESIS, LONGEST, Record};
use crate::document::plan::{ChangeDocument, PlanDocument};
use crate::exit::Failure;

/// A journal that takes records.
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
            return Err(failed(Error::new(ErrorKind::InvalidInput, "it is no ordinary file")));
        }
        // Records of two runs between each other would break the chain. Released with the file, a crash included;
        // where the file system has no locks, the hashes still show it.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Document {
                path: path.to_owned(),
                reason: "another run is writing this journal".to_owned(),
                help: "nothing was applied; wait for the other run, or name another journal",
            });
        }
        // Only the last record matters here, however long the journal has grown.
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(metadata.len().saturating_sub(LONGEST))).map_err(failed)?;
        Read::by_ref(&mut file).take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        let last = text.lines().last().map(|last| match Record::open(last) {
            Ok(record) if text.ends_with('\n') => Ok((record.hash, record.seq)),
            _ => Err(Failure::Document {
                path: path.to_owned(),
                reason: "the last record is damaged".to_owned(),
                help: "keep this journal as it is and name a new one; `bylaws journal verify` tells more",
            }),
        });
        let (head, seq) = last.transpose()?.unwrap_or((GENESIS.to_owned(), 0));
        let mut journal = Self { file, path: path.to_owned(), head, seq };
        let begin = Event::Begin(Begin {
            organization: plan.organization.id.clone(),
            fingerprint: plan.fingerprint.clone(),
            commit: plan.config.commit.clone(),
            dirty: plan.config.dirty,
            bylaws_version: plan.bylaws_version.clone(),
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

    /// A change is about to be sent.
    pub(crate) fn before(&mut self, change: &Change) -> Result<(), String> {
        self.record(Event::Before { change: Box::new(ChangeDocument::bare(change)) })
    }

    /// Its outcome is known.
    pub(crate) fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), String> {
        self.record(Event::After(After {
            change: change.id.to_string(),
            outcome: outcome.as_str().to_owned(),
            how: outcome.how().map(|how| how.as_str().to_owned()),
            message: outcome.message(),
            request_id: outcome.request_id().map(str::to_owned),
        }))
    }

    /// The apply came to its end: a run without this record was cut off.
    pub(crate) fn end(&mut self, report: &Report) -> Result<(), String> {
        self.record(Event::End(Counts {
            done: report.count("done"),
            failed: report.count("failed"),
            skipped: report.count("skipped"),
            unknown: report.count("unknown"),
        }))
    }

    /// Appends one record and waits until it is on the disk.
    fn record(&mut self, event: Event) -> Result<(), String> {
        let record = Record {
            event,
            seq: self.seq + 1,
            at: jiff::Timestamp::now().to_string(),
            previous: self.head.clone(),
            hash: String::new(),
        };
        let (line, hash) = record.seal();
        let length = self.file.metadata().map(|metadata| metadata.len());
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a record would keep the next run from going on in this file.
            let _ = length.and_then(|length| self.file.set_len(length));
            return Err(format!("cannot write the journal {}: {error}", self.path.display()));
        }
        (self.head, self.seq) = (hash, self.seq + 1);
        Ok(())
    }
}
