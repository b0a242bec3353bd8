//! A list in a collapsed section. Its summary is parsed as HTML, not as Markdown, so it may contain only our own words
//! and numbers.

use super::page::{Form, More, Piece};

pub(super) struct Fold {
    open: String,
}

impl Fold {
    /// `summary` must not contain user-supplied text.
    pub(super) fn closed(summary: &str) -> Self {
        Self { open: format!("\n<details>\n<summary>{summary}</summary>\n\n") }
    }

    /// The empty line before the end tag makes a renderer parse the tag as HTML.
    pub(super) fn form(self, pieces: impl ExactSizeIterator<Item = Piece>) -> Form {
        Form::new(self.open, pieces, "\n</details>\n", More::Line)
    }
}
