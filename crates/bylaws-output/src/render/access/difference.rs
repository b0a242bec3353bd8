//! Differences in access, as text and CSV.

use std::collections::BTreeSet;
use std::fmt::Write;

use bylaws_engine::sentence::plural;

use super::reasons;
use super::text::state;
use crate::document::access::{AccessChangeDocument, AccessChangeKind, AccessDiffDocument, HeldDocument};
use crate::render::csv::{safe, written};
use crate::render::escape::escape;
use crate::render::style::Style;

/// Returns the differences in access, grouped by person, and a line of counts.
pub fn difference(diff: &AccessDiffDocument, style: Style) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", style.dim(&format!("from {}", state(&diff.from))));
    let _ = writeln!(out, "{}\n", style.dim(&format!("to   {}", state(&diff.to))));
    let mut last = None;
    for change in &diff.changes {
        if last != Some(&change.who) {
            if last.is_some() {
                out.push('\n');
            }
            let _ = writeln!(out, "{}", style.head(&escape(&change.who)));
            last = Some(&change.who);
        }
        let place = change.workspace.as_deref().map_or("organization".to_owned(), escape);
        let symbol = match *change.kind {
            AccessChangeKind::Gained => style.good("+"),
            AccessChangeKind::Lost => style.loss("-"),
            AccessChangeKind::Changed => style.change("~"),
        };
        let _ = writeln!(out, "  {symbol} {place}: {}", what(change, style));
    }
    if !diff.changes.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", counts(diff));
    out
}

fn what(change: &AccessChangeDocument, style: Style) -> String {
    let role = |held: &HeldDocument| {
        let invited = if held.invited { " (invited)" } else { "" };
        format!("{}{invited}", escape(&held.role))
    };
    let why = |held: &HeldDocument| match held.because.as_slice() {
        [] => String::new(),
        because => format!("  {}", style.dim(&reasons(because))),
    };
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} → {}{}", role(before), role(after), why(after)),
        (None, Some(after)) => format!("{}{}", role(after), why(after)),
        (Some(before), None) => format!("{}{}", role(before), why(before)),
        (None, None) => String::new(),
    }
}

fn counts(diff: &AccessDiffDocument) -> String {
    if diff.changes.is_empty() {
        return "No access changed.".to_owned();
    }
    let parts = [
        (AccessChangeKind::Gained, "gained access"),
        (AccessChangeKind::Changed, "changed roles"),
        (AccessChangeKind::Lost, "lost access"),
    ];
    let parts = parts.into_iter().filter_map(|(kind, words)| {
        let of_kind = diff.changes.iter().filter(|change| *change.kind == kind);
        let who: BTreeSet<&str> = of_kind.map(|change| change.who.as_str()).collect();
        (!who.is_empty()).then(|| format!("{} {words}", plural(who.len(), "person")))
    });
    let parts: Vec<String> = parts.collect();
    format!("{}: {}", plural(diff.changes.len(), "difference"), parts.join(", "))
}

/// Returns the differences in access as CSV with a header row.
pub fn difference_csv(diff: &AccessDiffDocument) -> String {
    let head = ["who", "workspace", "workspace_id", "change", "before", "after", "because"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for change in &diff.changes {
        let role = |held: &Option<HeldDocument>| match held {
            Some(held) if held.invited => format!("{} (invited)", safe(&held.role)),
            Some(held) => safe(&held.role),
            None => String::new(),
        };
        let or_empty = |text: &Option<String>| text.as_deref().map(safe).unwrap_or_default();
        let decides = change.after.as_ref().or(change.before.as_ref());
        rows.push(vec![
            safe(&change.who),
            or_empty(&change.workspace),
            or_empty(&change.workspace_id),
            change.kind.as_str().to_owned(),
            role(&change.before),
            role(&change.after),
            decides.map(|held| reasons(&held.because)).unwrap_or_default(),
        ]);
    }
    written(&rows)
}
