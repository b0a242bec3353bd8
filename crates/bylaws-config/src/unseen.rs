//! Reports invisible characters in comments, notes and reasons.
//! Names are checked more strictly in `scalars.rs`.

use bylaws_engine::spelling::is_hidden;

use crate::comments;
use crate::position::{At, Positions};
use crate::problem::Problems;
use crate::raw::Raw;
use crate::rules;

/// Reports the first invisible character of each comment of a file.
pub(crate) fn in_comments(positions: &Positions<'_>, text: &str, raw: &Raw, problems: &mut Problems) {
    if text.is_ascii() {
        return;
    }
    for comment in comments::of(text, raw) {
        if let Some((at, c)) = hidden(text.get(comment.clone()).unwrap_or_default()) {
            let byte = comment.start + at;
            report(problems, positions.bytes(byte, byte + c.len_utf8()), "comment", c);
        }
    }
}

/// Reports the first invisible character of a note or reason.
pub fn in_text(problems: &mut Problems, at: At, text: &str, what: &str) {
    if let Some((_, c)) = hidden(text) {
        report(problems, at, what, c);
    }
}

fn report(problems: &mut Problems, at: At, what: &str, c: char) {
    let message = format!("the {what} contains an invisible character, U+{:04X}", u32::from(c));
    problems
        .report(&rules::HIDDEN_IN_TEXT, at, message)
        .label("invisible character")
        .help("type the text again without this character");
}

/// Returns the first invisible character, except one or two joiners or variation selectors after a letter or an emoji,
/// which are part of ordinary writing.
fn hidden(text: &str) -> Option<(usize, char)> {
    let mut before = None;
    let mut joined = 0;
    text.char_indices().find(|&(_, c)| {
        let joins = matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}');
        joined = if joins { joined + 1 } else { 0 };
        let is_written = joins
            && joined <= 2
            && before.is_some_and(|c: char| !c.is_ascii() || c.is_ascii_digit() || matches!(c, '#' | '*'));
        if !joins {
            before = Some(c);
        }
        is_hidden(c) && !matches!(c, '\t' | '\n' | '\r') && !is_written
    })
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn joiners_of_emoji_and_letters_are_not_reported() {
        for text in [
            "plain",
            "caf\u{e9} \u{7814}\u{7a76}",
            "warning \u{26a0}\u{fe0f}",
            "\u{1f469}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "1\u{fe0f}\u{20e3}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "two\nlines",
        ] {
            assert_eq!(hidden(text), None, "{text:?}");
        }
        for text in [
            "a\u{200b}b",
            "a\u{200d}b",
            "\u{2800}",
            "a\u{ad}b",
            "\u{e0041}",
            "\u{26a0}\u{fe0f}\u{fe0f}\u{fe0f}",
            "\u{fe00}",
            "\u{feff}",
        ] {
            assert!(hidden(text).is_some(), "{text:?}");
        }
    }
}
