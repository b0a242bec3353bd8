//! A row, how it is judged, and the table and page it becomes a line of.

use std::fmt::{self, Write as _};
use std::time::{Duration, Instant};

/// How many cases are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// A minute or two, for every change.
    Quick,
    /// As many as the promise speaks of.
    Full,
}

impl Profile {
    /// A number of cases.
    pub(crate) fn cases(self, quick: u64, full: u64) -> u64 {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// One promise.
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) promise: &'static str,
    /// Played by processes in real time, so that a busy machine may change the outcome.
    pub(crate) is_timed: bool,
    check: Check,
}

enum Check {
    Done(fn(&mut Tally, Profile)),
    Left(Left),
}

/// Why a row has no cases.
#[derive(Clone, Copy)]
enum Left {
    /// Nothing here proves it yet.
    Missing(&'static str),
    /// There is nothing that the promise could be about.
    NotOurs(&'static str),
}

impl Row {
    pub(crate) fn new(id: &'static str, promise: &'static str, check: fn(&mut Tally, Profile)) -> Self {
        Self { id, promise, is_timed: false, check: Check::Done(check) }
    }

    /// The same, played in real time.
    pub(crate) fn timed(id: &'static str, promise: &'static str, check: fn(&mut Tally, Profile)) -> Self {
        Self { is_timed: true, ..Self::new(id, promise, check) }
    }

    /// A promise that nothing here proves yet, and why.
    #[expect(dead_code, reason = "for the next promise: all of today are proved, or do not apply")]
    pub(crate) fn missing(id: &'static str, promise: &'static str, why: &'static str) -> Self {
        Self { id, promise, is_timed: false, check: Check::Left(Left::Missing(why)) }
    }

    /// A promise that other tools make and that has nothing to hold for here, and why.
    pub(crate) fn not_ours(id: &'static str, promise: &'static str, why: &'static str) -> Self {
        Self { id, promise, is_timed: false, check: Check::Left(Left::NotOurs(why)) }
    }

    pub(crate) fn judge(self, profile: Profile) -> Line {
        let start = Instant::now();
        let mut tally = Tally::default();
        let left = match self.check {
            Check::Done(check) => {
                check(&mut tally, profile);
                None
            }
            Check::Left(left) => Some(left),
        };
        Line {
            id: self.id,
            promise: self.promise,
            is_timed: self.is_timed,
            passed: tally.passed,
            total: tally.total,
            figures: tally.figures,
            failures: tally.failures,
            left,
            took: start.elapsed(),
        }
    }
}

/// Counts cases; keeps what is said of the first failures.
#[derive(Default)]
pub(crate) struct Tally {
    passed: u64,
    total: u64,
    figures: Vec<String>,
    failures: Vec<String>,
}

impl Tally {
    /// One case. `otherwise` says what to look at where it did not hold.
    pub(crate) fn case(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.total += 1;
        if holds {
            self.passed += 1;
        } else if self.failures.len() < 5 {
            self.failures.push(otherwise());
        }
    }

    /// One case that tells why it does not hold.
    pub(crate) fn told(&mut self, name: &str, told: Result<(), String>) {
        let why = told.err();
        self.case(why.is_none(), || format!("{name}: {}", why.unwrap_or_default()));
    }

    /// A figure worth printing beside the counts.
    pub(crate) fn figure(&mut self, text: String) {
        self.figures.push(text);
    }
}

/// A judged row.
pub(crate) struct Line {
    id: &'static str,
    promise: &'static str,
    is_timed: bool,
    passed: u64,
    total: u64,
    figures: Vec<String>,
    pub(crate) failures: Vec<String>,
    left: Option<Left>,
    took: Duration,
}

impl Line {
    /// Every case held. A row that was left out is no failure; a row without a case is one.
    pub(crate) fn holds(&self) -> bool {
        self.left.is_some() || self.total > 0 && self.passed == self.total
    }

    fn result(&self) -> String {
        let mut text = match self.left {
            Some(Left::Missing(why)) => format!("not proved here: {why}"),
            Some(Left::NotOurs(why)) => format!("does not apply: {why}"),
            None => format!("{} of {}", self.passed, self.total),
        };
        for figure in &self.figures {
            text = format!("{text}; {figure}");
        }
        text
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (self.left, self.holds()) {
            (Some(_), _) => "–",
            (None, true) => "✓",
            (None, false) => "✗",
        };
        write!(f, "{sign} {:4} {}: {} ({:.1?})", self.id, self.promise, self.result(), self.took)
    }
}

/// The last line of the table.
pub(crate) fn total(lines: &[Line]) -> String {
    let done: Vec<&Line> = lines.iter().filter(|line| line.left.is_none()).collect();
    let hold = done.iter().filter(|line| line.holds()).count();
    let cases: u64 = done.iter().map(|line| line.total).sum();
    let missing = lines.iter().filter(|line| matches!(line.left, Some(Left::Missing(_)))).count();
    let not_ours = lines.iter().filter(|line| matches!(line.left, Some(Left::NotOurs(_)))).count();
    let rows = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
    let mut text = format!("{hold} of {} rows hold over {cases} cases", done.len());
    if missing > 0 {
        let _ = write!(text, "; {} not proved here yet", rows(missing));
    }
    if not_ours > 0 {
        let _ = write!(text, "; {} with nothing to hold for", rows(not_ours));
    }
    text
}

/// The page of the documentation.
pub(crate) fn page(lines: &[Line], profile: Profile) -> String {
    let word = match profile {
        Profile::Quick => "quick",
        Profile::Full => "full",
    };
    let timed: Vec<&str> = lines.iter().filter(|line| line.is_timed).map(|line| line.id).collect();
    let timed = match timed.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => timed.concat(),
    };
    let mut page = format!(
        "# Scorecard\n\n\
         What Bylaws promises, and how many cases of each promise held, against the emulator that ships with\n\
         it, over real HTTP. Made by `cargo bench -p bylaws --bench scorecard -- --{word} --write`; seeds are\n\
         fixed; only {timed} are played by processes in real time and may differ from\n\
         run to run. A line without figures says why there are none.\n\n\
         That no row is unable to fail, and which small fault in the code turns each one red, shows\n\
         [another page](scorecard-breaks.md).\n\n\
         | | promise | held |\n| --- | --- | --- |\n"
    );
    for line in lines {
        let _ = writeln!(page, "| {} | {} | {} |", line.id, line.promise, line.result());
    }
    page + "\n" + &total(lines) + ".\n"
}
