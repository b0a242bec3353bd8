//! User-supplied text as Markdown: always inside a code span, where renderers ignore mentions, references, links,
//! HTML, emoji and mathematics.

use bylaws_engine::sentence::noun;
use unicode_width::UnicodeWidthChar;

use crate::document::canonical::{sha256, short};
use crate::render::escape::escape;

/// Longer text is cut in its middle; its length and a hash identify it.
const LONGEST: usize = 140;
const HEAD: usize = 100;
const TAIL: usize = 30;

/// Returns the text as a code span, or as two if it is long.
pub fn code(text: &str) -> String {
    // Before any cut, which could hide half of a key from the masking.
    let text = bylaws_config::without_live_keys(text);
    let length = text.chars().count();
    if length <= LONGEST {
        return span(&visible(&text));
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(length - TAIL).collect();
    let shown = span(&format!("{}…{}", visible(&head), visible(&tail)));
    let hash = sha256(&text);
    format!("{shown} ({} characters, SHA-256 {})", count(length), span(short(&hash)))
}

/// Returns all of the text as a code span, for what a reviewer must see.
pub(super) fn whole(text: &str) -> String {
    span(&visible(&bylaws_config::without_live_keys(text)))
}

/// Returns a code span for a table cell: there `|` would end the cell even inside a code span, and the backslash
/// before it is removed by the renderer.
pub fn in_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Inserts commas into digits: `1234567` becomes `1,234,567`.
pub fn commas(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns a number with commas: `4,312`.
pub(super) fn count(n: usize) -> String {
    commas(&n.to_string())
}

/// Returns a count with its noun: `1 change`, `4,312 changes`.
pub(super) fn plural(n: usize, word: &str) -> String {
    format!("{} {}", count(n), noun(n, word))
}

/// Escapes the text as for a terminal, and also spaces that a page would collapse and combining marks that would
/// overlap other text.
fn visible(text: &str) -> String {
    let escape = escape(text);
    let mut out = String::with_capacity(escape.len());
    let mut marks = 1;
    let mut after_space = true;
    let mut rest = escape.chars().peekable();
    while let Some(c) = rest.next() {
        let is_mark = c.width() == Some(0);
        marks = if is_mark { marks + 1 } else { 0 };
        let is_swallowed = c == ' ' && (after_space || rest.peek().is_none());
        after_space = c == ' ';
        if is_swallowed || c != ' ' && c.is_whitespace() || is_mark && (marks > 2 || out.is_empty()) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Returns a code span with a fence longer than any run of back-ticks in the text.
fn span(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space between a back-tick of the text and the fence; the renderer removes both spaces.
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let span = format!("{fence}{gap}{text}{gap}{fence}");
    // Right-to-left text must not reorder the words around it.
    if text.chars().any(reads_leftwards) { format!("&lrm;{span}&lrm;") } else { span }
}

fn reads_leftwards(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_supplied_text_stays_in_its_span() {
        for (text, shown) in [
            ("ada@acme.com", "`ada@acme.com`"),
            ("", "(empty)"),
            ("a`b", "``a`b``"),
            ("```", "```` ``` ````"),
            ("a``", "``` a`` ```"),
            (" a  b ", "`\\u{20}a \\u{20}b\\u{20}`"),
            (" ", "`\\u{20}`"),
            ("a\u{3000}b\u{a0}", "`a\\u{3000}b\\u{a0}`"),
            ("two\nlines\r", "`two\\u{a}lines\\u{d}`"),
            ("</details><!-- -->|[x](y)", "`</details><!-- -->|[x](y)`"),
            ("\u{5d0}\u{5d1}", "&lrm;`\u{5d0}\u{5d1}`&lrm;"),
            ("\u{301}e\u{301}", "`\\u{301}e\\u{301}`"),
            ("x\u{33d}\u{33d}\u{33d}", "`x\u{33d}\u{33d}\\u{33d}`"),
            ("##[error]", "`#\\u{23}[error]`"),
        ] {
            assert_eq!(code(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_still_identifiable() {
        let (one, two) = (code(&"x".repeat(10_000)), code(&"x".repeat(10_001)));
        assert!(one.len() < 220 && one.contains("(10,000 characters, SHA-256 `"), "{one}");
        assert_ne!(one, two);
        assert!(code(&"\u{10fffe}".repeat(10_000)).len() < 1_500);
        assert!(code(&"`".repeat(10_000)).len() < 500);
    }

    #[test]
    fn a_key_is_masked_before_it_is_cut() {
        let text =
            format!("{}sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789{}", "x".repeat(85), "y".repeat(99));
        assert!(!code(&text).contains("api03"), "{}", code(&text));
    }
}
