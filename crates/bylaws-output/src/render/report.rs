//! The report of an apply as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_engine::sentence::plural;
use bylaws_engine::{Cause, ChangeId, Outcome};

use super::escape::escape;
use super::lines::{Lines, Row};
use super::style::{Style, View};
use crate::document::live_name::{LiveName, suffix};
use crate::document::report::{Ended, OutcomeDocument, ReportDocument, ReportSummary};

/// Returns every change with its outcome, failures last so that they are noticed, and a line of counts.
pub fn render(report: &ReportDocument, view: View) -> Lines {
    let style = view.style;
    let mut out = Lines::default();
    let (done, others): (Vec<_>, Vec<_>) =
        report.changes.iter().partition(|change| change.outcome == Ended::Done);
    let done = done.into_iter().filter(|change| !view.followed || change.message.is_some());
    let is_cut = |change: &&OutcomeDocument| !view.all && is_stopped(report, change);
    let cut = others.iter().copied().filter(is_cut).count();
    for change in done.chain(others.iter().copied().filter(|change| !is_cut(change))) {
        out.row(entry(report, change, style));
    }
    if cut > 0 {
        let changes = plural(cut, "change");
        let _ = writeln!(out, "  {} {changes} skipped: the run stopped", style.dim("·"));
    }
    for id in &report.not_sent {
        let _ = writeln!(out, "  {} {}: new since the saved plan, not sent", style.dim("·"), escape(id));
    }
    for id in &report.already {
        let _ = writeln!(out, "  {} {}: already done", style.dim("·"), escape(id));
    }
    if let Some(reason) = &report.stopped {
        let _ = writeln!(out, "  {} {}", style.bad("stopped:"), escape(reason.as_str()));
    }
    let summary = &report.summary;
    if report.changes.is_empty() && !report.already.is_empty() {
        let _ = writeln!(out, "{} nothing was sent", style.head("The saved plan is already applied:"));
        return out;
    }
    let causes = by_cause(&summary.causes);
    let mut line = format!("{} {} done{causes}", style.head("Applied:"), summary.done);
    for (n, word) in undone(summary) {
        let _ = write!(line, ", {n} {word}");
    }
    let (held, waiting, blocked) = (report.held.len(), report.waiting.len(), report.blocked.len());
    for (n, words) in [(held, "held back"), (waiting, "waiting"), (blocked, "blocked")] {
        if n > 0 {
            let _ = write!(line, "; {n} {words}");
        }
    }
    let _ = writeln!(out, "{line}");
    out
}

/// Returns the counts of changes that are not done, with their outcomes.
pub(super) fn undone(summary: &ReportSummary) -> impl Iterator<Item = (usize, &'static str)> {
    let counts = [(summary.failed, "failed"), (summary.unknown, "unknown"), (summary.skipped, "skipped")];
    counts.into_iter().filter(|(n, _)| *n > 0)
}

/// Returns the counts by cause: ` (2 by this commit, 1 drift)`; empty without a base.
pub fn by_cause(causes: &BTreeMap<String, usize>) -> String {
    let counts: Vec<String> = Cause::ALL
        .iter()
        .filter_map(|cause| Some((cause, causes.get(cause.as_str())?)))
        .map(|(cause, n)| match cause {
            Cause::Commit => format!("{n} by this commit"),
            Cause::Due | Cause::Drift => format!("{n} {cause}"),
        })
        .collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) }
}

/// Returns whether a change was skipped only because the run ended early.
fn is_stopped(report: &ReportDocument, change: &OutcomeDocument) -> bool {
    change.outcome == Ended::Skipped && report.stopped.is_some() && change.message == report.stopped
}

fn entry(report: &ReportDocument, change: &OutcomeDocument, style: Style) -> Row {
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
        // Shown once, below.
        Some(text) if report.stopped.as_ref() == Some(text) => ": the run stopped".to_owned(),
        Some(text) => format!(": {}", escape(text.as_str())),
        None => String::new(),
    };
    let request = change.request_id.as_deref().map(escape).filter(|id| !message.contains(id.as_str()));
    let (id, names) = (escape(&change.id), escape(suffix(&change.live_names).as_str()));
    let row = Row::new(2, format!("{symbol} {id}{names}{word}{message}"));
    row.position(request.map(|id| style.dim(&id)))
}

/// Returns the line of a change that has just finished, while others are pending.
pub fn finished(
    id: &ChangeId,
    names: &[LiveName],
    outcome: &Outcome,
    (done, total): (usize, usize),
    style: Style,
) -> String {
    let word = match outcome {
        Outcome::Done { .. } => style.good(outcome.as_str()),
        Outcome::Failed { .. } => style.bad(outcome.as_str()),
        Outcome::Skipped { .. } | Outcome::Unknown { .. } => style.change(outcome.as_str()),
    };
    format!("{done}/{total} {word}: {}{}", escape(id.as_str()), escape(suffix(names).as_str()))
}
