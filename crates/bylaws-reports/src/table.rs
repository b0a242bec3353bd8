//! Figures in rows and buckets: one row per combination of dimension values.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::figures::Figures;
use crate::range::day_of;

/// The values of some dimensions, one each; `None` where the service gives none.
pub type Key = Vec<Option<String>>;

/// Figures with their time and key.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The time; a moment outside all buckets counts in the nearest one.
    pub at: Timestamp,
    /// One value per dimension.
    pub key: Key,
    /// The figures to add up.
    pub figures: Figures,
}

impl Fact {
    /// Returns the day (UTC) of the figures.
    pub fn day(&self) -> Date {
        day_of(self.at)
    }

    /// Returns the values of the first dimensions.
    pub fn ids<const N: usize>(&self) -> [Option<&str>; N] {
        std::array::from_fn(|at| self.key.get(at)?.as_deref())
    }
}

/// Rows and their sums, bucket by bucket.
#[derive(Clone, Debug)]
pub struct Table {
    /// The start of each bucket, oldest first.
    pub buckets: Vec<Timestamp>,
    /// The rows, largest first.
    pub rows: Vec<Row>,
    /// The number of rows that were merged into one, which has no key, and their sums.
    pub others: Option<(usize, Row)>,
    /// The total, merged rows included.
    pub total: Row,
}

/// The figures of one combination.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// One value per dimension.
    pub key: Key,
    /// The sum over all buckets.
    pub sum: Figures,
    /// Figures other than zero, by bucket index.
    series: BTreeMap<usize, Figures>,
}

impl Row {
    fn add(&mut self, place: usize, figures: &Figures) {
        self.sum.add(figures);
        self.series.entry(place).or_default().add(figures);
    }

    /// Returns the figures of a bucket by index.
    pub fn at(&self, place: usize) -> &Figures {
        const ZERO: &Figures = &Figures::ZERO;
        self.series.get(&place).unwrap_or(ZERO)
    }

    /// Returns the index of the last bucket with a figure.
    pub fn last_used(&self) -> Option<usize> {
        self.series.iter().rev().find(|(_, figures)| !figures.is_zero()).map(|(place, _)| *place)
    }
}

impl Table {
    /// Sums the figures. Rows of zero, which the service may report, are left out.
    pub fn of(buckets: Vec<Timestamp>, facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut rows: BTreeMap<Key, Row> = BTreeMap::new();
        let mut total = Row::default();
        for fact in facts.into_iter().filter(|fact| !fact.figures.is_zero()) {
            let place = buckets.partition_point(|start| *start <= fact.at).saturating_sub(1);
            total.add(place, &fact.figures);
            rows.entry(fact.key).or_default().add(place, &fact.figures);
        }
        let mut rows: Vec<Row> = rows.into_iter().map(|(key, row)| Row { key, ..row }).collect();
        // The sort is stable: rows of equal size stay in the order of their keys.
        rows.sort_by(|one, other| other.sum.compare(&one.sum));
        Self { buckets, rows, others: None, total }
    }

    /// Sorts the rows by key instead, for days.
    #[must_use]
    pub fn by_key(mut self) -> Self {
        self.rows.sort_by(|one, other| one.key.cmp(&other.key));
        self
    }

    /// Keeps the `most` largest rows and merges the rest into one.
    #[must_use]
    pub fn top(mut self, most: usize) -> Self {
        if self.rows.len() <= most {
            return self;
        }
        let rest = self.rows.split_off(most);
        let mut row = Row::default();
        for (place, figures) in rest.iter().flat_map(|other| &other.series) {
            row.add(*place, figures);
        }
        self.others = Some((rest.len(), row));
        self
    }

    /// Returns all rows: the named ones, that of the others, and the total.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().chain(self.others.iter().map(|(_, row)| row)).chain([&self.total])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Count;
    use bylaws_engine::Amount;

    fn at(day: usize) -> Timestamp {
        format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn tokens(output: u64) -> Figures {
        Figures::of([(Count::Output, output)])
    }

    /// Builds a table of days from facts `key day output`.
    fn table(days: usize, facts: &[(&str, usize, u64)]) -> Table {
        let starts = (1..=days).map(|day| format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()).collect();
        let fact = |&(key, day, output): &(&str, usize, u64)| Fact {
            at: at(day),
            key: vec![(key != "-").then(|| key.to_owned())],
            figures: tokens(output),
        };
        Table::of(starts, facts.iter().map(fact))
    }

    /// Formats rows as `a=3:1 . 2`: the key, the sum and every bucket; `.` for zero.
    fn shown(table: &Table) -> String {
        let places = 0..table.buckets.len();
        let row = |name: &str, row: &Row| {
            let series = places
                .clone()
                .map(|place| row.at(place))
                .map(|at| if at.is_zero() { ".".to_owned() } else { at.tokens().to_string() });
            format!("{name}={}:{}", row.sum.tokens(), series.collect::<Vec<_>>().join(" "))
        };
        let mut lines: Vec<String> =
            table.rows.iter().map(|r| row(r.key[0].as_deref().unwrap_or("-"), r)).collect();
        lines.extend(table.others.iter().map(|(n, others)| row(&format!("others({n})"), others)));
        lines.push(row("total", &table.total));
        lines.join("; ")
    }

    #[test]
    fn rows_are_sorted_sums_and_nothing_is_lost() {
        let table = table(3, &[("a", 1, 1), ("b", 3, 5), ("a", 3, 2), ("-", 2, 5), ("c", 2, 0), ("b", 3, 1)]);
        assert_eq!(shown(&table), "b=6:. . 6; -=5:. 5 .; a=3:1 . 2; total=14:1 5 8");
        assert_eq!(shown(&table.clone().top(1)), "b=6:. . 6; others(2)=8:1 5 2; total=14:1 5 8");
        assert_eq!(shown(&table.clone().top(3)), shown(&table));
        assert_eq!(shown(&table.clone().by_key()), "-=5:. 5 .; a=3:1 . 2; b=6:. . 6; total=14:1 5 8");
        assert_eq!(table.rows[2].last_used(), Some(2));
        assert_eq!(shown(&Table::of(vec![], Vec::new())), "total=0:");
    }

    #[test]
    fn sums_do_not_overflow() {
        let facts: Vec<(&str, usize, u64)> = vec![("a", 1, u64::MAX); 4];
        let table = table(1, &facts);
        assert_eq!(table.total.sum.tokens(), 73_786_976_294_838_206_460);
    }

    #[test]
    fn amounts_stay_exact() {
        let cents = |text| Amount::from_cents(text).unwrap();
        let facts = ["0.1", "0.2", "-0.3"].map(|text| Fact {
            at: at(1),
            key: vec![],
            figures: Figures::default().with_cost(cents(text)),
        });
        let table = Table::of(vec![at(1)], facts);
        assert!(table.total.sum.is_zero() && table.total.last_used().is_none());
    }
}
