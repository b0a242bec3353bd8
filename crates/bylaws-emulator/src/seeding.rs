//! What filling in a seed needs to know: the clock, the ids that are taken, the place in the list.
//! Leaves to each kind which of its fields may be missing and what they become.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::ids;

/// Where missing fields come from while one list of a seed is read.
pub(crate) struct Seeding {
    pub(crate) now: Timestamp,
    taken: BTreeSet<String>,
    nth: i64,
}

impl Seeding {
    /// `taken`: the ids that the list itself names.
    pub(crate) fn new(now: Timestamp, taken: BTreeSet<String>) -> Self {
        Self { now, taken, nth: 0 }
    }

    /// On to the next item of the list.
    pub(crate) fn step(&mut self) {
        self.nth += 1;
    }

    /// The id given, or one that follows from `parts`.
    pub(crate) fn id(&mut self, given: Option<String>, prefix: &str, parts: &[&str]) -> String {
        given.unwrap_or_else(|| ids::fresh(prefix, parts, &mut self.taken))
    }

    /// A time `days` before the clock. Later items are a minute older each, so that the list as
    /// written is the list as the service shows it.
    pub(crate) fn days_ago(&self, days: i64) -> Timestamp {
        let back = SignedDuration::from_hours(days * 24) + SignedDuration::from_mins(self.nth);
        self.now.checked_sub(back).unwrap_or(Timestamp::MIN)
    }
}
