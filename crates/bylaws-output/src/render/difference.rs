//! A text before and after, with the words that differ emphasized on a terminal. Without colors the same characters
//! are printed: color alone carries no information.

use similar::{Change, ChangeTag, TextDiff};
use unicode_width::UnicodeWidthStr;

use super::escape::escape;
use super::style::Style;

/// If both values together are longer, they are shown one below the other.
const ONE_LINE: usize = 72;

/// Returns `before → after` in one line, or in two lines of which the second starts with the arrow.
pub(crate) fn change(before: &str, after: &str, style: Style) -> Vec<String> {
    let (before, after) = (escape(before), escape(after));
    let long = before.width() + after.width() > ONE_LINE;
    let (was, becomes) = emphasised(&before, &after, style);
    if long { vec![was, format!("→ {becomes}")] } else { vec![format!("{was} → {becomes}")] }
}

/// Returns both texts, with the words that only one of them has in color.
fn emphasised(before: &str, after: &str, style: Style) -> (String, String) {
    let diff = TextDiff::from_unicode_words(before, after);
    let shared = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Equal);
    let shared: usize = shared.map(|change| letters(change.value())).sum();
    // If fewer than 40 % of the letters are in both texts, emphasis would be noise.
    if !style.is_on() || shared * 2 * 10 < (letters(before) + letters(after)) * 4 {
        return (before.to_owned(), after.to_owned());
    }
    let side = |own: ChangeTag, paint: fn(Style, &str) -> String| {
        let changes: Vec<_> = diff
            .iter_all_changes()
            .filter(|change| [own, ChangeTag::Equal].contains(&change.tag()))
            .collect();
        let parts = changes.chunk_by(|a, b| a.tag() == b.tag()).map(|same| {
            let words: String = same.iter().map(Change::value).collect();
            if same.iter().any(|change| change.tag() == own) { paint(style, &words) } else { words }
        });
        parts.collect::<String>()
    };
    (side(ChangeTag::Delete, Style::bad), side(ChangeTag::Insert, Style::given))
}

/// Returns the number of letters and digits: punctuation and spaces are similar in any two texts.
fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces colors with marks, to make tests readable.
    fn marked(before: &str, after: &str) -> String {
        let text = change(before, after, Style::new(true)).join("\n");
        text.replace("\u{1b}[1m\u{1b}[31m", "-{")
            .replace("\u{1b}[1m\u{1b}[32m", "+{")
            .replace("\u{1b}[0m", "}")
    }

    #[test]
    fn only_the_changed_word_is_emphasized() {
        assert_eq!(
            marked("Research lab one", "Research lab two"),
            "Research lab -{one} → Research lab +{two}"
        );
        assert_eq!(marked("Production", "Production (EU)"), "Production → Production+{ (EU)}");
    }

    #[test]
    fn texts_without_common_words_are_not_emphasized() {
        assert_eq!(marked("#4A90D9", "#C4A747"), "#4A90D9 → #C4A747");
        assert_eq!(marked("user", "developer"), "user → developer");
    }

    #[test]
    fn long_texts_are_shown_one_below_the_other() {
        let (a, b) = ("Customer assistant, north".repeat(2), "Customer assistant, south".repeat(2));
        assert_eq!(change(&a, &b, Style::plain()), [a, format!("→ {b}")]);
    }

    #[test]
    fn without_colors_the_same_characters_are_printed() {
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
