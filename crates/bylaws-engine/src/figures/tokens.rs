//! Tokens of the Messages API. What they cost is another matter.

use std::cmp::Ordering;

use super::measure::{Measure, portion};

/// Tokens by kind, and searches. A sum of what the service counts in 64 bits never overflows in 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read, and in no cache.
    pub uncached_input: u128,
    /// Read from the cache.
    pub cache_read: u128,
    /// Written to the cache for five minutes.
    pub cache_write_5m: u128,
    /// Written to the cache for an hour.
    pub cache_write_1h: u128,
    /// Written.
    pub output: u128,
    /// Web searches; no tokens.
    pub web_searches: u128,
}

impl Tokens {
    /// Tokens of every kind.
    pub fn total(&self) -> u128 {
        [self.uncached_input, self.cache_read, self.cache_write_5m, self.cache_write_1h, self.output]
            .into_iter()
            .fold(0, u128::saturating_add)
    }

    /// Written to the cache, for however long.
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
