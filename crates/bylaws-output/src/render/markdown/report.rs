//! The report of an apply as a comment: failures first, finished changes folded.

use std::fmt::Write;

use super::Comment;
use super::head::head;
use super::items;
use super::marker::About;
use super::page::{Block, Piece};
use super::span::{code, count};
use super::tail::filled;
use super::text::text;
use super::words::subject;
use crate::document::canonical::short;
use crate::document::report::{Ended, OutcomeDocument, ReportDocument};
use crate::render::report::{by_cause, undone};

/// Returns a report, for the pull request whose merge it applied.
pub fn report(report: &ReportDocument, comment: &Comment) -> String {
    let mut out = head(
        (About::Apply, comment),
        &format!("apply: {}", counts(report)),
        &report.organization.name,
        report.config.as_ref(),
        [format!("fingerprint {}", code(short(&report.fingerprint)))],
    );
    out.push('\n');
    if let Some(reason) = &report.stopped {
        let _ = write!(out, "\n> [!CAUTION]\n> The run stopped: {}\n", text(reason));
    }
    filled(out, &blocks(report), report.changes.len(), (comment, "report"), "")
}

fn counts(report: &ReportDocument) -> String {
    let summary = &report.summary;
    let others = undone(summary).map(|(n, word)| format!("{} {word}", count(n)));
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
    for (title, outcome) in [
        ("Failed", Ended::Failed),
        ("Unknown: check before you run again", Ended::Unknown),
        ("Skipped", Ended::Skipped),
    ] {
        let changes = with(outcome);
        let pieces = changes.iter().map(|(at, change)| line(*at, change, report));
        let block = Block::list("undone changes", title, pieces.len(), pieces);
        blocks.extend(block.map(|block| block.floor(8_000)));
    }
    let not_sent = report.not_sent.iter().map(|id| named(id));
    blocks.extend(Block::list("not sent", "New since the saved plan, not sent", not_sent.len(), not_sent));
    let already = report.already.iter().map(|id| named(id));
    blocks.extend(Block::folded("already done", "Already done", already.len(), already));
    blocks.extend(super::held(&report.held));
    blocks.extend(items::open("blocked", "Blocked: manual action required", &report.blocked));
    blocks.extend(items::waiting(&report.waiting));
    let done = with(Ended::Done);
    let done = done.iter().map(|(at, change)| line(*at, change, report));
    blocks.extend(Block::folded("done", "Done", done.len(), done));
    blocks
}

fn named(id: &str) -> Piece {
    Piece::new(format!("- {}\n", code(id)))
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
