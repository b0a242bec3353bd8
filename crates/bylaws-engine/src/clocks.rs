//! Whether the day of the plan is certain.

/// Whether the clocks of the service and of this machine agree on the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clocks {
    /// They differ by at most a day, or the day is given: by a snapshot or the user.
    #[default]
    Agree,
    /// They differ by more than a day. One of them is wrong, so guards rely on neither: expiries count.
    Disagree,
}
