//! Times as people read them.

use jiff::{SignedDuration, Timestamp};

/// Returns a time in its largest unit, rounded down.
pub(crate) fn span(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Returns how long ago something was.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", span(now.duration_since(at)))
}

/// Returns how long it is until something is due.
pub(crate) fn until(at: Timestamp, now: Timestamp) -> String {
    match at.duration_since(now) {
        left if left.is_positive() => format!("in {}", span(left)),
        _ => "due".to_owned(),
    }
}
