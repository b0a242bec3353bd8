//! A row of small bars: figures over time, by bucket. The lowest bar means zero, and nothing else does.

use crate::figures::Figures;
use crate::table::Row;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns at most `width` bars; if there are more buckets, neighbors are summed.
pub(crate) fn trend(row: &Row, buckets: usize, width: usize) -> String {
    let each = per_bar(buckets, width);
    let bar = |first: usize| {
        let mut sum = Figures::default();
        (first..(first + each).min(buckets)).for_each(|place| sum.add(row.at(place)));
        sum
    };
    let bars: Vec<Figures> = (0..buckets).step_by(each).map(bar).collect();
    let Some(most) = bars.iter().max_by(|one, other| one.compare(other)) else { return String::new() };
    let level = |sum: &Figures| match sum.portion(most, 6) {
        _ if sum.is_zero() => 0,
        // The smallest positive value must not look like zero.
        Some(level) => 1 + usize::try_from(level.min(6)).unwrap_or(0),
        None => 1,
    };
    bars.iter().filter_map(|sum| BARS.get(level(sum))).collect()
}

/// Returns the number of buckets per bar.
pub(crate) fn per_bar(buckets: usize, width: usize) -> usize {
    buckets.div_ceil(width.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Count;
    use crate::table::{Fact, Table};

    fn drawn(outputs: &[u64], width: usize) -> String {
        let at = |n: usize| jiff::Timestamp::from_second(i64::try_from(n).unwrap() * 86_400).unwrap();
        let facts = outputs.iter().enumerate().map(|(n, output)| Fact {
            at: at(n),
            key: vec![],
            figures: Figures::of([(Count::Output, *output)]),
        });
        let table = Table::of((0..outputs.len()).map(at).collect(), facts);
        trend(&table.total, outputs.len(), width)
    }

    #[test]
    fn only_zero_is_the_lowest_bar() {
        assert_eq!(drawn(&[0, 1, 2, 3, 4, 5, 6], 31), "▁▃▄▅▆▇█");
        assert_eq!(drawn(&[0, 1, 1_000_000], 31), "▁▂█");
        assert_eq!(drawn(&[0, 0, 0], 31), "▁▁▁");
        assert_eq!(drawn(&[1, 1, 1, 1, 4], 3), "▅▅█");
        assert_eq!(drawn(&[], 31), "");
    }
}
