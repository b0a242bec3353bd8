//! Claude Code activity.

use std::cmp::Ordering;

use super::measure::{Measure, portion};
use bylaws_engine::Amount;

/// Activity, tokens and their estimated cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// The number of sessions started.
    pub sessions: u128,
    /// The number of lines added.
    pub lines_added: u128,
    /// The number of lines removed.
    pub lines_removed: u128,
    /// The number of commits created.
    pub commits: u128,
    /// The number of pull requests opened.
    pub pull_requests: u128,
    /// The number of accepted tool proposals.
    pub accepted: u128,
    /// The number of rejected tool proposals.
    pub rejected: u128,
    /// Input tokens that were not cached.
    pub input: u128,
    /// The number of output tokens.
    pub output: u128,
    /// Tokens read from the cache.
    pub cache_read: u128,
    /// Tokens written to the cache.
    pub cache_creation: u128,
    /// The cost of the tokens, as estimated by the service.
    pub estimated_cost: Amount,
}

impl Activity {
    /// Returns the number of tokens of every kind.
    pub fn tokens(&self) -> u128 {
        [self.input, self.output, self.cache_read, self.cache_creation]
            .into_iter()
            .fold(0, u128::saturating_add)
    }

    /// Returns the acceptance rate of proposals in percent; `None` if there were none.
    pub fn acceptance(&self) -> Option<u32> {
        portion(self.accepted, self.accepted.saturating_add(self.rejected), 100)
    }
}

impl Measure for Activity {
    fn add(&mut self, more: &Self) {
        let sum = |to: &mut u128, more: u128| *to = to.saturating_add(more);
        sum(&mut self.sessions, more.sessions);
        sum(&mut self.lines_added, more.lines_added);
        sum(&mut self.lines_removed, more.lines_removed);
        sum(&mut self.commits, more.commits);
        sum(&mut self.pull_requests, more.pull_requests);
        sum(&mut self.accepted, more.accepted);
        sum(&mut self.rejected, more.rejected);
        sum(&mut self.input, more.input);
        sum(&mut self.output, more.output);
        sum(&mut self.cache_read, more.cache_read);
        sum(&mut self.cache_creation, more.cache_creation);
        self.estimated_cost += &more.estimated_cost;
    }

    fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    fn compare(&self, other: &Self) -> Ordering {
        let rest = |activity: &Self| (activity.tokens(), activity.sessions);
        self.estimated_cost.cmp(&other.estimated_cost).then_with(|| rest(self).cmp(&rest(other)))
    }

    fn portion(&self, whole: &Self, parts: u32) -> Option<u32> {
        self.estimated_cost.portion_of(&whole.estimated_cost, parts)
    }
}
