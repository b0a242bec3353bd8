//! How far apart requests are sent once the service has said "too many": learnt from how many it let
//! through between two such answers. Pure: time comes from outside.

use std::time::Duration;

use tokio::time::Instant;

/// No limit of the service is slower than this (its behaviour notes, section 9: about 100 a minute), so
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
    /// When the last request was let go.
    last: Option<Instant>,
}

impl Pace {
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

    /// The service said "too many". How many it took since it said so before, in how much time, is what it
    /// takes; the first such answer tells nothing, for it comes after an allowance saved up before.
    pub(crate) fn too_many(&mut self, now: Instant) {
        if let Some(told) = self.told.replace(now)
            && self.through > 0
        {
            self.gap = (now.saturating_duration_since(told) / self.through).min(LONGEST);
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
                pace.too_many(now);
                let wait = (1.0 - bucket) * refill.as_secs_f64();
                now += Duration::from_secs_f64(wait.ceil());
            }
        }
        ((now - start).as_secs_f64(), refused)
    }

    #[test]
    fn a_limit_is_met_closely_and_seldom_run_into() {
        for per_minute in [30_u32, 60, 100, 300] {
            let refill = Duration::from_secs(60) / per_minute;
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
        pace.too_many(Instant::now());
        pace.sent(Instant::now());
        assert_eq!(pace.next(), None);
    }

    #[test]
    fn a_gap_closes_with_success_and_is_never_long() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.too_many(start);
        pace.succeeded();
        pace.too_many(start + Duration::from_secs(300));
        pace.sent(start);
        assert_eq!(pace.next(), Some(start + LONGEST));
        for _ in 0..400 {
            pace.succeeded();
        }
        assert!(pace.next().unwrap() < start + LONGEST / 50);
    }
}
