//! What people did with Claude Code.

use std::cmp::Ordering;

use super::measure::{Measure, portion};
use crate::Amount;

/// Work, tokens and their estimated cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Sessions begun.
    pub sessions: u128,
    /// Lines written.
    pub lines_added: u128,
    /// Lines deleted.
    pub lines_removed: u128,
    /// Commits made.
    pub commits: u128,
    /// Pull requests opened.
    pub pull_requests: u128,
    /// Proposals of tools that were taken.
    pub accepted: u128,
    /// Proposals of tools that were turned down.
    pub rejected: u128,
    /// Tokens read that were in no cache.
    pub input: u128,
    /// Tokens written.
    pub output: u128,
    /// Tokens read from the cache.
    pub cache_read: u128,
    /// Tokens written to the cache.
    pub cache_creation: u128,
    /// What the tokens cost, by the service's estimate.
    pub estimated_cost: Amount,
}

impl Activity {
    /// Tokens of every kind.
    pub fn tokens(&self) -> u128 {
        [self.input, self.output, self.cache_read, self.cache_creation]
            .into_iter()
            .fold(0, u128::saturating_add)
    }

    /// How many of a hundred proposals were taken; `None` where there were none.
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
