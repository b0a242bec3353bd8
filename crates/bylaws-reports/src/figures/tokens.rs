//! Tokens of the Messages API, without their cost.

use std::cmp::Ordering;

use super::measure::{Measure, portion};

/// Tokens by kind, and web searches. Sums of the service's 64-bit counts cannot overflow in 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Input tokens that were not cached.
    pub uncached_input: u128,
    /// Tokens read from the cache.
    pub cache_read: u128,
    /// Tokens written to the 5-minute cache.
    pub cache_write_5m: u128,
    /// Tokens written to the 1-hour cache.
    pub cache_write_1h: u128,
    /// The number of output tokens.
    pub output: u128,
    /// Web searches; these are not tokens.
    pub web_searches: u128,
}

impl Tokens {
    /// Returns the number of tokens of every kind.
    pub fn total(&self) -> u128 {
        [self.uncached_input, self.cache_read, self.cache_write_5m, self.cache_write_1h, self.output]
            .into_iter()
            .fold(0, u128::saturating_add)
    }

    /// Returns the tokens written to either cache.
    pub fn cache_write(&self) -> u128 {
        self.cache_write_5m.saturating_add(self.cache_write_1h)
    }
}

impl Measure for Tokens {
    fn add(&mut self, more: &Self) {
        let sum = |to: &mut u128, more: u128| *to = to.saturating_add(more);
        sum(&mut self.uncached_input, more.uncached_input);
        sum(&mut self.cache_read, more.cache_read);
        sum(&mut self.cache_write_5m, more.cache_write_5m);
        sum(&mut self.cache_write_1h, more.cache_write_1h);
        sum(&mut self.output, more.output);
        sum(&mut self.web_searches, more.web_searches);
    }

    fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.total(), self.web_searches).cmp(&(other.total(), other.web_searches))
    }

    fn portion(&self, whole: &Self, parts: u32) -> Option<u32> {
        portion(self.total(), whole.total(), parts)
    }
}
