//! Writes a string as a YAML scalar.
//! It is double-quoted if any YAML parser, including old ones, could read it as another value.

use std::fmt::Write as _;

use crate::scalars::is_uuid;

/// Words that some parsers read as a boolean, null or number.
const NOT_TEXT: [&str; 11] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];

/// Returns the text as a key or value, valid in block and flow context.
pub fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Returns whether a text needs no quotes: it begins with a letter, or has a word that does as in `500 USD`, and contains
/// only characters without a meaning in YAML and single spaces.
fn is_plain(text: &str) -> bool {
    let safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '+' | '/' | '-' | '%' | ' ');
    is_uuid(text)
        || begins(text)
            && text.chars().all(safe)
            && !text.ends_with(' ')
            && !text.contains("  ")
            && !NOT_TEXT.contains(&text.to_ascii_lowercase().as_str())
}

/// Returns whether a text begins with a letter, or with a number that another word makes a text.
fn begins(text: &str) -> bool {
    let is_letter = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    let number_and_word = text.split_once(' ').filter(|(number, _)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    is_letter(text) || number_and_word.is_some_and(|(_, rest)| is_letter(rest))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (_, c, unseen) in bylaws_engine::spelling::characters(text) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if unseen => {
                let code = u32::from(c);
                // Writing to a String cannot fail.
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02x}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn ambiguous_strings_are_quoted() {
        for plain in
            ["ada@acme.com", "Claude Code", "user_01Ab", "archive workspace/a%20b", "500 USD", "500.50 USD"]
        {
            assert_eq!(scalar(plain), plain);
        }
        assert_eq!(scalar("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10");
        for text in [
            "",
            "no",
            "On",
            "Y",
            "null",
            "~",
            "1",
            "1.10",
            "0x1F",
            "2027-01-31",
            "12:30",
            "1e5",
            "1 000",
            "1e5 x",
            "500 _",
            "<<",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#a",
            "*a",
            "&a",
            "!a",
            "@a",
            "%a",
            "a,b",
            "[a]",
            "{a}",
            " a",
            "a ",
            "a  b",
            "é",
            "?",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(scalar("a\u{a0}b"), r#""a\xa0b""#);
        assert_eq!(scalar("cafe\u{301}"), r#""cafe\u0301""#);
        assert_eq!(scalar("a\"\\\n\t\u{7}\u{202e}\u{e0041}"), r#""a\"\\\n\t\x07\u202e\U000e0041""#);
    }
}
