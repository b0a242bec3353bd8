//! One file as read: its name for people and its text.
//! Where it came from is `folder.rs`'s business.

use crate::place::At;
use crate::rule::{Rule, Severity};
use crate::rules;

/// One file: what people call it, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As shown to people, relative to the root given.
    pub name: String,
    /// The text, without a byte order mark, anything like a live key masked, and never empty.
    pub text: String,
}

/// A file on its way in. With a trouble, its text is not read as YAML.
pub(crate) struct Incoming {
    pub(crate) file: SourceFile,
    pub(crate) trouble: Option<Trouble>,
}

/// Why a file could not be taken as it stands.
pub(crate) struct Trouble {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    /// Byte at which it shows.
    pub(crate) byte: usize,
}

impl Incoming {
    /// A file with this text: a byte order mark is dropped.
    pub(crate) fn text(name: String, text: String) -> Self {
        let text = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let trouble = if text.len() > crate::folder::MAX_FILE {
            Some(Trouble::too_large())
        } else {
            is_utf16(text.as_bytes()).then(Trouble::utf16)
        };
        // What is not read need not be kept; there must be something to point at, though.
        let text = if trouble.is_some() || text.is_empty() { "\n".to_owned() } else { text };
        Self { file: SourceFile { name, text }, trouble }
    }

    /// Whether nothing of it counts, and nothing has to: it is only worth a warning.
    pub(crate) fn is_left_out(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.rule.severity == Severity::Warning)
    }

    /// A file that cannot be read at all.
    pub(crate) fn broken(name: String, trouble: Trouble) -> Self {
        Self { file: SourceFile { name, text: "\n".to_owned() }, trouble: Some(trouble) }
    }
}

/// Whether these bytes look like UTF-16: by their mark, or as every second one of the first is NUL.
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
        let cap = crate::folder::MAX_FILE / (1024 * 1024);
        Self::new(
            &rules::TOO_LARGE,
            format!("this file has more than {cap} MiB"),
            "split it into several files",
        )
    }

    pub(crate) fn at(&self, file: u32, text: &str) -> At {
        At::bytes(file, text, self.byte, self.byte)
    }
}
