//! The service's clock, taken from the answers that were used. Contradictory answers give no day.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The maximum difference between two answers of one run, beyond the time between them.
const TOLERANCE: Duration = Duration::from_hours(24);

/// The `Date` values seen so far.
#[derive(Default)]
pub(crate) struct ServiceClock(Mutex<State>);

#[derive(Default)]
struct State {
    first: Option<ServiceTime>,
    contradiction: Option<String>,
}

/// The time given by an answer.
#[derive(Clone, Copy)]
struct ServiceTime {
    date: SystemTime,
    at: Instant,
    is_fixed: bool,
}

impl ServiceClock {
    /// Records the `Date` of an answer that was used, which arrived at `at`. `is_fixed` says that the clock
    /// is fixed.
    pub(crate) fn take(&self, date: SystemTime, at: Instant, is_fixed: bool) {
        let mut state = self.state();
        let Some(first) = state.first else {
            state.first = Some(ServiceTime { date, at, is_fixed });
            return;
        };
        let passed = if first.is_fixed { Duration::ZERO } else { at.saturating_duration_since(first.at) };
        let expected = first.date.checked_add(passed).unwrap_or(date);
        let apart = date.duration_since(expected).unwrap_or_else(|earlier| earlier.duration());
        if apart > TOLERANCE {
            state.contradiction.get_or_insert_with(|| {
                let (one, other) = (httpdate::fmt_http_date(first.date), httpdate::fmt_http_date(date));
                format!("answers of the service disagree about the day: `{one}` and `{other}`")
            });
        }
    }

    /// Returns how two answers contradict each other; after that nothing may be sent.
    pub(crate) fn contradiction(&self) -> Option<String> {
        self.state().contradiction.clone()
    }

    /// Returns the time given by the first answer.
    pub(crate) fn first(&self) -> Option<SystemTime> {
        self.state().first.map(|first| first.date)
    }

    /// Returns whether the service said that its clock is fixed.
    pub(crate) fn is_fixed(&self) -> bool {
        self.state().first.is_some_and(|first| first.is_fixed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock, so a poisoned lock is safe to use.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether an answer contradicts the first one, given the hours passed by the service's clock
    /// and by this machine's.
    fn contradicts(hours: i64, passed: u64, is_fixed: bool) -> bool {
        let clock = ServiceClock::default();
        let (date, at) = (SystemTime::UNIX_EPOCH + Duration::from_hours(500_000), Instant::now());
        clock.take(date, at, is_fixed);
        let span = Duration::from_hours(hours.unsigned_abs());
        let told = if hours < 0 { date - span } else { date + span };
        clock.take(told, at + Duration::from_hours(passed), is_fixed);
        assert_eq!(clock.first(), Some(date), "the first answer still gives the day");
        clock.contradiction().is_some()
    }

    #[test]
    fn answers_more_than_a_day_apart_contradict_each_other() {
        for (hours, passed, is_fixed, wrong) in [
            (0, 0, false, false),
            (24, 0, false, false),
            (25, 0, false, true),
            (-25, 0, false, true),
            (4_700, 0, false, true),
            (72, 72, false, false),
            (0, 72, false, true),
            (0, 72, true, false),
            (25, 0, true, true),
        ] {
            assert_eq!(contradicts(hours, passed, is_fixed), wrong, "{hours} {passed} {is_fixed}");
        }
    }

    #[test]
    fn a_contradiction_is_permanent() {
        let clock = ServiceClock::default();
        let (date, at) = (SystemTime::UNIX_EPOCH, Instant::now());
        for days in [0, 3, 0] {
            clock.take(date + Duration::from_hours(24 * days), at, false);
        }
        let said = clock.contradiction().unwrap_or_default();
        assert!(said.contains("01 Jan 1970") && said.contains("04 Jan 1970"), "{said}");
    }
}
