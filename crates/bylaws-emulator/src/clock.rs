//! The emulator's clock: the machine's, unless a seed sets it; then it is fixed until it is moved. Rate
//! limit, latency and stale reads use real time instead.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Unit};

use crate::envelope::Refusal;
use crate::object::Object;

/// The clock of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// A fixed time, so that every run is the same.
    Fixed(Timestamp),
    /// The machine's clock plus an offset.
    Running { ahead: SignedDuration },
}

impl Clock {
    /// Returns the clock of a seed: fixed if the seed has `now`.
    pub(crate) fn of_seed(now: Option<Timestamp>) -> Self {
        now.map_or(Self::Running { ahead: SignedDuration::ZERO }, Self::Fixed)
    }

    /// Returns the time, in whole seconds if the clock is running.
    pub(crate) fn now(self) -> Timestamp {
        match self {
            Self::Fixed(time) => time,
            Self::Running { ahead } => machine_time().checked_add(ahead).unwrap_or(Timestamp::MAX),
        }
    }

    pub(crate) fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed(_))
    }

    /// Returns the clock set to a time. A running clock continues from there.
    pub(crate) fn set(self, to: Timestamp) -> Self {
        match self {
            Self::Fixed(_) => Self::Fixed(to),
            Self::Running { .. } => Self::Running { ahead: to.duration_since(machine_time()) },
        }
    }
}

/// Returns the machine's time in whole seconds.
pub(crate) fn machine_time() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Parses `{"advance": "21d"}` or `{"set": "2026-12-01T00:00:00Z"}` and returns the time that the clock gets.
pub(crate) fn read_move(mut body: Object, now: Timestamp) -> Result<Timestamp, Refusal> {
    let advance = body.optional_text("advance")?;
    let set = body.nullable_time("set")?;
    body.finish()?;
    match (advance, set) {
        (Some(text), None) => {
            let by = duration(&text);
            advanced(
                now,
                by.ok_or_else(|| Refusal::invalid("advance: expected a duration such as 21d or 1h 30m."))?,
            )
        }
        (None, Some(time)) => Ok(time),
        _ => Err(Refusal::invalid("Give either advance or set.")),
    }
}

/// Returns the time after a duration.
pub(crate) fn advanced(now: Timestamp, by: SignedDuration) -> Result<Timestamp, Refusal> {
    now.checked_add(by).map_err(|_| Refusal::invalid("advance: the time is out of range."))
}

/// Formats a time for an HTTP header, such as `Sat, 21 Nov 2026 09:00:00 GMT`.
pub(crate) fn http_date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let days = SpanRelativeTo::days_are_24_hours();
    let length = span.to_duration(days).ok()?;
    // "2 hours ago" parses, but is not a duration here.
    (!length.is_negative() && span.total((Unit::Second, days)).is_ok()).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations_are_parsed_as_people_write_them() {
        assert_eq!(duration("21d"), Some(SignedDuration::from_hours(21 * 24)));
        assert_eq!(duration("1h 30m"), Some(SignedDuration::from_mins(90)));
        assert_eq!(duration("90s"), Some(SignedDuration::from_secs(90)));
        for bad in ["", "soon", "2 hours ago", "-1d", "1mo"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_fixed_clock_stays_where_it_is_set() {
        let fixed = Clock::of_seed(Some(time("2026-11-21T09:00:00Z")));
        assert_eq!(http_date(fixed.now()), "Sat, 21 Nov 2026 09:00:00 GMT");
        let moved = fixed.set(time("2027-01-01T00:00:00Z"));
        assert_eq!((moved.now(), moved.is_fixed()), (time("2027-01-01T00:00:00Z"), true));
    }

    #[test]
    fn a_running_clock_continues_from_where_it_is_set() {
        let near = |clock: Clock, to: Timestamp| clock.now().duration_since(to).abs().as_secs() <= 2;
        let running = Clock::of_seed(None);
        assert!(near(running, Timestamp::now()) && !running.is_fixed());
        let day = SignedDuration::from_hours(24);
        let ahead = running.set(advanced(running.now(), day).unwrap());
        assert!(near(ahead, Timestamp::now() + day) && !ahead.is_fixed());
        let back = ahead.set(time("2001-01-01T00:00:00Z"));
        assert!(near(back, time("2001-01-01T00:00:00Z")) && !back.is_fixed());
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_move_is_either_advance_or_set() {
        let read = |value| read_move(Object::new(value).unwrap(), machine_time());
        assert!(read(json!({})).is_err());
        assert!(read(json!({"advance": "1d", "set": "2026-12-01T00:00:00Z"})).is_err());
        assert!(read(json!({"set": "2026-12-01T00:00:00Z"})).is_ok());
        assert!(advanced(machine_time(), SignedDuration::MAX).is_err());
    }
}
