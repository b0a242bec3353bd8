//! A file before and after as a unified diff. On a terminal, the words that differ within a line are emphasized;
//! without colors it is a plain unified diff.

use std::fmt::Write;

use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, TextDiff};

use super::escape::escape;
use super::style::Style;

/// The number of unchanged lines around each change.
const AROUND: usize = 3;

type Paint = fn(Style, &str) -> String;

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
            let whole: String = change.values().iter().map(|(_, word)| *word).collect();
            let words = if style.is_on() { change.values() } else { &[(false, whole.as_str())] };
            let (sign, paint, emphasize): (String, Paint, Paint) = match change.tag() {
                ChangeTag::Equal => (" ".to_owned(), |_, word| word.to_owned(), |_, word| word.to_owned()),
                ChangeTag::Delete => (style.loss("-"), Style::loss, Style::bad),
                ChangeTag::Insert => (style.good("+"), Style::good, Style::given),
            };
            let text = words.iter().map(|(is_new, word)| {
                let word = escape(word.trim_end_matches(['\n', '\r']));
                let paint = if *is_new { emphasize } else { paint };
                if word.is_empty() { word } else { paint(style, &word) }
            });
            let _ = writeln!(out, "{sign}{}", text.collect::<String>());
        }
    }
    out
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
