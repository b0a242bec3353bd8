//! The result of one round.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::answers::Counts;
use crate::planned::Planned;
use crate::reason::Reason;

/// The result of one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) reason: Reason,
    /// What happened, in one sentence.
    pub(crate) message: String,
    /// How long the service asked to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The last plan, if there was one.
    pub(crate) plan: Option<Planned>,
    /// The requests of all children.
    pub(crate) counts: Counts,
    /// The writes by action and outcome.
    pub(crate) writes: BTreeMap<(String, String), u64>,
}

impl Outcome {
    /// Returns the number of changes that were sent and done.
    pub(crate) fn sent(&self) -> u64 {
        self.writes.iter().filter(|((_, outcome), _)| outcome == "done").map(|(_, count)| count).sum()
    }

    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            retry_after: None,
            plan: None,
            counts: Counts::default(),
            writes: BTreeMap::new(),
        }
    }
}
