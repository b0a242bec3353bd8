//! The weeks or months of a range, named as in report columns.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::range::{Bucket, Range};

/// A week or a month of a range, or the part of it that the range covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// The name: `2026-11` for a month; the Monday for a week.
    pub(crate) name: String,
    /// The first covered day (UTC).
    pub(crate) first: Date,
    /// The last covered day (UTC).
    pub(crate) last: Date,
    /// How much of the week or month is covered.
    pub(crate) extent: Extent,
}

/// How much of a week or month a range covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The whole week or month.
    Whole,
    /// All of it until now; the rest is in the future.
    SoFar,
    /// A part of it: the range begins later or ends earlier.
    Part,
}

impl Period {
    /// Returns the header of the period's column: `2026-11 so far`.
    pub(crate) fn title(&self) -> String {
        if self.extent == Extent::SoFar { format!("{} so far", self.name) } else { self.name.clone() }
    }

    /// Returns a line about a period that the range covers only in part.
    pub(crate) fn part(&self) -> Option<String> {
        let Self { name, first, last, .. } = self;
        let days = if first == last { first.to_string() } else { format!("{first} to {last}") };
        (self.extent == Extent::Part).then(|| format!("{name} covers {days} only"))
    }
}

impl Range {
    /// Returns the weeks or months, oldest first, one for each of [`Range::buckets`]; empty for other
    /// buckets.
    pub(crate) fn periods(&self, bucket: Bucket, now: Timestamp) -> Vec<Period> {
        if !matches!(bucket, Bucket::Week | Bucket::Month) {
            return Vec::new();
        }
        let starts = self.buckets(bucket);
        let nexts = starts.iter().skip(1).map(|next| (*next, false)).chain([(self.to, true)]);
        let period = |(start, (end, is_last)): (&Timestamp, (Timestamp, bool))| {
            let (first, last) = Self { from: *start, to: end }.first_and_last_day();
            let (begins, ends) = bucket.around(first)?;
            let extent = match () {
                () if first != begins => Extent::Part,
                () if is_last && self.to > now => Extent::SoFar,
                () if last != ends => Extent::Part,
                () => Extent::Whole,
            };
            let name = begins.to_string();
            let name = if bucket == Bucket::Month { name.chars().take(7).collect() } else { name };
            Some(Period { name, first, last, extent })
        };
        starts.iter().zip(nexts).filter_map(period).collect()
    }
}

impl Bucket {
    /// Returns the first and last day of the week or month that contains a day; `None` beyond the calendar.
    fn around(self, day: Date) -> Option<(Date, Date)> {
        if self == Self::Month {
            return Some((day.first_of_month(), day.last_of_month()));
        }
        let days = |n: i8| jiff::Span::new().days(n);
        let monday = day.checked_sub(days(day.weekday().to_monday_zero_offset())).ok()?;
        Some((monday, monday.checked_add(days(6)).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formats names, with `*` for a period that is not over, and the days of a part.
    fn periods(from: &str, to: &str, bucket: Bucket, now: &str) -> String {
        let at = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
        let range = Range { from: at(from), to: at(to) };
        let periods = range.periods(bucket, now.parse().unwrap());
        assert!(periods.is_empty() || periods.len() == range.buckets(bucket).len());
        let shown = periods.iter().map(|period| match period.extent {
            Extent::Whole => period.name.clone(),
            Extent::SoFar => format!("{}*", period.name),
            Extent::Part => format!("{}({}..{})", period.name, period.first.day(), period.last.day()),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_period_reports_how_much_of_it_the_range_covers() {
        let now = "2026-11-21T09:00:00Z";
        for (from, to, bucket, expected) in [
            ("2026-09-01", "2026-11-22", Bucket::Month, "2026-09 2026-10 2026-11*"),
            ("2026-09-15", "2026-11-22", Bucket::Month, "2026-09(15..30) 2026-10 2026-11*"),
            ("2026-09-01", "2026-11-01", Bucket::Month, "2026-09 2026-10"),
            ("2026-10-01", "2026-11-21", Bucket::Month, "2026-10 2026-11(1..20)"),
            // It is neither over nor complete at the start: the days show both.
            ("2026-11-05", "2026-11-22", Bucket::Month, "2026-11(5..21)"),
            ("2024-02-01", "2024-03-01", Bucket::Month, "2024-02"),
            ("2024-02-01", "2024-02-29", Bucket::Month, "2024-02(1..28)"),
            ("2025-12-31", "2026-01-02", Bucket::Month, "2025-12(31..31) 2026-01(1..1)"),
            ("2026-11-01", "2026-11-22", Bucket::Week, "2026-10-26(1..1) 2026-11-02 2026-11-09 2026-11-16*"),
            ("2026-11-02", "2026-11-11", Bucket::Week, "2026-11-02 2026-11-09(9..10)"),
            ("2026-11-01", "2026-11-22", Bucket::Day, ""),
        ] {
            assert_eq!(periods(from, to, bucket, now), expected, "{from} {to}");
        }
        let last_minute = "2026-11-30T23:59:59Z";
        assert_eq!(periods("2026-11-01", "2026-12-01", Bucket::Month, last_minute), "2026-11*");
        let over = "2026-12-01T00:00:00Z";
        assert_eq!(periods("2026-11-01", "2026-12-01", Bucket::Month, over), "2026-11");
    }
}
