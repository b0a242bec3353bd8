//! When the next round is due: the interval, the pace of the service, and the back-off after failures.

use std::time::Duration;

use crate::reason::Reason;

/// The first wait after a failure; it doubles.
pub(crate) const FIRST: Duration = Duration::from_secs(30);
/// The wait after an apply in part.
const IN_PART: Duration = Duration::from_mins(1);
/// A fifth of the requests that the service allows in a minute.
const REQUESTS_PER_MINUTE: u32 = 20;

/// The result of a round, as far as the next one depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Last {
    pub(crate) reason: Reason,
    /// The number of requests of the round.
    pub(crate) requests: u64,
    /// Some requests of the round are not counted.
    pub(crate) is_partial: bool,
    /// The number of failed rounds since the last one that did not fail, this one included.
    pub(crate) failures: u32,
    pub(crate) retry_after: Option<Duration>,
}

/// Returns the shortest time from the end of a round to the next: a fifth of what the service allows, or as long as it
/// asked to wait.
pub(crate) fn pace(last: Last) -> Duration {
    let requests = u32::try_from(last.requests).unwrap_or(u32::MAX);
    let pace = Duration::from_mins(1).saturating_mul(requests) / REQUESTS_PER_MINUTE;
    pace.max(last.retry_after.unwrap_or_default())
}

/// Returns the time from the end of a round to the next. `jitter` is from -1 to 1.
pub(crate) fn wait(every: Duration, last: Last, jitter: f64) -> Duration {
    let pace = pace(last);
    let interval = every.max(pace);
    let interval = interval.mul_f64(1.0 + 0.1 * jitter.clamp(-1.0, 1.0)).max(pace);
    let back_off = FIRST.saturating_mul(1_u32 << last.failures.saturating_sub(1).min(16)).min(every);
    match last.reason {
        Reason::AppliedInPart if last.failures <= 1 => IN_PART.max(pace),
        Reason::AppliedInPart => back_off.max(IN_PART).max(pace),
        reason if reason.is_passing() => back_off.max(pace),
        _ => interval,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_mins(10);

    fn seconds(reason: Reason, requests: u64, failures: u32, retry_after: Option<u64>) -> u64 {
        let retry_after = retry_after.map(Duration::from_secs);
        wait(EVERY, Last { reason, requests, is_partial: false, failures, retry_after }, 0.0).as_secs()
    }

    #[test]
    fn the_next_round_follows_the_table() {
        use Reason::{
            AppliedInPart, GuardRefused, Held, InSync, InvalidFiles, Moved, ServiceUnavailable,
            SourceUnavailable, Unauthorized,
        };
        let rows = [
            // (reason, requests, failures, retry-after, seconds)
            (InSync, 10, 0, None, 600),
            (Held, 10, 0, None, 600),
            // 400 requests at 20 a minute.
            (InSync, 400, 0, None, 1200),
            (ServiceUnavailable, 0, 1, None, 30),
            (ServiceUnavailable, 0, 2, None, 60),
            (SourceUnavailable, 0, 5, None, 480),
            (SourceUnavailable, 0, 6, None, 600),
            (SourceUnavailable, 0, 400, None, 600),
            (ServiceUnavailable, 0, 1, Some(900), 900),
            // A failed round that read a lot is not repeated faster than its pace.
            (ServiceUnavailable, 100, 1, None, 300),
            (AppliedInPart, 10, 1, None, 60),
            (AppliedInPart, 10, 3, None, 120),
            (Moved, 10, 1, None, 30),
            (Unauthorized, 0, 3, None, 600),
            (InvalidFiles, 0, 3, None, 600),
            (GuardRefused, 10, 3, None, 600),
        ];
        for (reason, requests, failures, retry_after, expected) in rows {
            let is = seconds(reason, requests, failures, retry_after);
            assert_eq!(is, expected, "{reason:?} {requests} {failures} {retry_after:?}");
        }
    }

    #[test]
    fn jitter_is_a_tenth_and_never_breaks_the_pace() {
        let last = |requests| Last {
            reason: Reason::InSync,
            requests,
            is_partial: false,
            failures: 0,
            retry_after: None,
        };
        assert_eq!(wait(EVERY, last(1), 1.0).as_secs(), 660);
        assert_eq!(wait(EVERY, last(1), -1.0).as_secs(), 540);
        assert_eq!(wait(EVERY, last(400), -1.0).as_secs(), 1200);
    }
}
