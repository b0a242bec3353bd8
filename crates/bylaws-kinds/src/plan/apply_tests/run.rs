//! Applies plans to the scripted service, with a journal, and compares what happened with the expected lines.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bylaws_engine::text::Text;
use bylaws_engine::{Change, Outcome, Parallelism, Report, Watch, apply};

use super::service::{Script, Service};
use crate::plan::tests::world::{World, same};
use crate::readings;

/// Fails at its n-th record, counted from 1.
#[derive(Default)]
pub(crate) struct Journal {
    records: Vec<String>,
    full_at: usize,
    before_only: bool,
}

impl Journal {
    fn record(&mut self, record: String, counts: bool) -> Result<(), Text> {
        self.records.push(record);
        let counted = self.records.iter().filter(|record| !self.before_only || record.starts_with("before"));
        let is_full = counts && counted.count() == self.full_at;
        if is_full { Err("the journal is full".into()) } else { Ok(()) }
    }

    pub(crate) fn records(self) -> Vec<String> {
        self.records
    }

    /// Returns the records, sorted, because their order depends on the parallelism.
    pub(crate) fn sorted(mut self) -> Vec<String> {
        self.records.sort();
        self.records
    }
}

impl Watch for Journal {
    fn before(&mut self, change: &Change) -> Result<(), Text> {
        self.record(format!("before {}", change.id), true)
    }

    fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), Text> {
        self.record(format!("after {} {}", change.id, outcome.as_str()), !self.before_only)
    }

    fn passed(&mut self, _: &Change, _: &Outcome) {}
}

/// Applies the plan of these files, and compares calls and report with the expected lines.
#[track_caller]
pub(crate) fn run(files: &str, live: &str, script: Script, expected: &str) {
    run_watched(files, live, script, Journal::default(), expected);
}

/// Does the same with a journal that fails at its n-th record.
#[track_caller]
pub(crate) fn run_full(
    files: &str,
    live: &str,
    script: Script,
    full_at: usize,
    before_only: bool,
    expected: &str,
) {
    run_watched(files, live, script, Journal { full_at, before_only, ..Journal::default() }, expected);
}

#[track_caller]
fn run_watched(files: &str, live: &str, script: Script, journal: Journal, expected: &str) {
    let shows_reads = script.shows_reads;
    let (service, report, _) = applied(files, live, script, journal);
    let calls = service.calls.lock().unwrap();
    let shown = calls.iter().filter(|call| shows_reads || call.starts_with("send"));
    let calls: Vec<&str> = shown.map(String::as_str).collect();
    same(&format!("{}\n{}", calls.join("\n"), lines(&report)), expected);
}

/// Applies the plan of these files.
pub(crate) fn applied(
    files: &str,
    live: &str,
    script: Script,
    mut journal: Journal,
) -> (Service, Report, Journal) {
    let world = World::new(
        &format!("unlisted members ignore\nunlisted api_keys ignore\naccess_loss 9999 100%\n{files}"),
        live,
    );
    let approved = world.plan().approve().expect("no guard refuses");
    let readings = readings(&world.live, |_| Duration::ZERO);
    let most = Parallelism::new(script.at_once.unwrap_or(1)).unwrap();
    let service = Service::new(script, &world.live, &approved.plan().changes);
    let report = block_on(apply(approved, readings, most, &service, &mut journal));
    (service, report, journal)
}

pub(crate) fn lines(report: &Report) -> String {
    let entries = report.entries.iter().map(|(change, outcome)| {
        let said = outcome.message().map_or(String::new(), |message| format!(": {message}"));
        format!("{} {}{said}", outcome.as_str(), change.id)
    });
    entries
        .chain(report.stopped.iter().map(|reason| format!("stopped: {reason}")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// All waiting tasks wake themselves.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("it never ends");
}
