//! The result of a finished run, and its comparison with the expected one.

use std::fmt;
use std::path::Path;

use serde_json::Value;

/// A finished run.
#[derive(Clone)]
pub(crate) struct Ran {
    pub(crate) line: String,
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
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

/// Compares with `snapshots/NAME.snap`; a name may contain a folder.
#[track_caller]
pub(crate) fn shown(name: &str, text: impl fmt::Display) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/snapshots");
    let (folder, name) = name.rsplit_once('/').map_or((root.clone(), name), |(f, name)| (root.join(f), name));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Every emulator has its own port; times in snapshots come from fixed clocks.
    settings.add_filter(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:PORT");
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    settings.add_filter(r"\breq_[0-9A-Za-z]+", "req_ID");
    settings.add_filter(r" \(os error \d+\)", "");
    settings.bind(|| insta::assert_snapshot!(name, text.to_string()));
}
