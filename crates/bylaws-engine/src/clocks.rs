//! Days of a plan: whether today is certain, and how far away others are.

use jiff::civil::Date;

/// Days before its end from which a line is listed as expiring, and after its end up to which an expiry
/// counts as reviewed when it was written.
pub const EXPIRY_WINDOW: i32 = 14;

/// Whether the clocks of the service and of this machine agree on the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clocks {
    /// They differ by at most a day, or the day is given: by a snapshot or the user.
    #[default]
    Agree,
    /// They differ by more than a day. One of them is wrong, so guards rely on neither: expiries count.
    Disagree,
}

/// Returns the days from `from` to `to`; negative if `to` is earlier.
pub fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
