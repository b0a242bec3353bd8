//! Whether the day that a plan is made for is beyond doubt.

/// Whether the service's clock and that of the machine that plans tell the same day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clocks {
    /// They differ by a day at most, or the day is not to be doubted: a snapshot's, or one that somebody gave.
    #[default]
    Agree,
    /// They differ by more than a day. One of them is wrong, so guards rely on neither: expiries count.
    Disagree,
}
