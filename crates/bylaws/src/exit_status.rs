//! The exit status of a run, and its code.

/// The exit status of a run. The numbers are an interface and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// In sync, or done.
    Done = 0,
    /// Failed, or wrong use of the command line.
    Failed = 1,
    /// Changes are pending.
    Pending = 2,
    /// A guard refused.
    Refused = 3,
    /// The files have problems, or there are none.
    Files = 4,
    /// Applied in part.
    Partial = 5,
    /// The plan is stale.
    Stale = 6,
}

impl ExitStatus {
    /// Returns the exit code of the process.
    pub fn code(self) -> u8 {
        self as u8
    }
}
