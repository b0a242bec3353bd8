//! A source file: its display name and its text.
//! `folder.rs` reads it from the file system.

use crate::rule::{Rule, Severity};
use crate::rules;

/// Maximum size of a file, in bytes.
pub(crate) const MAX_FILE: usize = 16 * 1024 * 1024;

/// A source file with its display name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name as displayed, relative to the given path.
    pub name: String,
    /// The text. After loading it has no byte order mark, secret keys are masked, and it is never empty.
    pub text: String,
}

/// A file to load. If it has a `trouble`, its text is not parsed.
pub(crate) struct Incoming {
    pub(crate) file: SourceFile,
    pub(crate) trouble: Option<Trouble>,
}

/// A problem with a file as a whole.
pub(crate) struct Trouble {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    /// The byte at which it is reported.
    pub(crate) byte: usize,
}

impl Incoming {
    /// Returns a file with this text, without a byte order mark.
    pub(crate) fn text(name: String, text: String) -> Self {
        let text = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let trouble = if text.len() > MAX_FILE {
            Some(Trouble::too_large())
        } else {
            is_utf16(text.as_bytes()).then(Trouble::utf16)
        };
        // A text that is not parsed is dropped, but a location needs at least one character.
        let text = if trouble.is_some() || text.is_empty() { "\n".to_owned() } else { text };
        Self { file: SourceFile { name, text }, trouble }
    }

    /// Returns whether the file is not part of the configuration and only causes a warning.
    pub(crate) fn is_left_out(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.rule.severity == Severity::Warning)
    }

    /// Returns a file that cannot be read.
    pub(crate) fn broken(name: String, trouble: Trouble) -> Self {
        Self { file: SourceFile { name, text: "\n".to_owned() }, trouble: Some(trouble) }
    }
}

/// Returns whether these bytes look like UTF-16: they have its byte order mark, or every other byte at the beginning is
/// NUL.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let nul = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (nul(0), nul(1));
    even + odd >= 2 && even.min(odd) * 4 < even.max(odd) && even.max(odd) * 4 > head.len()
}

impl Trouble {
    pub(crate) fn utf16() -> Self {
        Self::new(&rules::NOT_UTF8, "this file is UTF-16", "save it as UTF-8")
    }

    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>, help: &'static str) -> Self {
        Self { rule, message: message.into(), help, byte: 0 }
    }

    pub(crate) fn too_large() -> Self {
        let cap = MAX_FILE / (1024 * 1024);
        Self::new(
            &rules::TOO_LARGE,
            format!("this file is larger than {cap} MiB"),
            "split it into several files",
        )
    }
}
