//! The times at which lists were read: apply sends no writes based on a list that is too old.

use std::collections::BTreeMap;
use std::time::Duration;

use bylaws_engine::writer::{List, Readings};
use bylaws_kinds::Live;
use tokio::time::Instant;

/// The time at which each list of a reading arrived.
#[derive(Clone, Debug)]
pub(crate) struct ReadTimes {
    start: Instant,
    arrived: BTreeMap<List, Duration>,
}

impl ReadTimes {
    /// A list without an entry counts as read at the start.
    pub(crate) fn begun(start: Instant) -> Self {
        Self { start, arrived: BTreeMap::new() }
    }

    /// Records that the last page of a list arrived this long after the start.
    pub(super) fn arrived(&mut self, list: List, after: Duration) {
        self.arrived.insert(list, after);
    }

    /// Returns the start of the reading.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// Returns the lists with their times.
    pub(crate) fn of(&self, live: &Live) -> Readings {
        bylaws_kinds::readings(live, |list| self.arrived.get(list).copied().unwrap_or_default())
    }
}
