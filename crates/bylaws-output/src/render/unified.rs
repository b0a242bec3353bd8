//! A file before and after as a unified diff. On a terminal, the words that differ within a line are emphasized;
//! without colors it is a plain unified diff.

use std::fmt::Write;

use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, TextDiff};

use super::escape::escape;
use super::style::Style;

/// The number of unchanged lines around each change.
const AROUND: usize = 3;

/// Returns the difference, or an empty text if there is none. `before` is `None` for a new file.
pub fn render(name: &str, before: Option<&str>, after: &str, style: Style) -> String {
    let diff = TextDiff::from_lines(before.unwrap_or(""), after);
    let groups = diff.grouped_ops(AROUND);
    let mut out = String::new();
    if groups.is_empty() {
        return out;
    }
    let name = escape(name);
    let old = if before.is_some() { name.as_str() } else { "/dev/null" };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", style.head(&format!("--- {old}")));
    let _ = writeln!(out, "{}", style.head(&format!("+++ {name}")));
    for group in &groups {
        let _ = writeln!(out, "{}", style.dim(&UnifiedHunkHeader::new(group).to_string()));
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            // A command mark may span several words: without colors nothing separates them.
            let whole = [(false, change.values().iter().map(|(_, word)| *word).collect::<String>())];
            let words: Vec<(bool, &str)> = if style.is_on() {
                change.values().iter().map(|(new, word)| (*new, *word)).collect()
            } else {
                whole.iter().map(|(new, line)| (*new, line.as_str())).collect()
            };
            let words = words.iter();
            let text: String = match change.tag() {
                ChangeTag::Equal => words.map(|(_, word)| shown(word)).collect(),
                ChangeTag::Delete => words.map(|(new, word)| one(*new, word, style, Side::Old)).collect(),
                ChangeTag::Insert => words.map(|(new, word)| one(*new, word, style, Side::New)).collect(),
            };
            let sign = match change.tag() {
                ChangeTag::Equal => " ".to_owned(),
                ChangeTag::Delete => style.loss("-"),
                ChangeTag::Insert => style.good("+"),
            };
            let _ = writeln!(out, "{sign}{text}");
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

fn one(emphasised: bool, word: &str, style: Style, side: Side) -> String {
    let word = shown(word);
    if word.is_empty() {
        return word;
    }
    match (side, emphasised) {
        (Side::Old, true) => style.taken(&word),
        (Side::Old, false) => style.loss(&word),
        (Side::New, true) => style.given(&word),
        (Side::New, false) => style.good(&word),
    }
}

fn shown(word: &str) -> String {
    escape(word.trim_end_matches(['\n', '\r']))
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::style::Style;

    const OLD: &str = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\ni: 9\n";

    #[test]
    fn the_diff_has_the_standard_unified_format() {
        let new = OLD.replace("b: 2\n", "").replace("i: 9\n", "i: 9\nj: 10\n");
        assert_eq!(
            render("m.yaml", Some(OLD), &new, Style::plain()),
            "--- m.yaml\n+++ m.yaml\n@@ -1,5 +1,4 @@\n a: 1\n-b: 2\n c: 3\n d: 4\n e: 5\n@@ -7,3 +6,4 @@\n g: 7\n h: 8\n \
             i: 9\n+j: 10\n"
        );
        assert_eq!(render("m.yaml", Some(OLD), OLD, Style::plain()), "");
        assert_eq!(
            render("m.yaml", None, "a: 1\n", Style::plain()),
            "--- /dev/null\n+++ m.yaml\n@@ -0,0 +1 @@\n+a: 1\n"
        );
    }

    #[test]
    fn control_characters_of_a_file_are_escaped_in_the_diff() {
        let text = render("m.yaml", Some("a: 1\r\n"), "a: \u{1b}[31m\u{202e}\n", Style::plain());
        assert_eq!(text, "--- m.yaml\n+++ m.yaml\n@@ -1 +1 @@\n-a: 1\n+a: \\u{1b}[31m\\u{202e}\n");
    }
}
