//! Makes foreign text safe to show: escapes control characters, masks the credential and everything that
//! looks like a key, and limits the length.

use std::sync::{Arc, PoisonError, RwLock};

use crate::secret_forms::{STARS, SecretForms};

/// The maximum number of characters of one foreign text that are shown.
const MOST_CHARS: usize = 600;
/// A text this long after `sk-ant-` is a key, not one of the short hints that the service shows.
const KEY_LENGTH: usize = 24;

/// The secrets that a client has used so far. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<RwLock<Vec<SecretForms>>>);

impl Secrets {
    /// Adds a secret, which is masked from now on.
    pub(crate) fn add(&self, secret: &str) {
        let forms = SecretForms::of(secret);
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(forms);
    }

    /// Returns the text, safe to show.
    ///
    /// Characters that could hide or reorder text are escaped, not dropped: dropping one from the middle of
    /// a split secret would join it.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut visible = String::with_capacity(text.len().min(4096));
        for c in text.chars() {
            if needs_escape(c) {
                visible.extend(c.escape_unicode());
            } else {
                visible.push(c);
            }
        }
        let secrets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let masked = secrets.iter().fold(visible, |text, secret| secret.mask(&text));
        let hidden = without_keys(&masked);
        match hidden.char_indices().nth(MOST_CHARS) {
            Some((end, _)) => format!("{}…", hidden.get(..end).unwrap_or_default()),
            None => hidden,
        }
    }
}

/// Returns whether a character is a control character, or reorders, joins or hides its neighbours.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Masks every `sk-ant-` with a long tail: another key is just as secret.
fn without_keys(text: &str) -> String {
    const PREFIX: &str = "sk-ant-";
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(start) = rest.find(PREFIX) {
        let (before, key) = rest.split_at(start);
        let end =
            key.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(key.len());
        let (key, after) = key.split_at(end);
        out.push_str(before);
        out.push_str(if key.len() >= PREFIX.len() + KEY_LENGTH { STARS } else { key });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-ant-admin01-canary";

    fn clean(text: &str) -> String {
        let secrets = Secrets::default();
        secrets.add("another-canary");
        secrets.add(SECRET);
        secrets.clean(text)
    }

    #[test]
    fn foreign_text_is_made_safe_to_show() {
        for (text, shown) in [
            ("plain, ünïcode — fine", "plain, ünïcode — fine"),
            ("key sk-ant-admin01-canary!", "key ***!"),
            ("another-canary and sk-ant-admin01-canary", "*** and ***"),
            ("sk-ant-admin01-canarysk-ant-admin01-canary", "******"),
            ("\u{1b}[31mred\r\n", "\\u{1b}[31mred\\u{d}\\u{a}"),
            ("sk-ant-\u{200b}admin01-canary", "sk-ant-\\u{200b}admin01-canary"),
            ("hint sk-ant-api03-R2D...igAA stays", "hint sk-ant-api03-R2D...igAA stays"),
            ("other sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAA_B-c.", "other ***."),
            ("abc\u{202e}fed", "abc\\u{202e}fed"),
        ] {
            assert_eq!(clean(text), shown, "{text:?}");
        }
    }

    #[test]
    fn length_is_limited_and_the_cut_is_visible() {
        let shown = clean(&"é".repeat(5000));
        assert_eq!(shown.chars().count(), MOST_CHARS + 1);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn a_secret_at_the_cut_does_not_show_its_beginning() {
        let shown = clean(&format!("{}{SECRET}", "x".repeat(MOST_CHARS - 5)));
        assert!(!shown.contains("sk-ant"), "{shown}");
    }
}
