//! Decides which answers are retried, and after how long. Pure: equal inputs give equal results; waiting and
//! sending happen elsewhere.

use std::time::{Duration, SystemTime};

use crate::Replay;

/// How far one attempt got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    /// No connection was made, so the service did not act.
    NotSent,
    /// The connection broke or timed out; the service may have acted.
    Lost,
    /// A success with an incomplete body.
    BrokenOff,
    /// A success that cannot be used and would not be better the next time.
    OddSuccess,
    /// An answer with this status, which is not a success.
    Answered { status: u16, error_code: Option<&'a str>, should_retry: Option<bool> },
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Retry.
    Again,
    /// The answer is final.
    Final,
    /// Must not be repeated, and its outcome is unknown.
    OutcomeUnknown,
}

/// The code of a 503 that guarantees that nothing was done.
pub(crate) const NOTHING_WAS_DONE: &str = "authorization_check_unavailable";

/// Codes of a 409 that is worth retrying; all other conflicts are final.
const PASSING_CONFLICTS: [&str; 2] = ["concurrent_membership_change", "external_key_changed"];

/// Decides about an attempt that was not a success (`docs/service-behaviour.md#errors-and-retries`).
pub(crate) fn judge(seen: Seen<'_>, replay: Replay) -> Verdict {
    match (seen, replay) {
        (Seen::NotSent | Seen::Answered { error_code: Some(NOTHING_WAS_DONE), .. }, _)
        | (Seen::Lost | Seen::BrokenOff, Replay::Safe) => Verdict::Again,
        (Seen::OddSuccess, Replay::Safe) => Verdict::Final,
        // After a 408 or 5xx the request may have been carried out, whatever `x-should-retry` says.
        (
            Seen::Lost | Seen::BrokenOff | Seen::OddSuccess | Seen::Answered { status: 408 | 500.., .. },
            Replay::NotSafe,
        ) => Verdict::OutcomeUnknown,
        (Seen::Answered { status, error_code, should_retry }, _) => {
            let by_status = match status {
                408 | 429 | 500.. => true,
                409 => error_code.is_some_and(|code| PASSING_CONFLICTS.contains(&code)),
                _ => false,
            };
            // Redirects are refused for safety, so a header cannot override that.
            let again = if (300..400).contains(&status) { false } else { should_retry.unwrap_or(by_status) };
            if again { Verdict::Again } else { Verdict::Final }
        }
    }
}

