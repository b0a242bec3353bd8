//! An open journal: each record is on the disk before the run continues.

use std::collections::BTreeSet;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Error, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use bylaws_engine::text::{Text, text};
use bylaws_engine::{Change, ChangeId, Outcome, Report};
use bylaws_output::document::live_name::LiveName;
use bylaws_output::document::plan::{ChangeDocument, PlanDocument};

use jiff::SignedDuration;
use serde_json::Value;

use super::earlier::Earlier;
use super::{After, Begin, Counts, Event, GENESIS, Record, read};
use crate::exit::{About, Failure};
use crate::live::calls;
use crate::output_file;

#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    head: String,
    seq: u64,
    /// How much the service's clock is ahead of this machine's.
    ahead: SignedDuration,
    /// The changes that count toward the limits of guards for 24 hours.
    counted: BTreeSet<ChangeId>,
}

impl Journal {
    /// Opens or continues a journal and records the plan to apply. Fails before anything is written to the service, and
    /// if the journal is not as it was read for the plan. `ahead` is how much the service's clock is ahead of this
    /// machine's. `credential` is what is known about a federated credential.
    pub(crate) fn open(
        path: &Path,
        plan: &PlanDocument,
        credential: Option<Value>,
        earlier: Option<&Earlier>,
        ahead: SignedDuration,
        counted: BTreeSet<ChangeId>,
    ) -> Result<Self, Failure> {
        let failed = Failure::io(path, "open the journal");
        let refused = |reason: String, help| Failure::document(path, reason, help);
        let mut file = opened(path).map_err(&failed)?;
        let metadata = file.metadata().map_err(&failed)?;
        if let Some(exposure) = output_file::exposure(&metadata) {
            return Err(refused(
                exposure,
                "check it with `bylaws journal verify`, then make it private with chmod 600; nothing was applied",
            ));
        }
        // Interleaved records of two runs would break the chain. The lock is released with the file, even after a
        // crash; if the file system has no locks, the hashes still show interleaving.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(refused(
                "another run is writing this journal".to_owned(),
                "wait for the other run, or name another journal; nothing was applied",
            )
            .about(About::JournalInUse));
        }
        file.rewind().map_err(&failed)?;
        let contents = read::search(&file, None).map_err(&failed)?;
        if let Some(fault) = contents.faults.first().filter(|_| metadata.len() > 0) {
            return Err(refused(
                format!("the journal does not verify: {fault}"),
                "keep this journal and name a new one; `bylaws journal verify` shows all faults",
            ));
        }
        let head = contents.head;
        if head != earlier.map_or(GENESIS, |earlier| earlier.head.as_str()) {
            return Err(refused(
                "another run has written this journal since the plan was made".to_owned(),
                "run again; nothing was applied",
            )
            .about(About::JournalInUse));
        }
        let mut journal = Self { file, path: path.to_owned(), head, seq: contents.records, ahead, counted };
        let begin = Event::Begin(Begin {
            organization: plan.organization.id.clone(),
            fingerprint: plan.fingerprint.clone(),
            commit: plan.config.commit.clone(),
            dirty: plan.config.dirty,
            digest: plan.config.digest.clone(),
            bylaws_version: plan.bylaws_version.clone(),
            credential,
        });
        journal.record(begin).map_err(|reason| {
            Failure::other(reason.to_string(), "make room or name another journal; nothing was applied")
        })?;
        Ok(journal)
    }

    /// Returns the hash of the last record. If it is kept elsewhere, changes to the file can be detected.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    pub(crate) fn before(&mut self, change: &Change, live_names: Vec<LiveName>) -> Result<(), Text> {
        let change = ChangeDocument { live_names, ..calls::document(change) };
        let counted = self.counted.iter().any(|id| id.as_str() == change.id);
        self.record(Event::Before { change: Box::new(change), counted })
    }

    pub(crate) fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), Text> {
        self.record(Event::After(After {
            change: change.id.to_string(),
            outcome: outcome.as_str().to_owned(),
            how: outcome.how().map(|how| how.as_str().to_owned()),
            message: outcome.message().map(|message| message.to_string()),
            request_id: outcome.request_id().map(str::to_owned),
        }))
    }

    /// Records the end of the apply: a run without this record was interrupted.
    pub(crate) fn end(&mut self, report: &Report) -> Result<(), Text> {
        self.record(Event::End(Counts {
            done: report.count("done"),
            failed: report.count("failed"),
            skipped: report.count("skipped"),
            unknown: report.count("unknown"),
        }))
    }

    /// Appends one record and waits until it is on the disk.
    fn record(&mut self, event: Event) -> Result<(), Text> {
        let now = crate::world::now();
        let record = Record {
            event,
            seq: self.seq + 1,
            at: now.to_string(),
            service_at: now.checked_add(self.ahead).ok().map(|at| at.to_string()),
            previous: self.head.clone(),
            hash: String::new(),
        };
        let (line, hash) = record.seal();
        let length = self.file.metadata().map(|metadata| metadata.len());
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a record would prevent the next run from continuing this file.
            let _ = length.and_then(|length| self.file.set_len(length));
            return Err(text!(
                "cannot write the journal {}: {}",
                self.path.display().to_string(),
                error.to_string()
            ));
        }
        (self.head, self.seq) = (hash, self.seq + 1);
        Ok(())
    }
}

/// Opens or creates the file of a journal. Links are refused: another user may have placed them there.
fn opened(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    let there = match path.symlink_metadata() {
        Ok(there) => there,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            return options.create_new(true).open(path);
        }
        Err(error) => return Err(error),
    };
    let refused = |why| Err(Error::new(ErrorKind::InvalidInput, why));
    if there.is_symlink() {
        return refused("it is a link; name the file itself");
    }
    if !there.is_file() {
        return refused("it is not a regular file");
    }
    let file = options.open(path)?;
    // A link may have replaced the file since the check.
    if is_same(&there, &file.metadata()?) { Ok(file) } else { refused("it was replaced during opening") }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.file_type() == other.file_type()
}
