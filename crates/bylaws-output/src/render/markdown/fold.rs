//! A list that is folded away until a reader asks for it. Its summary is read as HTML, not as Markdown, so only our
//! own words and numbers may stand there.

use super::page::{Form, More, Piece};

pub(super) struct Fold {
    open: String,
}

impl Fold {
    /// `summary` holds nothing that others chose.
    pub(super) fn closed(summary: &str) -> Self {
        Self { open: format!("\n<details>\n<summary>{summary}</summary>\n\n") }
    }

    /// The empty line before the end is what makes a renderer see it as HTML again.
    pub(super) fn form(self, pieces: impl ExactSizeIterator<Item = Piece>) -> Form {
        Form::new(self.open, pieces, "\n</details>\n", More::Line)
    }
}
