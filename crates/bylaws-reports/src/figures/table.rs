//! Figures in rows and buckets: one row per combination of dimension values.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Measure;

/// One figure: its time, key and amount.
#[derive(Clone, Debug)]
pub struct Fact<M> {
    /// The time; a moment outside all buckets counts in the nearest one.
    pub at: Timestamp,
    /// One value per dimension.
    pub key: Vec<Option<String>>,
    /// The figure to add up.
    pub measure: M,
}

/// Rows and their sums, bucket by bucket.
#[derive(Clone, Debug)]
pub struct Table<M> {
    /// The start of each bucket, oldest first.
    pub buckets: Vec<Timestamp>,
    /// The rows, largest first.
    pub rows: Vec<Row<M>>,
    /// The rows that were merged into one.
    pub others: Option<Others<M>>,
    /// The total, merged rows included.
    pub total: Row<M>,
}

/// The figures of one combination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<M> {
    /// One value per dimension.
    pub key: Vec<Option<String>>,
    /// The sum over all buckets.
    pub sum: M,
    /// Figures other than zero, by bucket index.
    series: BTreeMap<usize, M>,
}

/// Rows that were merged into one.
#[derive(Clone, Debug)]
pub struct Others<M> {
    /// The number of merged rows.
    pub count: usize,
    /// Their sums; without a key.
    pub row: Row<M>,
}

impl<M: Measure> Row<M> {
    fn add(&mut self, place: usize, measure: &M) {
        self.sum.add(measure);
        self.series.entry(place).or_default().add(measure);
    }

    fn fold(&mut self, other: &Self) {
        for (place, measure) in &other.series {
            self.add(*place, measure);
        }
    }

    /// Returns the figure of a bucket by index; `None` if it is zero.
    pub fn at(&self, place: usize) -> Option<&M> {
        self.series.get(&place)
    }

    /// Returns the index of the last bucket with a figure.
    pub fn last_used(&self) -> Option<usize> {
        self.series.iter().rev().find(|(_, measure)| !measure.is_zero()).map(|(place, _)| *place)
    }
}

impl<M: Measure> Table<M> {
    /// Sums the figures. Rows of zero, which the service may report, are left out.
    pub fn of(buckets: Vec<Timestamp>, facts: impl IntoIterator<Item = Fact<M>>) -> Self {
        let mut rows: BTreeMap<Vec<Option<String>>, Row<M>> = BTreeMap::new();
        let mut total = Row::default();
        for fact in facts {
            if fact.measure.is_zero() {
                continue;
            }
            let place = buckets.partition_point(|start| *start <= fact.at).saturating_sub(1);
            total.add(place, &fact.measure);
            rows.entry(fact.key).or_default().add(place, &fact.measure);
        }
        let mut rows: Vec<Row<M>> = rows.into_iter().map(|(key, row)| Row { key, ..row }).collect();
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
        for other in &rest {
            row.fold(other);
        }
        self.others = Some(Others { count: rest.len(), row });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Tokens;
    use bylaws_engine::Amount;

    fn at(day: usize) -> Timestamp {
        format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn tokens(output: u128) -> Tokens {
        Tokens { output, ..Tokens::default() }
    }

    /// Builds a table of days from facts `key day output`.
    fn table(days: usize, facts: &[(&str, usize, u128)]) -> Table<Tokens> {
        let starts = (1..=days).map(|day| format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()).collect();
        let fact = |&(key, day, output): &(&str, usize, u128)| Fact {
            at: at(day),
            key: vec![(key != "-").then(|| key.to_owned())],
            measure: tokens(output),
        };
        Table::of(starts, facts.iter().map(fact))
    }

    /// Formats rows as `a=3:1 . 2`: the key, the sum and every bucket; `.` for zero.
    fn shown(table: &Table<Tokens>) -> String {
        let places = 0..table.buckets.len();
        let row = |name: &str, row: &Row<Tokens>| {
            let series =
                places.clone().map(|place| row.at(place).map_or(".".to_owned(), |t| t.output.to_string()));
            format!("{name}={}:{}", row.sum.output, series.collect::<Vec<_>>().join(" "))
        };
        let mut lines: Vec<String> =
            table.rows.iter().map(|r| row(r.key[0].as_deref().unwrap_or("-"), r)).collect();
        lines
            .extend(table.others.iter().map(|others| row(&format!("others({})", others.count), &others.row)));
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
        let facts: Vec<(&str, usize, u128)> = vec![("a", 1, u128::from(u64::MAX)); 4];
        let table = table(1, &facts);
        assert_eq!(table.total.sum.output, 73_786_976_294_838_206_460);
    }

    #[test]
    fn amounts_stay_exact() {
        let cents = |text| Amount::from_cents(text).unwrap();
        let facts = ["0.1", "0.2", "-0.3"].map(|text| Fact { at: at(1), key: vec![], measure: cents(text) });
        let table = Table::of(vec![at(1)], facts);
        assert!(table.total.sum.is_zero() && table.total.last_used().is_none());
    }
}
