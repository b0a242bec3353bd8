//! How far apart requests are sent once the service has said "too many": learnt from how many it let
//! through between two such answers. Pure: time comes from outside.

use std::time::Duration;

use tokio::time::Instant;

/// No limit of the service is slower than this
/// (`docs/service-behaviour.md#errors-and-retries`: about 100 a minute), so
/// a longer gap would only tell of a misunderstanding.
const LONGEST: Duration = Duration::from_secs(2);

/// The time between two requests.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    gap: Duration,
    /// When the service last said "too many".
    told: Option<Instant>,
    /// Requests answered since.
    through: u32,
    /// The longest wait that it asked for.
    asked: Duration,
    /// When the last request was let go.
    last: Option<Instant>,
}

impl Pace {
    /// The time between two requests.
    pub(crate) fn gap(&self) -> Duration {
        self.gap
    }

    /// From when on the next request may be sent.
    pub(crate) fn next(&self) -> Option<Instant> {
        if self.gap.is_zero() { None } else { self.last.and_then(|last| last.checked_add(self.gap)) }
    }

    /// A request is let go.
    pub(crate) fn sent(&mut self, now: Instant) {
        self.last = Some(now);
    }

    /// A request was answered. The gap closes slowly, or nobody would ever notice that the service
    /// takes more again.
    pub(crate) fn succeeded(&mut self) {
        self.through = self.through.saturating_add(1);
        self.gap = self.gap.mul_f64(0.99);
    }

    /// The service said "too many", and after which time to try again. How many it took since it said so
    /// before, in how much time, is what it takes; the first such answer tells nothing, for it comes after
    /// an allowance saved up before. No gap is longer than the longest wait it asked for, which was enough
    /// for one request: a gap judged by time that gaps themselves have filled could only grow.
    pub(crate) fn too_many(&mut self, now: Instant, asked: Duration) {
        self.asked = self.asked.max(asked);
        if let Some(told) = self.told.replace(now)
            && self.through > 0
        {
            self.gap = (now.saturating_duration_since(told) / self.through).min(self.asked).min(LONGEST);
        }
        self.through = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends to a bucket of `burst` that fills with one in every `refill`, refusals asking for whole
    /// seconds as the service does. Gives the time it took, and how many were refused.
    fn played(requests: u32, burst: f64, refill: Duration) -> (f64, u32) {
        let start = Instant::now();
        let (mut now, mut filled, mut bucket) = (start, start, burst);
        let (mut pace, mut refused, mut done) = (Pace::default(), 0, 0);
        while done < requests {
            now = pace.next().map_or(now, |next| next.max(now));
            pace.sent(now);
            bucket = (bucket + (now - filled).as_secs_f64() / refill.as_secs_f64()).min(burst);
            filled = now;
            if bucket >= 1.0 {
                bucket -= 1.0;
                done += 1;
                pace.succeeded();
                // The way there and back.
                now += Duration::from_millis(20);
            } else {
                refused += 1;
                let wait = Duration::from_secs_f64(((1.0 - bucket) * refill.as_secs_f64()).ceil());
                pace.too_many(now, wait);
                now += wait;
            }
        }
        ((now - start).as_secs_f64(), refused)
    }

    #[test]
    fn a_limit_is_met_closely_and_seldom_run_into() {
        for per_minute in [30_u32, 60, 100, 300] {
            let refill = Duration::from_mins(1) / per_minute;
            let requests = 1_000;
            let (took, refused) = played(requests, f64::from(per_minute), refill);
            let ideal = f64::from(requests - per_minute) * refill.as_secs_f64();
            assert!(took <= ideal * 1.05 + 20.0, "{per_minute} a minute: {took} s of {ideal} s");
            assert!(refused <= requests / 10, "{per_minute} a minute: {refused} refused");
        }
    }

    #[test]
    fn one_refusal_slows_nobody_down() {
        let mut pace = Pace::default();
        pace.too_many(Instant::now(), LONGEST);
        pace.sent(Instant::now());
        assert_eq!(pace.next(), None);
    }

    #[test]
    fn a_gap_closes_with_success_and_is_never_long() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.too_many(start, LONGEST);
        pace.succeeded();
        pace.too_many(start + Duration::from_mins(5), Duration::from_mins(5));
        pace.sent(start);
        assert_eq!(pace.next(), Some(start + LONGEST));
        for _ in 0..400 {
            pace.succeeded();
        }
        assert!(pace.next().unwrap() < start + LONGEST / 50);
    }

    #[test]
    fn a_service_that_refuses_every_second_one_does_not_slow_the_rest_down() {
        let (mut now, mut pace) = (Instant::now(), Pace::default());
        let asked = Duration::from_millis(1);
        for _ in 0..200 {
            now = pace.next().map_or(now, |next| next.max(now));
            pace.sent(now);
            pace.succeeded();
            now += Duration::from_millis(5);
            pace.too_many(now, asked);
            now += asked;
        }
        pace.sent(now);
        assert!(pace.next().unwrap() <= now + asked);
    }
}