/// Returns the wait that the service asks for: `retry-after-ms`, else `retry-after` in seconds or as a date
/// relative to the answer's own `date`. Invalid values are ignored; a past date means now.
pub(crate) fn asked_wait(
    retry_after_ms: Option<&str>,
    retry_after: Option<&str>,
    date: Option<SystemTime>,
) -> Option<Duration> {
    if let Some(ms) = retry_after_ms.and_then(number) {
        return Some(seconds(ms / 1000.0));
    }
    let text = retry_after?;
    if let Some(secs) = number(text) {
        return Some(seconds(secs));
    }
    let until = httpdate::parse_http_date(text.trim()).ok()?;
    Some(until.duration_since(date?).unwrap_or_default())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Converts seconds: negative means now; values out of range mean forever.
fn seconds(secs: f64) -> Duration {
    if secs <= 0.0 { Duration::ZERO } else { Duration::try_from_secs_f64(secs).unwrap_or(Duration::MAX) }
}

/// Returns the wait after the given number of attempts (from 1) if the service asks for none: half a second,
/// doubled up to 8 s, minus up to a quarter so that clients do not retry in step.
///
/// `spread` is any number that differs between waits; no other randomness is used.
pub(crate) fn backoff(tries: u32, spread: u64) -> Duration {
    let full = 500_u64 << tries.saturating_sub(1).min(4);
    // A multiplicative hash (Knuth's constant for 64 bits) spreads small counters over all values.
    let hash = (spread ^ (u64::from(tries) << 32)).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    let quarter = full / 4;
    Duration::from_millis(full - hash % (quarter + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Seen<'_> {
        let mut words = text.split(' ');
        let status = words.next().and_then(|word| word.parse().ok()).expect("a status");
        let (mut error_code, mut should_retry) = (None, None);
        for word in words {
            match word.strip_prefix("should-retry=") {
                Some(flag) => should_retry = Some(flag == "true"),
                None => error_code = Some(word),
            }
        }
        Seen::Answered { status, error_code, should_retry }
    }

    #[test]
    fn retries_follow_status_code_and_replay_safety() {
        use Verdict::{Again, Final, OutcomeUnknown};
        for (answer, safe, not_safe) in [
            ("400", Final, Final),
            ("401", Final, Final),
            ("402", Final, Final),
            ("403", Final, Final),
            ("404", Final, Final),
            ("408", Again, OutcomeUnknown),
            ("409", Final, Final),
            ("409 concurrent_membership_change", Again, Again),
            ("409 external_key_changed", Again, Again),
            ("409 something_else", Final, Final),
            ("413", Final, Final),
            ("422", Final, Final),
            ("429", Again, Again),
            ("500", Again, OutcomeUnknown),
            ("502", Again, OutcomeUnknown),
            ("503", Again, OutcomeUnknown),
            ("503 authorization_check_unavailable", Again, Again),
            ("503 change_outcome_unknown", Again, OutcomeUnknown),
            ("503 workspace_created_incomplete", Again, OutcomeUnknown),
            ("409 workspace_changed_concurrently", Final, Final),
            ("504", Again, OutcomeUnknown),
            ("529", Again, OutcomeUnknown),
            ("302", Final, Final),
            ("302 should-retry=true", Final, Final),
            ("400 should-retry=true", Again, Again),
            ("409 should-retry=true", Again, Again),
            ("429 should-retry=false", Final, Final),
            ("500 should-retry=false", Final, OutcomeUnknown),
            ("503 should-retry=true", Again, OutcomeUnknown),
            ("529 should-retry=true", Again, OutcomeUnknown),
            ("408 should-retry=true", Again, OutcomeUnknown),
        ] {
            assert_eq!(judge(status(answer), Replay::Safe), safe, "safe, {answer}");
            assert_eq!(judge(status(answer), Replay::NotSafe), not_safe, "not safe, {answer}");
        }
        for (seen, safe, not_safe) in [
            (Seen::NotSent, Again, Again),
            (Seen::Lost, Again, OutcomeUnknown),
            (Seen::BrokenOff, Again, OutcomeUnknown),
            (Seen::OddSuccess, Final, OutcomeUnknown),
        ] {
            assert_eq!(judge(seen, Replay::Safe), safe, "safe, {seen:?}");
            assert_eq!(judge(seen, Replay::NotSafe), not_safe, "not safe, {seen:?}");
        }
    }

    #[test]
    fn the_requested_wait_is_read_from_headers() {
        let date = httpdate::parse_http_date("Sat, 21 Nov 2026 21:00:00 GMT").ok();
        let secs = Duration::from_secs;
        for (ms, text, date, wait) in [
            (None, None, date, None),
            (Some("1500"), Some("60"), date, Some(Duration::from_millis(1500))),
            (Some("soon"), Some("60"), date, Some(secs(60))),
            (None, Some("1"), None, Some(secs(1))),
            (None, Some(" 0.5 "), None, Some(Duration::from_millis(500))),
            (None, Some("0"), None, Some(secs(0))),
            (None, Some("-5"), None, Some(secs(0))),
            (Some("-1"), None, None, Some(secs(0))),
            (None, Some("soon"), date, None),
            (None, Some(""), date, None),
            (None, Some("NaN"), date, None),
            (None, Some("inf"), date, None),
            (None, Some("1e30"), date, Some(Duration::MAX)),
            (None, Some("99999999999999999999999"), date, Some(Duration::MAX)),
            (None, Some("Sat, 21 Nov 2026 21:00:07 GMT"), date, Some(secs(7))),
            (None, Some("Sat, 21 Nov 2026 20:00:00 GMT"), date, Some(secs(0))),
            (None, Some("Sat, 21 Nov 2026 21:00:07 GMT"), None, None),
        ] {
            assert_eq!(asked_wait(ms, text, date), wait, "{ms:?} {text:?}");
        }
    }

    #[test]
    fn without_a_requested_wait_the_backoff_doubles_up_to_eight_seconds() {
        for (tries, full) in [(1, 500), (2, 1000), (3, 2000), (4, 4000), (5, 8000), (6, 8000), (99, 8000)] {
            let mut seen = std::collections::BTreeSet::new();
            for spread in 0..50 {
                let wait = u64::try_from(backoff(tries, spread).as_millis()).expect("small");
                assert!((full * 3 / 4..=full).contains(&wait), "{tries}: {wait}");
                seen.insert(wait);
            }
            assert!(seen.len() > 10, "spread out: {seen:?}");
        }
        assert_eq!(backoff(3, 7), backoff(3, 7));
    }
}
