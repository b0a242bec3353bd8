//! Decides which answers are retried, and after how long. Pure: equal inputs give equal results; waiting and
//! sending happen elsewhere.

use std::time::Duration;

use crate::Replay;
use crate::tried::Failed;

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Retry.
    Again,
    /// The answer is final.
    Final,
    /// Must not be repeated, and its outcome is unknown.
    OutcomeUnknown,
}

/// The code of a 503 that guarantees that nothing was done.
const NOTHING_WAS_DONE: &str = "authorization_check_unavailable";

/// Codes of a 409 that is worth retrying; all other conflicts are final.
const PASSING_CONFLICTS: [&str; 2] = ["concurrent_membership_change", "external_key_changed"];

/// Decides about an attempt that was not a success (`docs/service-behaviour.md#errors-and-retries`).
pub(crate) fn decide(failed: &Failed, replay: Replay) -> Decision {
    // After a 408 or 5xx the request may have been carried out, whatever `x-should-retry` says.
    if replay == Replay::NotSafe && may_have_acted(failed) {
        return Decision::OutcomeUnknown;
    }
    let again = match failed {
        Failed::NotSent(_) | Failed::Lost(_) | Failed::BrokenOff(..) => true,
        // It would not be better the next time.
        Failed::TooLarge(_) => false,
        Failed::Refused(head, body) => match (head.status, body.error_code.as_deref()) {
            (_, Some(NOTHING_WAS_DONE)) => true,
            // Redirects are refused for safety, so a header cannot override that.
            (300..400, _) => false,
            (status, code) => head.should_retry.unwrap_or(match status {
                408 | 429 | 500.. => true,
                409 => code.is_some_and(|code| PASSING_CONFLICTS.contains(&code)),
                _ => false,
            }),
        },
    };
    if again { Decision::Again } else { Decision::Final }
}

/// Returns whether the service may have carried out the request.
pub(crate) fn may_have_acted(failed: &Failed) -> bool {
    match failed {
        Failed::NotSent(_) => false,
        Failed::Lost(_) | Failed::BrokenOff(..) | Failed::TooLarge(_) => true,
        Failed::Refused(head, body) => {
            matches!(head.status, 408 | 500..) && body.error_code.as_deref() != Some(NOTHING_WAS_DONE)
        }
    }
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
    use crate::error::ErrorBody;
    use crate::tried::{Head, NoAnswer};

    fn refused(text: &str) -> Failed {
        let mut words = text.split(' ');
        let status = words.next().and_then(|word| word.parse().ok()).expect("a status");
        let (mut head, mut body) = (Head { status, ..Head::default() }, ErrorBody::default());
        for word in words {
            match word.strip_prefix("should-retry=") {
                Some(flag) => head.should_retry = Some(flag == "true"),
                None => body.error_code = Some(word.to_owned()),
            }
        }
        Failed::Refused(head, body)
    }

    fn no_answer() -> NoAnswer {
        NoAnswer { why: String::new(), cause: None }
    }

    #[test]
    fn retries_follow_status_code_and_replay_safety() {
        use Decision::{Again, Final, OutcomeUnknown};
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
            assert_eq!(decide(&refused(answer), Replay::Safe), safe, "safe, {answer}");
            assert_eq!(decide(&refused(answer), Replay::NotSafe), not_safe, "not safe, {answer}");
        }
        for (name, failed, safe, not_safe) in [
            ("not sent", Failed::NotSent(no_answer()), Again, Again),
            ("lost", Failed::Lost(no_answer()), Again, OutcomeUnknown),
            ("broken off", Failed::BrokenOff(Head::default(), String::new()), Again, OutcomeUnknown),
            ("too large", Failed::TooLarge(Head::default()), Final, OutcomeUnknown),
        ] {
            assert_eq!(decide(&failed, Replay::Safe), safe, "safe, {name}");
            assert_eq!(decide(&failed, Replay::NotSafe), not_safe, "not safe, {name}");
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
