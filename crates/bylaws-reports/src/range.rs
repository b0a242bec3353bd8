//! Time ranges: converts the requested range to a UTC interval that starts and ends with a bucket of the
//! service. Has no clock: `now` is given.

use bylaws_engine::words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

words!(
    /// The length of a bucket.
    Bucket {
        /// A minute.
        Minute = "minute",
        /// An hour.
        Hour = "hour",
        /// A day (UTC).
        Day = "day",
        /// Monday to Sunday, UTC.
        Week = "week",
        /// A calendar month (UTC).
        Month = "month",
    }
);

/// A UTC interval that includes `from` and excludes `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The start of the range, inclusive.
    pub from: Timestamp,
    /// The end of the range, exclusive.
    pub to: Timestamp,
}

/// One end of a range, as people write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A whole day (UTC), inclusive as an end.
    Day(Date),
    /// A whole calendar month (UTC), given by any of its days, inclusive as an end.
    Month(Date),
    /// A moment, exclusive as an end.
    Moment(Timestamp),
}

/// A length of time before the end of the range: `30d`, `4w`, `3mo`. Months are whole calendar months: the
/// one that contains the end, up to the end, and those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// The number of units.
    pub count: u16,
    /// The unit of the length.
    pub unit: Unit,
}

words!(
    /// The unit of a length of time.
    Unit {
        /// Days.
        Day = "d",
        /// Weeks of seven days.
        Week = "w",
        /// Calendar months (UTC).
        Month = "mo",
    }
);

/// The requested range. The default end is now; the default start is `last` before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How far back to go if no start is given.
    pub last: Last,
    /// The start of the range; `None` for `last` before its end.
    pub from: Option<Edge>,
    /// The end of the range; `None` for now.
    pub to: Option<Edge>,
}

/// Why a requested range is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeProblem {
    /// It ends before or at its start.
    Backwards,
    /// It begins after now.
    Ahead,
    /// It does not reach the end of one bucket.
    Short,
    /// It is beyond the calendar.
    OutOfCalendar,
    /// It has more buckets than can be read at once.
    Long {
        /// The number of buckets.
        buckets: i64,
        /// The maximum number of buckets.
        most: i64,
    },
}

impl Bucket {
    /// Returns the bucket to request from the service, which has no weeks and months: they are built from
    /// days.
    #[must_use]
    pub fn asked_of_service(self) -> Self {
        match self {
            Self::Minute | Self::Hour | Self::Day => self,
            Self::Week | Self::Month => Self::Day,
        }
    }

    /// Returns the length of the service's bucket in seconds.
    fn seconds(self) -> i64 {
        match self.asked_of_service() {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day | Self::Week | Self::Month => 86_400,
        }
    }

    /// Returns the start of the service's bucket that contains this moment.
    fn snapped(self, moment: Timestamp) -> Option<Timestamp> {
        let width = i128::from(self.seconds()) * 1_000_000_000;
        Timestamp::from_nanosecond(moment.as_nanosecond().div_euclid(width) * width).ok()
    }

    /// Returns the start of the bucket after the one that starts here.
    fn next(self, start: Timestamp) -> Option<Timestamp> {
        if self.asked_of_service() == self {
            return Timestamp::from_second(start.as_second().checked_add(self.seconds())?).ok();
        }
        let day = day_of(start);
        let next = if self == Self::Week {
            day.checked_add(Span::new().days(7 - day.weekday().to_monday_zero_offset())).ok()?
        } else {
            day.last_of_month().tomorrow().ok()?
        };
        midnight(next)
    }
}

