//! The lines of a text, with the properties that a line has by itself: its indentation and its key.
//! `nesting.rs` handles brackets and quotes that span lines.

use std::ops::Range;

/// One line: the offset of its first byte, and its text without the line end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    pub(crate) start: usize,
    pub(crate) text: &'t str,
}

impl<'t> Line<'t> {
    /// Returns the line that contains a byte.
    pub(crate) fn at(text: &'t str, byte: usize) -> Self {
        let byte = text.floor_char_boundary(byte);
        let start = text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let ends_with_both = line.len() < rest.len() && line.ends_with('\r');
        Self { start, text: line.get(..line.len() - usize::from(ends_with_both)).unwrap_or(line) }
    }

    /// Returns the lines after it.
    pub(crate) fn following(self, text: &'t str) -> impl Iterator<Item = Line<'t>> {
        let mut from = self.start;
        std::iter::from_fn(move || {
            from += text.get(from..)?.find('\n')? + 1;
            (from < text.len()).then(|| Line::at(text, from))
        })
    }

    /// Returns the nearest line above it that is not blank or a comment.
    pub(crate) fn above(self, text: &'t str) -> Option<Self> {
        let mut line = self;
        loop {
            line = Line::at(text, line.start.checked_sub(1)?);
            if !line.is_void() {
                return Some(line);
            }
        }
    }

    pub(crate) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn bytes(self) -> Range<usize> {
        self.start..self.end()
    }

    /// Returns the column of its first word, from 0; a tab counts as a space.
    pub(crate) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches([' ', '\t']).len()
    }

    /// Returns whether its indentation contains a tab.
    pub(crate) fn has_tab(self) -> bool {
        self.text.get(..self.indent()).is_some_and(|indent| indent.contains('\t'))
    }

    /// Returns whether it is blank or a comment.
    pub(crate) fn is_void(self) -> bool {
        let word = self.text.trim_start();
        word.is_empty() || word.starts_with('#')
    }

    /// Returns whether it is a list item.
    pub(crate) fn is_item(self) -> bool {
        let word = self.text.trim_start_matches([' ', '\t']);
        word == "-" || word.starts_with("- ")
    }

    /// Returns the column of its content, after the dashes of list items.
    pub(crate) fn content(self) -> usize {
        let mut at = self.indent();
        while let Some(rest) = self.text.get(at..).and_then(|rest| rest.strip_prefix("- ")) {
            at += 2 + rest.len() - rest.trim_start_matches(' ').len();
        }
        at
    }

    /// Returns the column of the value of its key, or `None` without a key.
    pub(crate) fn value(self) -> Option<usize> {
        let from = self.content();
        let content = self.text.get(from..)?;
        let colon = match content.chars().next()? {
            quote @ ('"' | '\'') => {
                let close = 1 + content.get(1..)?.find(quote)?;
                content.get(close + 1..)?.trim_start().starts_with(':').then(|| {
                    close + 1 + content.get(close + 1..).map_or(0, |rest| rest.find(':').unwrap_or(0))
                })?
            }
            '[' | '{' | '#' | '&' | '*' | '!' | '|' | '>' | '@' | '`' | '%' | '?' => return None,
            _ => {
                let key = content.split(" #").next().unwrap_or_default();
                let within = key.find(": ");
                within.or_else(|| key.trim_end().ends_with(':').then(|| key.trim_end().len() - 1))?
            }
        };
        let rest = content.get(colon + 1..)?;
        Some(from + colon + 1 + rest.len() - rest.trim_start_matches(' ').len())
    }
}

/// Returns `key: value` for `key:value`, or `None` for any other text, such as a URL.
pub fn spaced(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key =
        !key.is_empty() && key.chars().all(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '[' | '{'));
    let is_value = value.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '/' | ':'));
    (is_key && is_value).then(|| format!("{key}: {value}"))
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn the_value_after_a_key_is_found() {
        for (text, expected) in [
            ("a: b", Some(3)),
            ("  a@x.y:  b # c", Some(10)),
            ("a:", Some(2)),
            ("- a: b", Some(5)),
            ("- - a", None),
            ("\"a: b\": c", Some(8)),
            ("'a' : c", Some(6)),
            ("\"a: b", None),
            ("a:b", None),
            ("a b # c: d", None),
            ("[a: b]", None),
            ("", None),
        ] {
            assert_eq!(Line::at(text, 0).value(), expected, "{text}");
        }
    }
}
