//! A test that is a row of the scorecard: it counts its cases, and its size depends on `BYLAWS_CASES`.

use std::ops::Range;

/// Returns the number in an environment variable.
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Returns whether a row checks all its cases: `BYLAWS_CASES` is 10,000 or more.
pub(crate) fn is_full() -> bool {
    number("BYLAWS_CASES").is_some_and(|cases| cases >= 10_000)
}

/// Returns `all` if a row checks all its cases, otherwise `few`.
pub(crate) fn all_or<T>(few: T, all: T) -> T {
    if is_full() { all } else { few }
}

/// Returns the seeds of a row with random cases; `BYLAWS_SEED=N` selects one.
pub(crate) fn cases(few: u64, all: u64) -> Range<u64> {
    number("BYLAWS_SEED").map_or(0..all_or(few, all), |seed| seed..seed + 1)
}

/// Counts the cases of a row, and prints them for the scorecard when the test ends. A row without a case fails.
#[derive(Default)]
pub(crate) struct Row {
    cases: u64,
    figures: Vec<String>,
}

impl Row {
    /// One case. `otherwise` says what to look at if it does not hold.
    #[track_caller]
    pub(crate) fn case(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.cases += 1;
        assert!(holds, "case {}: {}", self.cases, otherwise());
    }

    /// One case that says why it does not hold.
    #[track_caller]
    pub(crate) fn told(&mut self, name: &str, told: Result<(), String>) {
        let why = told.err();
        self.case(why.is_none(), || format!("{name}: {}", why.unwrap_or_default()));
    }

    /// Adds cases that were checked elsewhere.
    pub(crate) fn add(&mut self, cases: u64) {
        self.cases += cases;
    }

    /// Adds a figure to the page of the scorecard.
    pub(crate) fn figure(&mut self, text: String) {
        self.figures.push(text);
    }
}

impl Drop for Row {
    #[expect(clippy::print_stdout, reason = "the test runner keeps it for the scorecard")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        assert!(self.cases > 0, "a row without a case");
        let figures: String = self.figures.iter().map(|figure| format!("; {figure}")).collect();
        println!("cases: {}{figures}", self.cases);
    }
}
