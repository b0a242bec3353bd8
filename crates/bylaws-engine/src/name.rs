//! Names that look the same: the form in which names are compared, and where two of them differ. The callers
//! decide what follows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::hidden::{composed, is_hidden};
use crate::text::{Text, text};

/// Returns the form in which names are compared: Unicode NFC, each run of white space as one space, trimmed,
/// without invisible characters.
pub fn comparable(name: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii_graphic() || b == b' ';
    if name.bytes().all(is_plain) && name.trim().len() == name.len() && !name.contains("  ") {
        return Cow::Borrowed(name);
    }
    let visible: String = name.chars().filter(|&c| c.is_whitespace() || !is_hidden(c)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    Cow::Owned(composed(&words.join(" ")).into_owned())
}

/// Returns whether two names look the same but differ.
pub fn is_look_alike(one: &str, other: &str) -> bool {
    one != other && comparable(one) == comparable(other)
}

/// Returns the first difference of two names that look the same, for messages: ``U+00A0 for U+0020 at
/// character 5``.
pub fn difference(live: &str, files: &str) -> Text {
    let (mut live, mut files) = (live.chars(), files.chars());
    let mut at = 0_usize;
    loop {
        at += 1;
        let code = |c: char| format!("U+{:04X}", u32::from(c));
        match (live.next(), files.next()) {
            (None, None) => return "no difference".into(),
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) => {
                return text!("{} for {} at character {}", code(one), code(other), at);
            }
            (Some(one), None) => return text!("an additional {} at character {}", code(one), at),
            (None, Some(other)) => return text!("no {} at character {}", code(other), at),
        }
    }
}

/// Returns why tags are not written: a key looks the same as another one, in the files or live, but differs.
pub fn alike_tags(wanted: &BTreeMap<String, String>, live: &BTreeMap<String, String>) -> Option<Text> {
    wanted.keys().find_map(|key| {
        let other = wanted.keys().chain(live.keys()).find(|other| is_look_alike(other, key))?;
        Some(text!(
            "the tag `{}` looks the same as another one, which has {}; use one spelling",
            key,
            difference(other, key)
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{comparable, difference, is_look_alike};

    #[test]
    fn names_that_look_the_same_compare_as_equal() {
        for (one, other) in [
            ("prod eu", "prod\u{a0}eu"),
            ("prod eu", "prod  eu"),
            ("prod", "prod "),
            ("prod", "\u{3000}prod"),
            ("café", "cafe\u{301}"),
            ("prod", "pr\u{200b}od"),
            ("prod eu", "prod\teu"),
            ("\u{212b}", "\u{c5}"),
        ] {
            assert!(is_look_alike(one, other) && is_look_alike(other, one), "{one:?} {other:?}");
        }
        for (one, other) in
            [("prod", "prod"), ("prod", "Prod"), ("café", "cafe"), ("a b", "ab"), ("a-b", "a b")]
        {
            assert!(!is_look_alike(one, other), "{one:?} {other:?}");
        }
        assert_eq!(comparable(" a \u{a0} b "), "a b");
    }

    #[test]
    fn the_first_difference_is_reported_by_its_code_point() {
        for (live, files, said) in [
            ("prod\u{a0}eu", "prod eu", "U+00A0 for U+0020 at character 5"),
            ("prod ", "prod", "an additional U+0020 at character 5"),
            ("prod", "prod\u{200b}", "no U+200B at character 5"),
            ("cafe\u{301}", "café", "U+0065 for U+00E9 at character 4"),
            ("a", "a", "no difference"),
        ] {
            assert_eq!(difference(live, files).to_string().replace('`', ""), said);
        }
    }
}
