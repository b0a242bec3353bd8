//! What a reviewer must see first, as the first section of a plan.

use std::fmt::Write;

use super::inert::inert;
use super::lines::{Lines, Row};
use super::plan::position;
use super::style::Style;
use crate::document::review_first::ReviewDocument;

/// The name of the section, in every output.
pub(crate) const HEADING: &str = "Review first";

/// What is said of a plan in which nobody can find what must be reviewed.
pub(crate) const TOO_LARGE: &str = "Too large to review: what must be reviewed first does not fit a comment on a pull request; split the change";

/// A line for each entry; nothing if there is none. The list is never cut.
pub(super) fn section(out: &mut Lines, entries: &[ReviewDocument], style: Style) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.head(HEADING));
    for entry in entries {
        let row = Row::new(2, format!("{} {}", style.bad("!"), inert(&entry.reason)));
        out.row(row.position(position(entry.origin.as_ref(), style)));
    }
    out.blank();
}
