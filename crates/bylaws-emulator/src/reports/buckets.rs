//! Time in buckets: which buckets a query asks for, and which of them are on this page. Each report fills
//! them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::envelope::Refusal;
use crate::page::Binding;
use crate::reports::figure::Figure;
use crate::request::Query;

/// A bucket width: name, seconds, default and maximum number of buckets per page.
pub(crate) type Width = (&'static str, i64, usize, usize);

pub(crate) const DAILY: Width = ("1d", 86_400, 7, 31);
pub(crate) const WIDTHS: [Width; 3] = [("1m", 60, 60, 1440), ("1h", 3_600, 24, 168), DAILY];

/// The buckets of one page, oldest first; all times in seconds since 1970.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Buckets {
    width: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
    next_page: Option<String>,
}

impl Buckets {
    /// Takes `starting_at`, `ending_at`, `bucket_width`, `limit` and `page` out of the query.
    pub(crate) fn read(
        query: &mut Query,
        now: Timestamp,
        report: &str,
        widths: &[Width],
    ) -> Result<Self, Refusal> {
        let binding = Binding::of(report, query);
        let start =
            query.time("starting_at")?.ok_or_else(|| Refusal::invalid("starting_at: is required."))?;
        let end = query.time("ending_at")?;
        if end.is_some_and(|end| end <= start) {
            return Err(Refusal::invalid("ending_at: must be after starting_at."));
        }
        let names: Vec<&str> = widths.iter().map(|(name, ..)| *name).collect();
        let named = query.choice("bucket_width", &names)?;
        let wanted = |width: &&Width| Some(width.0) == named.as_deref();
        let (_, width, default, most) = *widths.iter().find(wanted).unwrap_or(&DAILY);
        let limit = query.limit(default, most)?;
        let page = query.one("page")?.map(|token| binding.place(&token)).transpose()?;

        let snapped = |time: Timestamp| time.as_second().div_euclid(width) * width;
        // The last bucket is the one that contains the current time, with its figures so far.
        let current = snapped(now) + width;
        let first = snapped(start);
        let last = end.map_or(current, |end| snapped(end).min(current)).max(first);
        let from = page.unwrap_or(first).clamp(first, last);
        let length = i64::try_from(limit).unwrap_or(i64::MAX).saturating_mul(width);
        let to = from.saturating_add(length).min(last);
        Ok(Self { width, from, to, next_page: (to < last).then(|| binding.token(to)) })
    }

    /// Returns the answer: every bucket, including empty ones, with the results of its figures.
    /// The figures are in the order of their time.
    pub(crate) fn answer<'a>(
        &self,
        mut rest: &[Figure<'a>],
        results: impl Fn(&[Figure<'a>]) -> Vec<Value>,
    ) -> Value {
        let mut data = Vec::new();
        let mut start = self.from;
        while start < self.to {
            let end = start + self.width;
            let (here, later) = rest.split_at(rest.partition_point(|figure| figure.at < end));
            rest = later;
            data.push(json!({"starting_at": time(start), "ending_at": time(end), "results": results(here)}));
            start = end;
        }
        json!({"data": data, "has_more": self.next_page.is_some(), "next_page": self.next_page})
    }
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(query: &str) -> String {
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        match Buckets::read(&mut Query::parse(query).unwrap(), now, "usage", &WIDTHS) {
            Ok(buckets) => {
                format!("{} {} more={}", time(buckets.from), time(buckets.to), buckets.next_page.is_some())
            }
            Err(refusal) => refusal.message,
        }
    }

    #[test]
    fn buckets_round_down_and_end_before_the_end() {
        for (query, expected) in [
            ("starting_at=2026-11-01T13:00:00Z", "2026-11-01T00:00:00Z 2026-11-08T00:00:00Z more=true"),
            ("starting_at=2026-11-20T13:00:00Z", "2026-11-20T00:00:00Z 2026-11-22T00:00:00Z more=false"),
            (
                "starting_at=2026-11-01T00:00:00Z&ending_at=2026-11-03T12:00:00Z",
                "2026-11-01T00:00:00Z 2026-11-03T00:00:00Z more=false",
            ),
            (
                "starting_at=2026-11-21T08:59:30Z&bucket_width=1m",
                "2026-11-21T08:59:00Z 2026-11-21T09:01:00Z more=false",
            ),
            (
                "starting_at=2026-11-20T00:00:00Z&bucket_width=1h&limit=2",
                "2026-11-20T00:00:00Z 2026-11-20T02:00:00Z more=true",
            ),
            ("starting_at=2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z 2027-01-01T00:00:00Z more=false"),
            ("", "starting_at: is required."),
            ("starting_at=2026-11-01T00:00:00Z&limit=32", "limit: must be a whole number from 1 to 31."),
            (
                "starting_at=2026-11-01T00:00:00Z&ending_at=2026-11-01T00:00:00Z",
                "ending_at: must be after starting_at.",
            ),
            ("starting_at=2026-11-01T00:00:00Z&bucket_width=1w", "bucket_width: must be one of 1m, 1h, 1d."),
        ] {
            assert_eq!(span(query), expected, "{query}");
        }
    }
}
