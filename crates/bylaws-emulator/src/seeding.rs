//! The context for filling in a seed: the clock, the ids in use, the position in the list. Each kind decides
//! which fields may be missing and their defaults.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::ids;

/// The source of missing fields while one list of a seed is read.
pub(crate) struct Seeding {
    pub(crate) now: Timestamp,
    taken: BTreeSet<String>,
    nth: i64,
}

impl Seeding {
    /// `taken` contains the ids that the list itself names.
    pub(crate) fn new(now: Timestamp, taken: BTreeSet<String>) -> Self {
        Self { now, taken, nth: 0 }
    }

    /// Continues with the next item of the list.
    pub(crate) fn step(&mut self) {
        self.nth += 1;
    }

    /// Returns the given id, or one derived from `parts`.
    pub(crate) fn id(&mut self, given: Option<String>, prefix: &str, parts: &[&str]) -> String {
        given.unwrap_or_else(|| ids::fresh(prefix, parts, &mut self.taken))
    }

    /// Returns a time `days` before the clock. Each later item is a minute older, so that the service shows
    /// the list in its written order.
    pub(crate) fn days_ago(&self, days: i64) -> Timestamp {
        let back = SignedDuration::from_hours(days * 24) + SignedDuration::from_mins(self.nth);
        self.now.checked_sub(back).unwrap_or(Timestamp::MIN)
    }
}
