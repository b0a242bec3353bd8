//! Positions in the files, as text beside a row.

use super::escape::escape;
use super::style::Style;
use crate::document::origin::Origin;

/// Returns file and line of a position.
pub(super) fn position(origin: Option<&Origin>, style: Style) -> Option<String> {
    origin.map(|origin| style.dim(&place(origin)))
}

fn place(origin: &Origin) -> String {
    format!("{}:{}", escape(&origin.file), origin.line)
}
