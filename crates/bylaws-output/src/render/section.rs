//! What the sections of a text share: headings with counts, cuts, positions.

use std::fmt::Write;

use super::escape::escape;
use super::lines::Lines;
use super::style::{Style, View};
use crate::document::origin::Origin;
use crate::document::plan::OrganizationRef;

/// The number of entries of a recurring section that are shown without `--all`.
pub(super) const SHOWN: usize = 10;

/// Writes the name and the id of an organization.
pub(super) fn organization(out: &mut Lines, organization: &OrganizationRef, style: Style) {
    let OrganizationRef { id, name } = organization;
    let _ = writeln!(out, "{}", style.head(&format!("{} ({})", escape(name), escape(id))));
}

/// Writes all entries under a heading; nothing if there is none.
pub(super) fn list<T>(
    out: &mut Lines,
    title: &str,
    entries: &[T],
    style: Style,
    show: impl Fn(&mut Lines, &T),
) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.head(title));
    for entry in entries {
        show(out, entry);
    }
    out.blank();
}

/// Writes a section with the number of its entries, cut to `SHOWN` of them; nothing if there is none.
pub(super) fn section<T>(
    out: &mut Lines,
    title: &str,
    entries: &[T],
    view: View,
    show: impl Fn(&mut Lines, &T),
) {
    if entries.is_empty() {
        return;
    }
    let style = view.style;
    let _ = writeln!(out, "{} {}", style.head(title), style.dim(&format!("({})", entries.len())));
    let shown = if view.all { entries.len() } else { SHOWN };
    for entry in entries.iter().take(shown) {
        show(out, entry);
    }
    more(out, 2, entries.len().saturating_sub(shown), style);
    out.blank();
}

/// Writes how many entries were left out.
pub(super) fn more(out: &mut Lines, indent: usize, left: usize, style: Style) {
    if left > 0 {
        let gap = " ".repeat(indent);
        let _ = writeln!(out, "{gap}{}", style.dim(&format!("… and {left} more; --all lists them")));
    }
}

/// Returns file and line of a position.
pub(super) fn position(origin: Option<&Origin>, style: Style) -> Option<String> {
    origin.map(|origin| style.dim(&place(origin)))
}

/// Returns `bylaws.yaml:12`.
pub(super) fn place(origin: &Origin) -> String {
    format!("{}:{}", escape(&origin.file), origin.line)
}
