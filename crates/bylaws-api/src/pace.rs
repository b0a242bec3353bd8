//! The pacing of requests once the service has throttled one: learnt from how many it accepted between two
//! throttled ones. Pure: the time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// No limit of the service is slower than this (`docs/service-behaviour.md#errors-and-retries`: about 100
/// requests a minute), so a longer gap must be a mistake.
const LONGEST: Duration = Duration::from_secs(2);

/// The state of the pacing.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    gap: Duration,
    /// When the service last throttled a request.
    throttled_at: Option<Instant>,
    /// Requests answered since then.
    through: u32,
    /// The longest wait that it asked for.
    asked: Duration,
    /// When the last request was sent.
    last: Option<Instant>,
}

impl Pace {
    /// Returns the time between two requests.
    pub(crate) fn gap(&self) -> Duration {
        self.gap
    }

    /// Returns the earliest time of the next request.
    pub(crate) fn next(&self) -> Option<Instant> {
        if self.gap.is_zero() { None } else { self.last.and_then(|last| last.checked_add(self.gap)) }
    }

    /// Records that a request is sent.
    pub(crate) fn sent(&mut self, now: Instant) {
        self.last = Some(now);
    }

    /// Records that a request was answered. The gap shrinks slowly, so that a higher rate is noticed.
    pub(crate) fn succeeded(&mut self) {
        self.through = self.through.saturating_add(1);
        self.gap = self.gap.mul_f64(0.99);
    }

    /// Records a throttled request and the wait that the service asked for. The rate is the number of
    /// requests accepted since the last throttled one, by time; the first refusal says nothing, because it
    /// follows a saved-up allowance. The gap is never longer than the longest wait asked for, which was
    /// enough for one request: otherwise a gap computed from time filled by gaps could only grow.
    pub(crate) fn too_many(&mut self, now: Instant, asked: Duration) {
        self.asked = self.asked.max(asked);
        if let Some(before) = self.throttled_at.replace(now)
            && self.through > 0
        {
            self.gap = (now.saturating_duration_since(before) / self.through).min(self.asked).min(LONGEST);
        }
        self.through = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulates a bucket of `burst` that refills by one every `refill`, with refusals in whole seconds as
    /// the service sends them. Returns the time it took, and how many were refused.
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
                // Round trip.
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
    fn a_rate_limit_is_used_well_and_rarely_hit() {
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
    fn one_refusal_does_not_slow_requests_down() {
        let mut pace = Pace::default();
        pace.too_many(Instant::now(), LONGEST);
        pace.sent(Instant::now());
        assert_eq!(pace.next(), None);
    }

    #[test]
    fn a_gap_shrinks_with_success_and_is_never_long() {
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
    fn a_service_that_refuses_every_second_request_does_not_slow_the_rest_down() {
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
