//! The report of an apply as a comment: failures first, finished changes folded.

use std::fmt::Write;

use super::fold::Fold;
use super::head::{about, name};
use super::items;
use super::marker::{About, marker};
use super::page::{Block, Form, LIMIT, More, Piece, lay_out};
use super::span::{code, count};
use super::text::text;
use super::words::subject;
use super::{Comment, tail};
use crate::document::canonical::short;
use crate::document::report::{Ended, OutcomeDocument, ReportDocument};
use crate::render::report::by_cause;

/// Returns a report, for the pull request whose merge it applied.
pub fn report(report: &ReportDocument, comment: &Comment) -> String {
    let mut out = marker(About::Apply, &name(comment, report.config.as_ref()));
    let _ = write!(out, "## Bylaws apply: {}\n\n", counts(report));
    let mut facts = about(&report.organization.name, report.config.as_ref());
    facts.push(format!("fingerprint {}", code(short(&report.fingerprint))));
    out.push_str(&facts.join(" · "));
    out.push('\n');
    if let Some(reason) = &report.stopped {
        let _ = write!(out, "\n> [!CAUTION]\n> The run stopped: {}\n", text(reason));
    }
    let blocks = blocks(report);
    let room = LIMIT.saturating_sub(out.len() + tail::SENTENCE + tail::pointer(comment, "report").len());
    let laid = lay_out(&blocks, room);
    out.push_str(&laid.text);
    let missing = tail::missing(report.changes.len(), &laid);
    out.push_str(&tail::cut(&missing, comment, "report"));
    out
}

fn counts(report: &ReportDocument) -> String {
    let summary = &report.summary;
    let others = [("failed", summary.failed), ("unknown", summary.unknown), ("skipped", summary.skipped)];
    let others = others.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{} {word}", count(n)));
    let done = format!("{} done{}", count(summary.done), by_cause(&summary.causes));
    if report.changes.is_empty() {
        let is_done = !report.already.is_empty();
        return if is_done { "the saved plan is already applied" } else { "nothing to do" }.to_owned();
    }
    others.chain([done]).collect::<Vec<_>>().join(", ")
}

fn blocks(report: &ReportDocument) -> Vec<Block> {
    let with = |outcome: Ended| -> Vec<(usize, &OutcomeDocument)> {
        report.changes.iter().enumerate().filter(|(_, change)| change.outcome == outcome).collect()
    };
    let mut blocks = Vec::new();
    for (title, changes) in [
        ("Failed", with(Ended::Failed)),
        ("Unknown: check before you run again", with(Ended::Unknown)),
        ("Skipped", with(Ended::Skipped)),
    ] {
        if changes.is_empty() {
            continue;
        }
        let open = format!("\n### {title} ({})\n\n", count(changes.len()));
        let pieces = changes.iter().map(|(at, change)| line(*at, change, report));
        blocks.push(Block::new("undone changes", Form::new(open, pieces, "", More::Line)).floor(8_000));
    }
    if !report.not_sent.is_empty() {
        let open = format!("\n### New since the saved plan, not sent ({})\n\n", count(report.not_sent.len()));
        let pieces = report.not_sent.iter().map(|id| Piece::new(format!("- {}\n", code(id))));
        blocks.push(Block::new("not sent", Form::new(open, pieces, "", More::Line)));
    }
    if !report.already.is_empty() {
        let fold = Fold::closed(&format!("Already done ({})", count(report.already.len())));
        let pieces = report.already.iter().map(|id| Piece::new(format!("- {}\n", code(id))));
        blocks.push(Block::new("already done", fold.form(pieces)));
    }
    blocks.extend(super::held(&report.held));
    blocks.extend(items::open("blocked", "Blocked: manual action required", &report.blocked));
    blocks.extend(items::folded(
        "waiting",
        "Waiting for invites to be accepted",
        &items::waiting(&report.waiting),
    ));
    let done = with(Ended::Done);
    if !done.is_empty() {
        let fold = Fold::closed(&format!("Done ({})", count(done.len())));
        let pieces = done.iter().map(|(at, change)| line(*at, change, report));
        blocks.push(Block::new("done", fold.form(pieces)));
    }
    blocks
}

fn line(at: usize, change: &OutcomeDocument, report: &ReportDocument) -> Piece {
    let (action, subject) = (*change.action, subject(&change.address, &change.live_names));
    let message = match &change.message {
        // Shown once, above.
        Some(text) if report.stopped.as_ref() == Some(text) => ": the run stopped".to_owned(),
        Some(text) => format!(": {}", self::text(text)),
        None => String::new(),
    };
    let request = change.request_id.as_deref().filter(|id| !message.contains(*id));
    let request = request.map_or(String::new(), |id| format!(" · {}", code(id)));
    Piece { text: format!("- {action} {subject}{message}{request}\n"), changes: vec![at] }
}