impl Asked {
    /// Returns the interval in the service's buckets. It ends at most with the bucket that contains `now`.
    /// Both ends are rounded down, as the service does.
    pub fn range(&self, bucket: Bucket, now: Timestamp, most: i64) -> Result<Range, RangeProblem> {
        use RangeProblem::{Ahead, Backwards, Long, OutOfCalendar, Short};
        let snapped = |moment| bucket.snapped(moment).ok_or(OutOfCalendar);
        let next = |moment| bucket.asked_of_service().next(moment).ok_or(OutOfCalendar);
        let end_of_now = next(snapped(now)?)?;
        let end = self.to.map(|edge| edge.end().ok_or(OutOfCalendar)).transpose()?;
        let from = match self.from {
            Some(edge) => edge.start(),
            // Today counts as a whole day, however early it is.
            None => end.or_else(|| Edge::Day(day_of(now)).end()).and_then(|end| self.last.before(end)),
        };
        let from = from.ok_or(OutOfCalendar)?;
        if end.is_some_and(|end| end <= from) {
            return Err(Backwards);
        }
        if from > now {
            return Err(Ahead);
        }
        let from = snapped(from)?;
        let to = end.map_or(Ok(end_of_now), snapped)?.min(end_of_now);
        if to <= from {
            return Err(Short);
        }
        let buckets = (to.as_second() - from.as_second()) / bucket.seconds();
        if buckets > most { Err(Long { buckets, most }) } else { Ok(Range { from, to }) }
    }
}

impl Edge {
    fn start(self) -> Option<Timestamp> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::Day(day) => midnight(day),
            Self::Month(day) => midnight(day.first_of_month()),
        }
    }

    fn end(self) -> Option<Timestamp> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::Day(day) => midnight(day.tomorrow().ok()?),
            Self::Month(day) => midnight(day.last_of_month().tomorrow().ok()?),
        }
    }
}

impl Last {
    /// Returns the start of a range of this length that ends at `end` (exclusive).
    fn before(self, end: Timestamp) -> Option<Timestamp> {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Day => Span::new().days(count),
            Unit::Week => Span::new().weeks(count),
            Unit::Month => {
                let last = day_of(end.checked_sub(Span::new().nanoseconds(1)).ok()?);
                return midnight(last.first_of_month().checked_sub(Span::new().months(count - 1)).ok()?);
            }
        };
        Some(end.to_zoned(TimeZone::UTC).checked_sub(span).ok()?.timestamp())
    }
}

impl Range {
    /// Returns the start of each bucket, oldest first. The first week or month starts with the range, the
    /// last one ends with it.
    pub fn buckets(&self, bucket: Bucket) -> Vec<Timestamp> {
        let mut starts = Vec::new();
        let mut start = Some(self.from);
        while let Some(at) = start.filter(|at| *at < self.to) {
            starts.push(at);
            start = bucket.next(at);
        }
        starts
    }

    /// Returns the whole days, oldest first.
    pub fn days(&self) -> Vec<Date> {
        self.buckets(Bucket::Day).into_iter().map(day_of).collect()
    }

    /// Returns whether both ends are midnights, so that the range can be shown as days.
    pub fn is_of_days(&self) -> bool {
        [self.from, self.to].iter().all(|edge| edge.as_second().rem_euclid(86_400) == 0)
    }

    /// Returns the first and the last included day.
    pub fn first_and_last_day(&self) -> (Date, Date) {
        let last = Timestamp::from_second(self.to.as_second().saturating_sub(1)).unwrap_or(self.to);
        (day_of(self.from), day_of(last))
    }
}

