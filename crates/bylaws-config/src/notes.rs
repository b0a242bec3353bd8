//! Comments for the files that `bylaws import` writes.
//! Their text may be user-supplied: invisible characters are replaced and secret keys masked.

use std::collections::BTreeMap;

use bylaws_engine::Line;

use crate::secret;

/// Comments to write above entries and at the end of their lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    head: String,
    unlisted: String,
    above: BTreeMap<Line, String>,
    beside: BTreeMap<Line, String>,
}

impl Notes {
    /// Returns an empty set of comments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a comment above `line`, below its existing comments.
    pub fn add(&mut self, line: Line, text: &str) {
        append(self.above.entry(line).or_default(), text);
    }

    /// Sets the comment at the end of `line`, replacing an existing one.
    pub fn add_beside(&mut self, line: Line, text: &str) {
        self.beside.insert(line, text.to_owned());
    }

    /// Adds a comment at the top of the file, below the existing ones.
    pub fn add_head(&mut self, text: &str) {
        append(&mut self.head, text);
    }

    /// Adds a comment above `unlisted:`, which has no [`Line`] of its own.
    pub fn add_above_unlisted(&mut self, text: &str) {
        append(&mut self.unlisted, text);
    }

    pub(crate) fn head(&self) -> Vec<String> {
        shown(&self.head)
    }

    pub(crate) fn unlisted(&self) -> Vec<String> {
        shown(&self.unlisted)
    }

    pub(crate) fn above(&self, line: &Line) -> Vec<String> {
        self.above.get(line).map_or_else(Vec::new, |text| shown(text))
    }

    pub(crate) fn beside(&self, line: &Line) -> Option<String> {
        self.beside.get(line).map(|text| shown(text).join(" ").trim().to_owned())
    }
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// Returns the lines of a comment, made safe for a file. Empty lines are kept as paragraph breaks.
fn shown(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    secret::mask(&mut text);
    let visible = |c| if bylaws_engine::spelling::is_hidden(c) { '\u{FFFD}' } else { c };
    text.lines().map(|line| line.chars().map(visible).collect()).collect()
}
