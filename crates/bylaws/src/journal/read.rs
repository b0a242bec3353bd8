//! A journal read back: its runs, and every fault of its chain.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::{After, Begin, Counts, Event, GENESIS, LONGEST, Record};
use crate::exit::Failure;
use bylaws_output::document::plan::ChangeDocument;

/// More faults are counted, not listed.
const LISTED: usize = 100;

/// What a journal holds.
pub(crate) struct Contents {
    pub(crate) runs: Vec<Run>,
    pub(crate) records: u64,
    /// Hash of the last record.
    pub(crate) head: String,
    /// What is wrong, with the line; none in a whole journal.
    pub(crate) faults: Vec<String>,
    /// How many records follow the one whose hash was asked for.
    pub(crate) since: Option<u64>,
}

/// One apply.
pub(crate) struct Run {
    pub(crate) at: String,
    pub(crate) begin: Begin,
    pub(crate) steps: Vec<Step>,
    /// `None` where the run was cut off.
    pub(crate) end: Option<Counts>,
}

/// One write: what was sent, and what became of it where that was recorded.
pub(crate) struct Step {
    pub(crate) change: ChangeDocument,
    pub(crate) after: Option<After>,
}

/// Reads a journal to its end, whatever is wrong on the way. `wanted` is a hash to look for.
pub(crate) fn read(path: &Path, wanted: Option<&str>) -> Result<Contents, Failure> {
    let failed = |error| Failure::Io { path: path.to_owned(), what: "read the journal", error };
    let file = std::fs::File::open(path).map_err(failed)?;
    search(file, wanted).map_err(failed)
}

/// The same of a file that is open already.
pub(super) fn of(file: impl Read) -> io::Result<Contents> {
    search(file, None)
}

fn search(file: impl Read, wanted: Option<&str>) -> io::Result<Contents> {
    let mut lines = BufReader::new(file);
    let mut reader = Reader {
        contents: Contents {
            runs: Vec::new(),
            records: 0,
            head: GENESIS.to_owned(),
            faults: Vec::new(),
            since: None,
        },
        wanted,
        line: 0,
        more: 0,
    };
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
    /// How many faults are counted only.
    more: u64,
}

impl Reader<'_> {
    fn line(&mut self, bytes: &[u8]) {
        self.line += 1;
        let Some(bytes) = bytes.strip_suffix(b"\n") else { return self.fault("it is cut off") };
        let record = match str::from_utf8(bytes).map_err(|_| "it is no text").and_then(Record::open) {
            Ok(record) => record,
            Err(reason) => return self.fault(reason),
        };
        let contents = &mut self.contents;
        if (record.previous != contents.head || record.seq != contents.records + 1)
            && contents.faults.is_empty()
        {
            self.fault("it does not follow from the one before: something was dropped, added or moved");
        }
        let contents = &mut self.contents;
        contents.records = record.seq;
        contents.since = contents.since.map(|since| since + 1);
        if self.wanted == Some(record.hash.as_str()) {
            contents.since = Some(0);
        }
        contents.head = record.hash;
        if let Err(reason) = place(&mut contents.runs, record.event, record.at) {
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
            self.contents.faults.push("it is empty".to_owned());
        }
        if self.more > 0 {
            self.contents.faults.push(format!("and {} more", self.more));
        }
        if let Some(wanted) = self.wanted
            && self.contents.since.is_none()
        {
            self.contents
                .faults
                .push(format!("no record has the hash {wanted}: what had it was cut off or rewritten"));
        }
        self.contents
    }
}

/// Puts an event where it belongs: into the last run, or at the head of a new one.
fn place(runs: &mut Vec<Run>, event: Event, at: String) -> Result<(), &'static str> {
    if let Event::Begin(begin) = event {
        runs.push(Run { at, begin, steps: Vec::new(), end: None });
        return Ok(());
    }
    let run = runs.last_mut().filter(|run| run.end.is_none()).ok_or("it belongs to no run")?;
    match event {
        Event::Begin(_) => {}
        Event::Before { change } => run.steps.push(Step { change: *change, after: None }),
        Event::After(after) => {
            // Several writes may be under way at once.
            let mut open = run.steps.iter_mut().rev().filter(|step| step.after.is_none());
            let step = open.find(|step| step.change.id == after.change);
            step.ok_or("it records the outcome of a change that was not sent")?.after = Some(after);
        }
        Event::End(counts) => run.end = Some(counts),
    }
    Ok(())
}
