//! What a text was and what it becomes, with the words that differ made to stand out on a terminal.
//! Without colours the same characters are printed: nothing is said by colour alone.

use similar::{ChangeTag, TextDiff};

use super::inert::inert;
use super::style::Style;

/// Longer values, both together, stand one below the other.
const ONE_LINE: usize = 72;

/// `before → after`, in one line, or in two of which the second begins with the arrow.
pub(crate) fn change(before: &str, after: &str, style: Style) -> Vec<String> {
    let (before, after) = (inert(before), inert(after));
    let long = width(&before) + width(&after) > ONE_LINE;
    let (was, becomes) = emphasised(&before, &after, style);
    if long { vec![was, format!("→ {becomes}")] } else { vec![format!("{was} → {becomes}")] }
}

/// Both texts, the words that only one of them has painted.
fn emphasised(before: &str, after: &str, style: Style) -> (String, String) {
    let diff = TextDiff::from_unicode_words(before, after);
    let shared = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Equal);
    let shared: usize = shared.map(|change| letters(change.value())).sum();
    // Of ten letters at least four are in both: else there is nothing to emphasise.
    if !style.is_on() || shared * 2 * 10 < (letters(before) + letters(after)) * 4 {
        return (before.to_owned(), after.to_owned());
    }
    let (mut was, mut becomes) = (String::new(), String::new());
    let (mut taken, mut given) = (String::new(), String::new());
    let paint = |word: &mut String, paint: fn(Style, &str) -> String, into: &mut String| {
        if !word.is_empty() {
            into.push_str(&paint(style, &std::mem::take(word)));
        }
    };
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => taken.push_str(change.value()),
            ChangeTag::Insert => given.push_str(change.value()),
            ChangeTag::Equal => {
                paint(&mut taken, Style::taken, &mut was);
                paint(&mut given, Style::given, &mut becomes);
                was.push_str(change.value());
                becomes.push_str(change.value());
            }
        }
    }
    paint(&mut taken, Style::taken, &mut was);
    paint(&mut given, Style::given, &mut becomes);
    (was, becomes)
}

/// How much of a text says something: marks and spaces are alike in texts that are not.
fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours as marks, so that a test can be read.
    fn marked(before: &str, after: &str) -> String {
        let text = change(before, after, Style::new(true)).join("\n");
        text.replace("\u{1b}[1m\u{1b}[31m", "-{")
            .replace("\u{1b}[1m\u{1b}[32m", "+{")
            .replace("\u{1b}[0m", "}")
    }

    #[test]
    fn a_word_that_changes_stands_out_and_nothing_else() {
        assert_eq!(
            marked("Research lab one", "Research lab two"),
            "Research lab -{one} → Research lab +{two}"
        );
        assert_eq!(marked("Production", "Production (EU)"), "Production → Production+{ (EU)}");
    }

    #[test]
    fn texts_that_share_nothing_are_left_plain() {
        assert_eq!(marked("#4A90D9", "#C4A747"), "#4A90D9 → #C4A747");
        assert_eq!(marked("user", "developer"), "user → developer");
    }

    #[test]
    fn long_texts_stand_one_below_the_other() {
        let (a, b) = ("Customer assistant, north".repeat(2), "Customer assistant, south".repeat(2));
        assert_eq!(change(&a, &b, Style::plain()), [a, format!("→ {b}")]);
    }

    #[test]
    fn without_colours_the_same_characters_are_printed() {
        for (before, after) in [("a b c", "a x c"), ("", "new"), ("é\u{1b}[31m", "é\u{202e}")] {
            let plain = change(before, after, Style::plain()).join("\n");
            let coloured = change(before, after, Style::new(true)).join("\n");
            let mut without = String::new();
            for (n, part) in coloured.split("\u{1b}[").enumerate() {
                without += if n == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) };
            }
            assert_eq!(without, plain);
        }
    }
}
