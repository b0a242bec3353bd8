//! The result of a finished run.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// A finished run.
#[derive(Clone)]
pub(crate) struct Ran {
    pub(crate) line: String,
    /// -1 if a signal ended it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    /// The time on the clock of the environment.
    pub(crate) took: Duration,
    /// The most memory in MiB, if it was measured and the system tells it.
    pub(crate) memory: Option<u64>,
}

impl Ran {
    /// Checks that the run ended with this code; otherwise shows all of it.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Returns standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Returns all output.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Formats the run as a terminal would show it.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ bylaws {}", self.line)?;
        f.write_str(&self.out)?;
        if !self.err.is_empty() {
            writeln!(f, "[stderr]\n{}", self.err.trim_end())?;
        }
        writeln!(f, "[exit {}]", self.code)
    }
}
