//! Reads a journal: its runs, and every fault of its chain.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use bylaws_output::document::plan::ChangeDocument;

use super::{After, Begin, Counts, Event, GENESIS, LONGEST, Record};
use crate::exit::Failure;

/// Further faults are counted, not listed.
const LISTED: usize = 100;

pub(crate) struct Contents {
    pub(crate) runs: Vec<Run>,
    pub(crate) records: u64,
    /// The hash of the last record.
    pub(crate) head: String,
    /// The faults with their lines; empty for a valid journal.
    pub(crate) faults: Vec<String>,
    /// The number of records after the one with the requested hash.
    pub(crate) since: Option<u64>,
}

impl Contents {
    pub(crate) fn writes(&self) -> usize {
        self.runs.iter().map(|run| run.steps.len()).sum()
    }
}

/// The records of one apply.
pub(crate) struct Run {
    pub(crate) at: String,
    pub(crate) begin: Begin,
    pub(crate) steps: Vec<Step>,
    /// The counts at the end; `None` if the run was interrupted.
    pub(crate) end: Option<Counts>,
}

/// One write: the request, and its outcome if it was recorded.
pub(crate) struct Step {
    pub(crate) change: ChangeDocument,
    /// The time before it was sent, by the service's clock if it was recorded.
    pub(crate) at: String,
    /// Whether it counts toward the limits of guards for 24 hours.
    pub(crate) counted: bool,
    pub(crate) after: Option<After>,
}

/// Reads a journal to its end, including faults. `wanted` is the hash of a record to find.
pub(crate) fn read(path: &Path, wanted: Option<&str>) -> Result<Contents, Failure> {
    let failed = Failure::io(path, "read the journal");
    let file = std::fs::File::open(path).map_err(&failed)?;
    search(file, wanted).map_err(failed)
}

/// Reads a journal from an open file, as [`read`] does.
pub(super) fn search(file: impl Read, wanted: Option<&str>) -> io::Result<Contents> {
    let mut lines = BufReader::new(file);
    let head = GENESIS.to_owned();
    let contents = Contents { runs: Vec::new(), records: 0, head, faults: Vec::new(), since: None };
    let mut reader = Reader { contents, wanted, line: 0, more: 0 };
    loop {
        let mut bytes = Vec::new();
        let length = Read::by_ref(&mut lines).take(LONGEST).read_until(b'\n', &mut bytes)?;
        if length == 0 {
            return Ok(reader.finish());
        }
        reader.line(&bytes);
    }
}

struct Reader<'a> {
    contents: Contents,
    wanted: Option<&'a str>,
    line: u64,
    /// The number of faults that are only counted.
    more: u64,
}

impl Reader<'_> {
    fn line(&mut self, bytes: &[u8]) {
        self.line += 1;
        let Some(bytes) = bytes.strip_suffix(b"\n") else { return self.fault("the record is cut off") };
        let record = match str::from_utf8(bytes).map_err(|_| "not a text").and_then(Record::open) {
            Ok(record) => record,
            Err(reason) => return self.fault(reason),
        };
        let contents = &mut self.contents;
        if (record.previous != contents.head || record.seq != contents.records + 1)
            && contents.faults.is_empty()
        {
            self.fault("the record does not follow the previous one: a record was removed, added or moved");
        }
        let contents = &mut self.contents;
        contents.records = record.seq;
        contents.since = contents.since.map(|since| since + 1);
        if self.wanted == Some(record.hash.as_str()) {
            contents.since = Some(0);
        }
        contents.head = record.hash;
        if let Err(reason) = place(&mut contents.runs, record.event, record.at, record.service_at) {
            self.fault(reason);
        }
    }

    fn fault(&mut self, reason: &str) {
        if self.contents.faults.len() < LISTED {
            self.contents.faults.push(format!("line {}: {reason}", self.line));
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Contents {
        if self.line == 0 {
            self.contents.faults.push("the journal is empty".to_owned());
        }
        if self.more > 0 {
            self.contents.faults.push(format!("and {} more", self.more));
        }
        if let Some(wanted) = self.wanted
            && self.contents.since.is_none()
        {
            self.contents
                .faults
                .push(format!("no record has the hash {wanted}: that record was cut off or rewritten"));
        }
        self.contents
    }
}

/// Adds an event to the last run, or to a new one.
fn place(
    runs: &mut Vec<Run>,
    event: Event,
    at: String,
    service_at: Option<String>,
) -> Result<(), &'static str> {
    if let Event::Begin(begin) = event {
        runs.push(Run { at, begin, steps: Vec::new(), end: None });
        return Ok(());
    }
    let run = runs.last_mut().filter(|run| run.end.is_none()).ok_or("the record is not part of a run")?;
    match event {
        Event::Begin(_) => {}
        Event::Before { change, counted } => {
            run.steps.push(Step { change: *change, at: service_at.unwrap_or(at), counted, after: None });
        }
        Event::After(after) => {
            // Several writes may be in flight at once.
            let mut open = run.steps.iter_mut().rev().filter(|step| step.after.is_none());
            let step = open.find(|step| step.change.id == after.change);
            step.ok_or("the record is the outcome of a change that was not sent")?.after = Some(after);
        }
        Event::End(counts) => run.end = Some(counts),
    }
    Ok(())
}
