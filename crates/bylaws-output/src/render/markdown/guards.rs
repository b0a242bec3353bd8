//! The results of guards: refusals with lines to paste, guards that passed, and approvals.

use std::fmt::Write;

use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::guards::ApprovalState;

use super::fold::Fold;
use super::page::{Block, Form, More, Piece, Rank};
use super::span::{code, count, plural};
use super::text::text;
use super::words::place;
use crate::document::plan::{ApprovalDocument, GuardDocument, PlanDocument};
use crate::render::approve;
use crate::render::review_first::TOO_LARGE;

/// Longer lists of changes to approve are not printed for pasting.
const PASTED: usize = 300;

/// Returns the guards that refuse the plan, their counts, and how to approve.
pub(super) fn refusal(plan: &PlanDocument) -> Vec<Block> {
    let too_large = plan
        .summary
        .too_large
        .then(|| Block::new("", Form::text(format!("\n> [!CAUTION]\n> {TOO_LARGE}.\n"))));
    too_large.into_iter().chain(refusing(plan)).map(|block| block.rank(Rank::Refusal)).collect()
}

fn refusing(plan: &PlanDocument) -> Vec<Block> {
    let refusing: Vec<&GuardDocument> = with_ruling(plan, GuardOutcome::Refused);
    if !plan.summary.refused && refusing.is_empty() {
        return Vec::new();
    }
    let open = "\n> [!CAUTION]\n> A guard refuses this plan, so none of it can be applied.\n\n";
    let pieces = refusing.iter().map(|guard| verdict(guard));
    let mut pairs: Vec<String> = refusing.iter().flat_map(|guard| guard.approve.iter().cloned()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let list = Block::new("guards", Form::new(open, pieces, "", More::Line)).ceiling(8_000);
    std::iter::once(list).chain(pasted(&pairs, &plan.today)).collect()
}

/// Returns the lines to paste, or where to find them.
pub(super) fn pasted(approve: &[String], today: &str) -> Option<Block> {
    let told = format!(
        "\nIf this is intended: {} need an approval, too many to list here. `bylaws plan` prints the lines.\n",
        plural(approve.len(), "change")
    );
    let block = Block::new("", Form::text(told)).ceiling(12_000);
    if approve.len() > PASTED {
        return Some(block);
    }
    let yaml: Vec<String> =
        approve::lines(approve, today).iter().map(|line| format!("    {line}\n")).collect();
    let yaml = yaml.concat();
    let longest = yaml.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let fenced = format!(
        "\nIf this is intended, add these lines:\n\n{fence}yaml\nguards:\n  approve:\n{yaml}{fence}\n"
    );
    (!approve.is_empty()).then(|| block.or_better(Form::text(fenced)))
}

/// Returns the guards that report but do not refuse the plan.
pub(super) fn reported(plan: &PlanDocument) -> Option<Block> {
    let reporting = with_ruling(plan, GuardOutcome::Reported);
    let open = format!("\n### Guard reports ({})\n\n", count(reporting.len()));
    let pieces = reporting.iter().map(|guard| verdict(guard));
    (!reporting.is_empty()).then(|| Block::new("guards", Form::new(open, pieces, "", More::Line)))
}

/// Returns the guards that passed, folded.
pub(super) fn passed(plan: &PlanDocument) -> Option<Block> {
    let passed = with_ruling(plan, GuardOutcome::Passed);
    let fold = Fold::closed(&format!("Guards passed ({})", count(passed.len())));
    let pieces = passed.iter().map(|guard| match (guard.counted, guard.limit) {
        (Some(counted), Some(limit)) => {
            let of = guard.of.map_or(String::new(), |of| format!(" of {}", count(of)));
            let figures = format!("{}{of}, at most {}", count(counted), count(limit));
            Piece::new(format!("- {}{}: {figures}\n", code(guard.guard.as_str()), whose(guard)))
        }
        _ => verdict(guard),
    });
    (!passed.is_empty()).then(|| Block::new("guards", fold.form(pieces)))
}

/// Returns the approvals: those in use, and those that can be deleted.
pub(super) fn approvals(plan: &PlanDocument) -> Option<Block> {
    let open = format!("\n### Approvals ({})\n\n", count(plan.approvals.len()));
    let pieces = plan.approvals.iter().map(approval);
    (!plan.approvals.is_empty()).then(|| Block::new("approvals", Form::new(open, pieces, "", More::Line)))
}

fn with_ruling(plan: &PlanDocument, ruling: GuardOutcome) -> Vec<&GuardDocument> {
    plan.guards.iter().filter(|guard| *guard.ruling == ruling).collect()
}

fn whose(guard: &GuardDocument) -> &'static str {
    match *guard.source {
        GuardSource::GuardsFile => " (guards file)",
        GuardSource::Files => "",
    }
}

/// Returns the guard, its reason and the most important changes that exceed it.
fn verdict(guard: &GuardDocument) -> Piece {
    let said = if guard.reason.is_empty() { String::new() } else { format!(": {}", text(&guard.reason)) };
    let mut text = format!("- {}{}{said}\n", code(guard.guard.as_str()), whose(guard));
    for change in guard.changes.iter().take(10) {
        let _ = writeln!(text, "  - {}", code(change));
    }
    let more = guard.approve.len().saturating_sub(guard.changes.len().min(10));
    if more > 0 && !guard.changes.is_empty() {
        let _ = writeln!(text, "  - … and {} more", count(more));
    }
    Piece::new(text)
}

fn approval(approval: &ApprovalDocument) -> Piece {
    const NAMED: usize = 5;
    let state = match *approval.state {
        ApprovalState::InUse => "in use",
        ApprovalState::Pending => "waits for a blocked entry",
        ApprovalState::UsedUp => "**used up: delete these lines**",
        ApprovalState::NamesNothing => &format!("**{}**", approve::NAMES_NOTHING),
        ApprovalState::Expired => "**expired: delete these lines**",
        ApprovalState::TooFarAhead => "**does not count: its end date is more than 31 days ahead**",
    };
    let more = approval.changes.len().saturating_sub(NAMED);
    let named: Vec<String> = approval.changes.iter().take(NAMED).map(|change| code(change)).collect();
    let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    Piece::new(format!(
        "- {}{more}: {state}; until {}, {}{}\n",
        named.join(", "),
        code(&approval.until),
        code(&approval.reason),
        place(approval.origin.as_ref())
    ))
}
