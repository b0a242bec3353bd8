//! A source file: its display name and its text.
//! `folder.rs` reads it from the file system.

use crate::refusal::Refusal;
use crate::rule::Severity;
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

impl SourceFile {
    /// Returns whether the file is not part of the configuration unless another one names it.
    pub fn is_only_named(&self) -> bool {
        is_json(&self.name)
    }
}

/// Returns whether the name of a file ends in `.json`, in either letter case.
pub(crate) fn is_json(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("json"))
}

/// A file to load. If it has a `trouble`, its text is not parsed.
pub(crate) struct Incoming {
    pub(crate) file: SourceFile,
    pub(crate) trouble: Option<Refusal>,
}

impl Incoming {
    /// Returns a file with this text, without a byte order mark.
    pub(crate) fn text(name: String, text: String) -> Self {
        let text = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let trouble = of_bytes(text.as_bytes());
        // A text that is not parsed is dropped, but a location needs at least one character.
        let text = if trouble.is_some() || text.is_empty() { "\n".to_owned() } else { text };
        Self { file: SourceFile { name, text }, trouble }
    }

    /// Returns a file with these bytes, which must be UTF-8.
    pub(crate) fn of_bytes(name: String, bytes: Vec<u8>) -> Self {
        if let Some(trouble) = of_bytes(&bytes) {
            return Self::broken(name, trouble);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::text(name, text),
            Err(error) => {
                let byte = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let mut incoming = Self::text(name, text);
                let trouble =
                    Refusal::of_file(&rules::NOT_UTF8, "this is not valid UTF-8", "save the file as UTF-8");
                incoming.trouble = Some(Refusal { byte, ..trouble });
                incoming
            }
        }
    }

    /// Returns whether the file is not part of the configuration and only causes a warning.
    pub(crate) fn is_left_out(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.rule.severity == Severity::Warning)
    }

    /// Returns a file that cannot be read.
    pub(crate) fn broken(name: String, trouble: Refusal) -> Self {
        Self { file: SourceFile { name, text: "\n".to_owned() }, trouble: Some(trouble) }
    }
}

/// Returns the error for bytes that are too many, or in another encoding that cannot be converted.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Refusal> {
    if bytes.len() > MAX_FILE {
        let message = format!("this file is larger than {} MiB", MAX_FILE / (1024 * 1024));
        return Some(Refusal::of_file(&rules::TOO_LARGE, message, "split it into several files"));
    }
    is_utf16(bytes).then(|| Refusal::of_file(&rules::NOT_UTF8, "this file is UTF-16", "save it as UTF-8"))
}

/// Returns whether these bytes look like UTF-16: they have its byte order mark, or every other byte at the beginning is
/// NUL.
fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let nul = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (nul(0), nul(1));
    even + odd >= 2 && even.min(odd) * 4 < even.max(odd) && even.max(odd) * 4 > head.len()
}
