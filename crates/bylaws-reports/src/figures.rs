//! What reports add up: counts and money, without loss.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bylaws_engine::Amount;

/// A count that reports add up. Which of them a report has depends on the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Count {
    /// Input tokens that were not cached.
    UncachedInput,
    /// Tokens read from the cache.
    CacheRead,
    /// Tokens written to the 5-minute cache.
    CacheWrite5m,
    /// Tokens written to the 1-hour cache.
    CacheWrite1h,
    /// Tokens written to the cache, in reports that do not say to which.
    CacheWrite,
    /// Output tokens.
    Output,
    /// Web searches; these are not tokens.
    WebSearches,
    /// Sessions of Claude Code that were started.
    Sessions,
    /// Lines added by Claude Code.
    LinesAdded,
    /// Lines removed by Claude Code.
    LinesRemoved,
    /// Commits created by Claude Code.
    Commits,
    /// Pull requests opened by Claude Code.
    PullRequests,
    /// Accepted tool proposals.
    Accepted,
    /// Rejected tool proposals.
    Rejected,
}

impl Count {
    /// The counts that are tokens.
    const TOKENS: [Self; 6] = [
        Self::UncachedInput,
        Self::CacheRead,
        Self::CacheWrite5m,
        Self::CacheWrite1h,
        Self::CacheWrite,
        Self::Output,
    ];
}

/// Counts, and money in reports that have it. The default is zero.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Sums of the service's 64-bit counts, which cannot overflow in 128 bits.
    counts: BTreeMap<Count, u128>,
    /// `None` in reports without money.
    cost: Option<Amount>,
}

impl Figures {
    /// Zero, for what has no figures.
    pub(crate) const ZERO: Self = Self { counts: BTreeMap::new(), cost: None };

    /// Returns figures with these counts; a count that is given twice is added up.
    pub(crate) fn of(counts: impl IntoIterator<Item = (Count, u64)>) -> Self {
        let mut figures = Self::default();
        counts.into_iter().for_each(|(count, n)| figures.add_count(count, n.into()));
        figures
    }

    /// Adds money.
    #[must_use]
    pub fn with_cost(self, cost: Amount) -> Self {
        Self { cost: Some(cost), ..self }
    }

    fn add_count(&mut self, count: Count, more: u128) {
        let sum = self.counts.entry(count).or_default();
        *sum = sum.saturating_add(more);
    }

    /// Adds other figures, without loss.
    pub fn add(&mut self, more: &Self) {
        more.counts.iter().for_each(|(count, n)| self.add_count(*count, *n));
        if let Some(more) = &more.cost {
            *self.cost.get_or_insert_default() += more;
        }
    }

    /// Returns a count.
    pub(crate) fn count(&self, count: Count) -> u128 {
        self.counts.get(&count).copied().unwrap_or_default()
    }

    /// Returns the number of tokens of every kind.
    pub fn tokens(&self) -> u128 {
        Count::TOKENS.iter().fold(0, |sum, count| sum.saturating_add(self.count(*count)))
    }

    /// Returns the money; zero in reports without it.
    pub fn cost(&self) -> Amount {
        self.cost.clone().unwrap_or_default()
    }

    /// Returns the acceptance rate of proposals in percent; `None` if there were none.
    pub(crate) fn acceptance(&self) -> Option<u32> {
        let accepted = self.count(Count::Accepted);
        portion(accepted, accepted.saturating_add(self.count(Count::Rejected)), 100)
    }

    /// Returns whether everything is zero.
    pub fn is_zero(&self) -> bool {
        self.counts.values().all(|n| *n == 0) && self.cost.as_ref().is_none_or(Amount::is_zero)
    }

    /// Compares two figures of one report, for the order of rows: by money if it has any, then by tokens.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let size = |of: &Self| (of.tokens(), of.count(Count::WebSearches), of.count(Count::Sessions));
        self.cost().cmp(&other.cost()).then_with(|| size(self).cmp(&size(other)))
    }

    /// Returns how many of `parts` equal parts of `whole` this is, in money or else in tokens, rounded; `None` if
    /// `whole` is zero.
    pub(crate) fn portion(&self, whole: &Self, parts: u32) -> Option<u32> {
        match &whole.cost {
            Some(cost) => self.cost().portion_of(cost, parts),
            None => portion(self.tokens(), whole.tokens(), parts),
        }
    }
}

/// Returns `part / whole * parts`, rounded half up; `None` if `whole` is zero.
fn portion(part: u128, whole: u128, parts: u32) -> Option<u32> {
    if whole == 0 {
        return None;
    }
    // Beyond 2^96 the last bits make no visible difference and would overflow.
    let shift = 32_u32.saturating_sub(whole.max(part).leading_zeros());
    let (part, whole) = (part >> shift, (whole >> shift).max(1));
    let scaled = part.saturating_mul(u128::from(parts)).saturating_add(whole / 2) / whole;
    Some(u32::try_from(scaled).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::portion;

    #[test]
    fn portions_are_rounded_and_never_overflow() {
        for (part, whole, parts, expected) in [
            (0, 0, 8, None),
            (0, 5, 8, Some(0)),
            (5, 5, 8, Some(8)),
            (1, 3, 1000, Some(333)),
            (2, 3, 1000, Some(667)),
            (u128::MAX, u128::MAX, 1000, Some(1000)),
            (u128::MAX / 2, u128::MAX, 1000, Some(500)),
            (1, u128::MAX, 1000, Some(0)),
            (1 << 95, 1 << 96, 1000, Some(500)),
        ] {
            assert_eq!(portion(part, whole, parts), expected, "{part} of {whole}");
        }
    }
}
