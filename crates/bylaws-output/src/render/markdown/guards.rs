//! The results of guards: refusals with lines to paste, guards that passed, and approvals.

use std::collections::BTreeSet;
use std::fmt::Write;

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::guards::ApprovalState;

use super::page::{Block, Form, More, Piece, Rank};
use super::span::{code, count, plural};
use super::text::text;
use super::words::place;
use crate::document::plan::{ApprovalDocument, GuardDocument, PlanDocument};
use crate::render::approve;
use crate::render::plan::whose;
use crate::render::review_first::TOO_LARGE;

/// Longer lists of changes to approve are not printed for pasting.
const PASTED: usize = 300;

/// Returns the guards that refuse the plan, their counts, and how to approve.
pub(super) fn refusal(plan: &PlanDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    if plan.summary.too_large {
        blocks.push(Block::text(format!("\n> [!CAUTION]\n> {TOO_LARGE}.\n")));
    }
    let refusing = with_ruling(plan, GuardOutcome::Refused);
    if plan.summary.refused || !refusing.is_empty() {
        let open = "\n> [!CAUTION]\n> A guard refuses this plan, so none of it can be applied.\n\n";
        let pieces = refusing.iter().map(|guard| result(guard));
        blocks.push(Block::new("guards", Form::new(open, pieces, "", More::Line)).ceiling(8_000));
        blocks.extend(pasted(refusing.iter().flat_map(|guard| &guard.approve), &plan.today));
    }
    blocks.into_iter().map(|block| block.rank(Rank::Refusal)).collect()
}

/// Returns the lines to paste, or where to find them; `None` if there is nothing to approve.
pub(super) fn pasted<'a>(approve: impl Iterator<Item = &'a String>, today: &str) -> Option<Block> {
    let approve: BTreeSet<&String> = approve.collect();
    let told = format!(
        "\nIf this is intended: {} need an approval, too many to list here. `bylaws plan` prints the lines.\n",
        plural(approve.len(), "change")
    );
    let block = Block::text(told).ceiling(12_000);
    if approve.len() > PASTED {
        return Some(block);
    }
    let yaml: Vec<String> =
        approve::lines(approve.iter().copied(), today).iter().map(|line| format!("    {line}\n")).collect();
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
    Block::list("guards", "Guard reports", reporting.len(), reporting.iter().map(|guard| result(guard)))
}

/// Returns the guards that passed, folded.
pub(super) fn passed(plan: &PlanDocument) -> Option<Block> {
    let passed = with_ruling(plan, GuardOutcome::Passed);
    let pieces = passed.iter().map(|guard| match (guard.counted, guard.limit) {
        (Some(counted), Some(limit)) => {
            let of = guard.of.map_or(String::new(), |of| format!(" of {}", count(of)));
            let figures = format!("{}{of}, at most {}", count(counted), count(limit));
            Piece::new(format!("- {}{}: {figures}\n", code(guard.guard.as_str()), whose(guard)))
        }
        _ => result(guard),
    });
    Block::folded("guards", "Guards passed", passed.len(), pieces)
}

/// Returns the approvals: those in use, and those that can be deleted.
pub(super) fn approvals(plan: &PlanDocument) -> Option<Block> {
    Block::list("approvals", "Approvals", plan.approvals.len(), plan.approvals.iter().map(approval))
}

fn with_ruling(plan: &PlanDocument, ruling: GuardOutcome) -> Vec<&GuardDocument> {
    plan.guards.iter().filter(|guard| *guard.ruling == ruling).collect()
}

/// Returns the guard, its reason and the most important changes that exceed it.
fn result(guard: &GuardDocument) -> Piece {
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
    let state = approve::state(*approval.state, "its end date");
    let state = match *approval.state {
        ApprovalState::InUse | ApprovalState::Pending => state,
        ApprovalState::UsedUp
        | ApprovalState::NamesNothing
        | ApprovalState::Expired
        | ApprovalState::TooFarAhead => format!("**{state}**"),
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
