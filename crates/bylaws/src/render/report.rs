//! The report of an apply as text.

use std::fmt::Write;

use super::inert::inert;
use super::style::Style;
use crate::document::report::{Ended, ReportDocument};

/// Every change with its outcome, failures last so that they are seen, and a line of counts.
pub(crate) fn render(report: &ReportDocument, style: Style) -> String {
    let mut out = String::new();
    let (done, others): (Vec<_>, Vec<_>) =
        report.changes.iter().partition(|change| change.outcome == Ended::Done);
    for change in done.into_iter().chain(others) {
        let symbol = match change.outcome {
            Ended::Done => style.good("✓"),
            Ended::Skipped => style.dim("·"),
            Ended::Unknown => style.change("?"),
            Ended::Failed => style.bad("✗"),
        };
        let word = match change.outcome {
            Ended::Done => String::new(),
            other => format!(" {}", other.as_str()),
        };
        let message = match &change.message {
            // Said once, below.
            Some(text) if report.stopped.as_ref() == Some(text) => ": the run stopped".to_owned(),
            Some(text) => format!(": {}", inert(text)),
            None => String::new(),
        };
        let request = change.request_id.as_deref().map(inert).filter(|id| !message.contains(id.as_str()));
        let request = request.map_or(String::new(), |id| format!("  {}", style.dim(&id)));
        let _ = writeln!(out, "  {symbol} {}{word}{message}{request}", inert(&change.id));
    }
    for id in &report.not_sent {
        let _ = writeln!(out, "  {} {}: new since the saved plan, not sent", style.dim("·"), inert(id));
    }
    for id in &report.already {
        let _ = writeln!(out, "  {} {}: already done", style.dim("·"), inert(id));
    }
    if let Some(reason) = &report.stopped {
        let _ = writeln!(out, "  {} {}", style.bad("stopped:"), inert(reason));
    }
    let summary = &report.summary;
    if report.changes.is_empty() && !report.already.is_empty() {
        let _ = writeln!(out, "{} nothing was sent", style.head("The saved plan was already carried out:"));
        return out;
    }
    let mut line = format!("{} {} done", style.head("Applied:"), summary.done);
    for (name, n) in [("failed", summary.failed), ("unknown", summary.unknown), ("skipped", summary.skipped)]
    {
        if n > 0 {
            let _ = write!(line, ", {n} {name}");
        }
    }
    if !report.waiting.is_empty() {
        let _ = write!(line, "; {} waiting", report.waiting.len());
    }
    if !report.blocked.is_empty() {
        let _ = write!(line, "; {} blocked", report.blocked.len());
    }
    let _ = writeln!(out, "{line}");
    out
}
