//! Drift as annotations on the lines of the files.

use bylaws_engine::Cause;

use super::plan::span;
use super::{PathOf, annotation};
use crate::document::drift::DriftDocument;
use crate::document::live_name::suffix;
use crate::render::drift::differs;

/// Returns a warning for each object that was changed outside git, and a notice for each that is due.
pub fn drift(drift: &DriftDocument, paths: PathOf<'_>) -> String {
    let mut out = String::new();
    for entry in &drift.drift {
        let level = if *entry.cause == Cause::Drift { "warning" } else { "notice" };
        let title = format!("{}: {}{}", entry.cause, entry.address, suffix(&entry.live_names));
        let text = format!("{}\nkeep: {}", differs(entry), entry.keep);
        let span = entry.origin.as_ref().map(|origin| span(origin, paths));
        out.push_str(&annotation(level, span.as_ref(), &title, &text));
    }
    out
}
