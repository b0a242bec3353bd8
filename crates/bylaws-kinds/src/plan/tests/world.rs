//! One organization with its files on one day.

use bylaws_engine::guards::Guards;
use bylaws_engine::{Clocks, Plan};
use jiff::civil::Date;

use super::words::date;
use super::{files, live_side, shown};
use crate::base::{Base, Basis};
use crate::desired::Desired;
use crate::live::Live;
use crate::plan::plan;

pub(crate) struct World {
    pub(crate) desired: Desired,
    pub(crate) live: Live,
    pub(crate) today: Date,
    pub(crate) clocks: Clocks,
    pub(crate) guards_file: Option<Guards>,
    pub(crate) base: Option<Desired>,
}

/// The day of every test.
pub(crate) fn today() -> Date {
    date("2026-11-21")
}

impl World {
    pub(crate) fn new(files: &str, live: &str) -> Self {
        let (desired, live) = (files::desired(files), live_side::live(live));
        Self { desired, live, today: today(), clocks: Clocks::Agree, guards_file: None, base: None }
    }

    pub(crate) fn with_guards_file(mut self, text: &str) -> Self {
        self.guards_file = Some(files::guards(text));
        self
    }

    /// Adds the files of the base.
    pub(crate) fn on(mut self, base: &str) -> Self {
        self.base = Some(files::desired(base));
        self
    }

    /// Makes the clocks disagree about the day.
    pub(crate) fn in_doubt(mut self) -> Self {
        self.clocks = Clocks::Disagree;
        self
    }

    pub(crate) fn basis(&self) -> Basis<'_> {
        Basis {
            desired: &self.desired,
            guards_file: self.guards_file.as_ref(),
            today: self.today,
            clocks: self.clocks,
            base: self.base.as_ref().map(Base::Files),
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        plan(&self.basis(), &self.live)
    }
}

/// Returns the whole plan as lines.
pub(crate) fn planned(files: &str, live: &str) -> String {
    shown::plan(&World::new(files, live).plan())
}

/// Compares line by line, ignoring white space around the lines.
#[track_caller]
pub(crate) fn same(got: &str, expected: &str) {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(lines(got).join("\n"), lines(expected).join("\n"), "\ngot:\n{got}");
}

/// Plans and compares with the expected lines.
#[track_caller]
pub(crate) fn check(files: &str, live: &str, expected: &str) {
    same(&planned(files, live), expected);
}
