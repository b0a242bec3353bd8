//! Comments for the files that import writes, each with its place.
//! What they say may come from outside: nothing hidden or secret gets into a file by this way.

use std::collections::BTreeMap;

use bylaws_engine::Line;

use crate::secret;

/// Comments to write above and beside lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    head: String,
    unlisted: String,
    above: BTreeMap<Line, String>,
    beside: BTreeMap<Line, String>,
}

impl Notes {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a comment above `line`, below those it has already.
    pub fn add(&mut self, line: Line, text: &str) {
        append(self.above.entry(line).or_default(), text);
    }

    /// Adds a comment at the end of `line`, in place of the one it has.
    pub fn add_beside(&mut self, line: Line, text: &str) {
        self.beside.insert(line, text.to_owned());
    }

    /// Adds a comment above everything, below those that stand there already.
    pub fn add_head(&mut self, text: &str) {
        append(&mut self.head, text);
    }

    /// Adds a comment above `unlisted:`, which is no line of its own.
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

/// The lines of a comment, harmless for a file. Empty lines stay: they part paragraphs.
fn shown(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    secret::mask(&mut text);
    let visible = |c| if bylaws_engine::is_hidden(c) { '\u{FFFD}' } else { c };
    text.lines().map(|line| line.chars().map(visible).collect()).collect()
}
