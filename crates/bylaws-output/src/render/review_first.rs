//! The entries to review first, as the first section of a plan.

use super::escape::escape;
use super::lines::{Lines, Row};
use super::section::{list, position};
use super::style::Style;
use crate::document::review_first::ReviewDocument;

/// The name of the section, in every output.
pub(crate) const HEADING: &str = "Review first";

/// The message for a plan whose entries to review cannot all be shown.
pub(crate) const TOO_LARGE: &str = "Too large to review: the entries to review first do not fit in a comment on a pull request; split the change";

/// Writes a line for each entry; nothing if there is none. The list is never cut.
pub(super) fn section(out: &mut Lines, entries: &[ReviewDocument], style: Style) {
    list(out, HEADING, entries, style, |out, entry| {
        let row = Row::new(2, format!("{} {}", style.bad("!"), escape(entry.reason.as_str())));
        out.row(row.position(position(entry.origin.as_ref(), style)));
    });
}
