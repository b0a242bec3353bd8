//! When the lists of a reading arrived: apply writes nothing on a list that has become too old.

use std::collections::BTreeMap;
use std::time::Duration;

use bylaws_engine::{List, Live, Readings};
use tokio::time::Instant;

/// When each list of a reading arrived.
#[derive(Clone, Debug)]
pub(crate) struct ReadTimes {
    start: Instant,
    arrived: BTreeMap<List, Duration>,
}

impl ReadTimes {
    /// A list that is not named counts as read when the reading began.
    pub(crate) fn begun(start: Instant) -> Self {
        Self { start, arrived: BTreeMap::new() }
    }

    /// The last page of a list arrived so long after the beginning.
    pub(super) fn arrived(&mut self, list: List, after: Duration) {
        self.arrived.insert(list, after);
    }

    /// The beginning.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// The lists, each with its time.
    pub(crate) fn of(&self, live: &Live) -> Readings {
        Readings::of(live, |list| self.arrived.get(list).copied().unwrap_or_default())
    }
}
