//! Finds a secret in foreign texts, in clear text and in the encodings that servers and proxies use when
//! repeating it.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The replacement for a secret.
pub(crate) const STARS: &str = "***";
/// A shorter piece of an encoded secret may match by chance.
const SHORTEST: usize = 8;

/// The forms of a secret: clear text in any letter case, percent-encoded, hexadecimal, and both base64
/// alphabets with anything before and after it (`key:`, `Bearer key`).
pub struct SecretForms {
    plain: String,
    /// In lower case.
    hexadecimal: String,
    base64: Vec<String>,
}

impl SecretForms {
    /// Returns the forms of a secret.
    pub fn of(secret: &str) -> Self {
        let hexadecimal = base16ct::lower::encode_string(secret.as_bytes());
        let mut base64: Vec<String> = (0..3).flat_map(|before| inner_base64(secret, before)).collect();
        base64.sort_unstable();
        base64.dedup();
        base64.retain(|form| form.len() >= SHORTEST);
        Self { plain: secret.to_owned(), hexadecimal, base64 }
    }

    /// Returns the text with every form of the secret replaced by `***`.
    pub fn mask(&self, text: &str) -> String {
        let mut text = masked(text, &self.plain);
        if self.plain.len() >= SHORTEST {
            text = masked(&text, &self.hexadecimal);
        }
        for form in &self.base64 {
            text = with_rest_of_base64(&text, form);
        }
        text
    }
}

impl std::fmt::Debug for SecretForms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(STARS)
    }
}

/// Returns the base64 characters, in both alphabets, that depend only on the secret if it follows this many
/// other bytes, modulo 3.
fn inner_base64(secret: &str, before: usize) -> [String; 2] {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
        .map(|text| text.get(first..end).unwrap_or_default().to_owned())
}

/// Masks a base64 form and the characters next to it, which contain its first and last bits.
fn with_rest_of_base64(text: &str, form: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(form) {
        let (before, found) = rest.split_at(at);
        out.push_str(before.trim_end_matches(is_base64));
        out.push_str(STARS);
        rest = found.get(form.len()..).unwrap_or_default().trim_start_matches(is_base64);
    }
    out.push_str(rest);
    out
}

/// Masks ASCII text in any letter case, with any characters percent-encoded.
fn masked(text: &str, secret: &str) -> String {
    if secret.is_empty() {
        return text.to_owned();
    }
    let read = percent_decoded(text);
    let is_it = |window: &[(u8, Range<usize>)]| {
        window.iter().zip(secret.bytes()).all(|((byte, _), wanted)| byte.eq_ignore_ascii_case(&wanted))
    };
    let mut out = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while let Some(window) = read.get(at..at + secret.len()) {
        match (window.first(), window.last()) {
            (Some((_, first)), Some((_, last))) if is_it(window) => {
                out.push_str(text.get(copied..first.start).unwrap_or_default());
                out.push_str(STARS);
                copied = last.end;
                at += secret.len();
            }
            _ => at += 1,
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Returns the percent-decoded bytes of a text, each with its range in the text.
fn percent_decoded(text: &str) -> Vec<(u8, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        let decoded = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let end = at + if decoded.is_some() { 3 } else { 1 };
        read.push((decoded.unwrap_or(byte), at..end));
        at = end;
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    const SECRET: &str = "sk-ant-admin01-Canary_42-xyz";

    #[test]
    fn no_encoding_shows_the_secret() {
        let forms = SecretForms::of(SECRET);
        let percent = |every: bool| -> String {
            let plain = |c: char| c.is_ascii_alphanumeric() && !every;
            SECRET
                .chars()
                .map(|c| if plain(c) { c.to_string() } else { format!("%{:02X}", u32::from(c)) })
                .collect()
        };
        let hexadecimal = base16ct::lower::encode_string(SECRET.as_bytes());
        let mut echoes = vec![
            SECRET.to_owned(),
            SECRET.to_uppercase(),
            SECRET.to_lowercase(),
            percent(false),
            percent(true),
            percent(true).to_lowercase(),
            hexadecimal.to_uppercase(),
            hexadecimal,
        ];
        for (before, after) in [
            ("", ""),
            (":", ""),
            ("", ":"),
            ("Bearer ", ""),
            ("user:", "\n"),
            ("ab", "c"),
            ("{\"k\":\"", "\"}"),
        ] {
            let whole = format!("{before}{SECRET}{after}");
            echoes.push(STANDARD.encode(&whole));
            echoes.push(URL_SAFE_NO_PAD.encode(&whole));
            echoes.push(URL_SAFE.encode(&whole));
        }
        for echo in echoes {
            let shown = forms.mask(&format!("you sent <{echo}>, twice: {echo}"));
            assert_eq!(shown, "you sent <***>, twice: ***", "{echo}");
        }
    }

    #[test]
    fn other_text_is_kept() {
        let forms = SecretForms::of(SECRET);
        for text in
            ["", "100% of é%C3", "sk-ant-admin01-", "c2stYW50", "user_01WCz1FkmYMm4gnmykNKUu3Q", "50%"]
        {
            assert_eq!(forms.mask(text), text);
        }
        assert_eq!(
            SecretForms::of("k").mask("a k 6b aw"),
            "a *** 6b aw",
            "too short to be distinguished from other text"
        );
        assert_eq!(format!("{forms:?}"), "***");
    }
}
