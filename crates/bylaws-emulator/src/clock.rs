//! The emulator's clock: stands still until somebody moves it, so that every run is the same run.
//! Rate limit, latency and staleness use real time and do not look here.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Unit};

use crate::envelope::Refusal;
use crate::object::Object;

/// Where the clock stands when a seed does not say: 2026-11-21T09:00:00Z.
pub(crate) fn default_now() -> Timestamp {
    Timestamp::from_second(1_795_251_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// How the clock is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Advance(SignedDuration),
    Set(Timestamp),
}

impl Move {
    /// Reads `{"advance": "21d"}` or `{"set": "2026-12-01T00:00:00Z"}`.
    pub(crate) fn read(mut body: Object) -> Result<Self, Refusal> {
        let advance = body.optional_text("advance")?;
        let set = body.nullable_time("set")?;
        body.finish()?;
        match (advance, set) {
            (Some(text), None) => duration(&text)
                .map(Self::Advance)
                .ok_or_else(|| Refusal::invalid("advance: expected a duration such as 21d or 1h 30m.")),
            (None, Some(time)) => Ok(Self::Set(time)),
            _ => Err(Refusal::invalid("Give either advance or set.")),
        }
    }

    pub(crate) fn by(duration: Duration) -> Self {
        Self::Advance(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX))
    }

    /// Where the clock stands afterwards.
    pub(crate) fn from(self, now: Timestamp) -> Result<Timestamp, Refusal> {
        match self {
            Self::Set(time) => Ok(time),
            Self::Advance(by) => {
                now.checked_add(by).map_err(|_| Refusal::invalid("advance: leads past the end of time."))
            }
        }
    }
}

/// A time as HTTP headers write it, such as `Sat, 21 Nov 2026 09:00:00 GMT`.
pub(crate) fn http_date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let days = SpanRelativeTo::days_are_24_hours();
    let length = span.to_duration(days).ok()?;
    // "2 hours ago" parses, but nobody means it here.
    (!length.is_negative() && span.total((Unit::Second, days)).is_ok()).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(duration("21d"), Some(SignedDuration::from_hours(21 * 24)));
        assert_eq!(duration("1h 30m"), Some(SignedDuration::from_mins(90)));
        assert_eq!(duration("90s"), Some(SignedDuration::from_secs(90)));
        for bad in ["", "soon", "2 hours ago", "-1d", "1mo"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_starts_in_november() {
        assert_eq!(default_now().to_string(), "2026-11-21T09:00:00Z");
        assert_eq!(http_date(default_now()), "Sat, 21 Nov 2026 09:00:00 GMT");
    }

    #[test]
    fn a_move_is_one_of_two() {
        let read = |value| Move::read(Object::new(value).unwrap());
        assert!(read(json!({})).is_err());
        assert!(read(json!({"advance": "1d", "set": "2026-12-01T00:00:00Z"})).is_err());
        assert!(read(json!({"set": "2026-12-01T00:00:00Z"})).is_ok());
        assert!(Move::by(Duration::MAX).from(default_now()).is_err());
    }
}