/// Returns the UTC day that contains this moment.
pub(crate) fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Returns the start of a day (UTC).
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T09:00:30Z";

    /// Parses `last=30d from=2026-11-01 to=2026-11-03T12:00:00Z day`, in any order.
    fn asked(text: &str) -> String {
        let mut asked = Asked { last: Last { count: 30, unit: Unit::Day }, from: None, to: None };
        let mut bucket = Bucket::Day;
        let edge = |text: &str| match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => Edge::Day(day),
            _ if text.len() == 7 => Edge::Month(format!("{text}-09").parse().unwrap()),
            _ => Edge::Moment(text.parse().unwrap()),
        };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("from", text)) => asked.from = Some(edge(text)),
                Some(("to", text)) => asked.to = Some(edge(text)),
                Some(("last", text)) => {
                    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                    let unit = match &text[split..] {
                        "d" => Unit::Day,
                        "w" => Unit::Week,
                        _ => Unit::Month,
                    };
                    asked.last = Last { count: text[..split].parse().unwrap(), unit };
                }
                _ => {
                    bucket = [Bucket::Minute, Bucket::Hour, Bucket::Week, Bucket::Month]
                        .into_iter()
                        .find(|bucket| bucket.as_str() == word)
                        .unwrap();
                }
            }
        }
        match asked.range(bucket, NOW.parse().unwrap(), 4_000) {
            Ok(range) => format!("{} {} {}", range.from, range.to, range.buckets(bucket).len()),
            Err(problem) => format!("{problem:?}"),
        }
    }

    #[test]
    fn a_requested_range_becomes_whole_buckets_in_utc() {
        for (text, expected) in [
            ("", "2026-10-23T00:00:00Z 2026-11-22T00:00:00Z 30"),
            ("last=1d", "2026-11-21T00:00:00Z 2026-11-22T00:00:00Z 1"),
            ("last=4w", "2026-10-25T00:00:00Z 2026-11-22T00:00:00Z 28"),
            // A day is inclusive; a moment is not.
            ("from=2026-11-01 to=2026-11-03", "2026-11-01T00:00:00Z 2026-11-04T00:00:00Z 3"),
            ("from=2026-11-01 to=2026-11-03T00:00:00Z", "2026-11-01T00:00:00Z 2026-11-03T00:00:00Z 2"),
            (
                "from=2026-11-01T13:00:00Z to=2026-11-03T12:00:00Z",
                "2026-11-01T00:00:00Z 2026-11-03T00:00:00Z 2",
            ),
            (
                "from=2026-11-01T01:00:00+02:00 to=2026-11-01T23:00:00-02:00",
                "2026-10-31T00:00:00Z 2026-11-02T00:00:00Z 2",
            ),
            ("last=2d to=2024-03-01", "2024-02-29T00:00:00Z 2024-03-02T00:00:00Z 2"),
            // The range ends at most with the bucket that contains now.
            ("from=2026-11-20 to=2027-01-01", "2026-11-20T00:00:00Z 2026-11-22T00:00:00Z 2"),
            ("from=2026-11-21 hour", "2026-11-21T00:00:00Z 2026-11-21T10:00:00Z 10"),
            ("from=2026-11-21T08:58:59.5Z minute", "2026-11-21T08:58:00Z 2026-11-21T09:01:00Z 3"),
            ("from=2026-11-21T14:28:00+05:30 minute", "2026-11-21T08:58:00Z 2026-11-21T09:01:00Z 3"),
            // Weeks begin on Mondays, months on the first; the ends are those of the range.
            ("from=2026-11-01 to=2026-11-16 week", "2026-11-01T00:00:00Z 2026-11-17T00:00:00Z 4"),
            ("from=2023-12-31 to=2024-03-01 month", "2023-12-31T00:00:00Z 2024-03-02T00:00:00Z 4"),
            ("from=1969-12-31T23:59:59.5Z to=1970-01-01", "1969-12-31T00:00:00Z 1970-01-02T00:00:00Z 2"),
        ] {
            assert_eq!(asked(text), expected, "{text}");
        }
    }

    #[test]
    fn months_are_whole_calendar_months() {
        for (text, expected) in [
            ("last=1mo", "2026-11-01T00:00:00Z 2026-11-22T00:00:00Z 21"),
            ("last=3mo", "2026-09-01T00:00:00Z 2026-11-22T00:00:00Z 82"),
            ("last=3mo month", "2026-09-01T00:00:00Z 2026-11-22T00:00:00Z 3"),
            ("last=12mo month", "2025-12-01T00:00:00Z 2026-11-22T00:00:00Z 12"),
            // The month of the end counts up to the end; the length of a month does not matter.
            ("last=1mo to=2024-02-29", "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z 29"),
            ("last=2mo to=2024-03-31 month", "2024-02-01T00:00:00Z 2024-04-01T00:00:00Z 2"),
            ("last=2mo to=2024-03-30 month", "2024-02-01T00:00:00Z 2024-03-31T00:00:00Z 2"),
            ("last=2mo to=2023-03 month", "2023-02-01T00:00:00Z 2023-04-01T00:00:00Z 2"),
            ("last=1mo to=2026-10-31", "2026-10-01T00:00:00Z 2026-11-01T00:00:00Z 31"),
            ("last=1mo to=2026-11-01", "2026-11-01T00:00:00Z 2026-11-02T00:00:00Z 1"),
            // A moment is an exclusive end, and belongs to its month in UTC.
            ("last=1mo to=2026-11-01T00:00:00Z", "2026-10-01T00:00:00Z 2026-11-01T00:00:00Z 31"),
            ("last=1mo to=2026-11-01T00:30:00+02:00", "2026-10-01T00:00:00Z 2026-10-31T00:00:00Z 30"),
            ("last=1mo to=2026-10-31T23:30:00-02:00 hour", "2026-11-01T00:00:00Z 2026-11-01T01:00:00Z 1"),
            ("from=2026-10 to=2026-10", "2026-10-01T00:00:00Z 2026-11-01T00:00:00Z 31"),
            ("from=2024-02 to=2024-02", "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z 29"),
            ("from=2023-02 to=2023-02", "2023-02-01T00:00:00Z 2023-03-01T00:00:00Z 28"),
            ("from=2025-12 to=2026-01 month", "2025-12-01T00:00:00Z 2026-02-01T00:00:00Z 2"),
            ("from=2026-10 to=2026-10-09", "2026-10-01T00:00:00Z 2026-10-10T00:00:00Z 9"),
            ("from=2026-11 to=2026-11", "2026-11-01T00:00:00Z 2026-11-22T00:00:00Z 21"),
            ("from=2026-10 month", "2026-10-01T00:00:00Z 2026-11-22T00:00:00Z 2"),
            ("from=2026-12", "Ahead"),
            ("from=2026-10 to=2026-09", "Backwards"),
            ("to=9999-12", "OutOfCalendar"),
        ] {
            assert_eq!(asked(text), expected, "{text}");
        }
    }

    #[test]
    fn an_invalid_range_is_reported_by_its_reason() {
        for (text, expected) in [
            ("from=2026-11-03 to=2026-11-02", "Backwards"),
            ("from=2026-11-03T00:00:00Z to=2026-11-03T00:00:00Z", "Backwards"),
            ("from=2026-11-22", "Ahead"),
            ("from=2026-11-03T08:00:00Z to=2026-11-03T12:00:00Z", "Short"),
            ("last=30d minute", "Long { buckets: 42301, most: 4000 }"),
            ("from=2000-01-01", "Long { buckets: 9822, most: 4000 }"),
            ("from=2026-11-01 to=9999-12-31", "OutOfCalendar"),
        ] {
            assert_eq!(asked(text), expected, "{text}");
        }
    }

    #[test]
    fn weeks_and_months_cover_every_day() {
        let range = Range {
            from: "2023-12-28T00:00:00Z".parse().unwrap(),
            to: "2024-03-02T00:00:00Z".parse().unwrap(),
        };
        let starts = |bucket| {
            let starts = range.buckets(bucket).into_iter().map(|start| day_of(start).to_string());
            starts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(starts(Bucket::Month), "2023-12-28 2024-01-01 2024-02-01 2024-03-01");
        assert_eq!(
            starts(Bucket::Week),
            "2023-12-28 2024-01-01 2024-01-08 2024-01-15 2024-01-22 2024-01-29 2024-02-05 2024-02-12 2024-02-19 2024-02-26"
        );
        assert_eq!(range.days().len(), 65);
        assert_eq!(range.first_and_last_day().1.to_string(), "2024-03-01");
        assert!(range.is_of_days());
    }
}
