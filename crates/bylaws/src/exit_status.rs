//! The exit status of a run, and its code.

/// The exit status of a run. The numbers are an interface and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// In sync, or done.
    Done,
    /// Failed, or wrong use of the command line.
    Failed,
    /// Changes are pending.
    Pending,
    /// A guard refused.
    Refused,
    /// The files have problems, or there are none.
    Files,
    /// Applied in part.
    Partial,
    /// The plan is stale.
    Stale,
}

impl ExitStatus {
    /// Returns the exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Pending => 2,
            Self::Refused => 3,
            Self::Files => 4,
            Self::Partial => 5,
            Self::Stale => 6,
        }
    }
}
