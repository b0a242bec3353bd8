//! A plan or a report as annotations on the lines that cause refused, blocked or failed changes. GitHub shows ten of
//! each level per step, so the most important ones come first.

use bylaws_engine::text::Text;
use std::collections::BTreeMap;

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::guards::ApprovalState;

use super::{PathOf, Span, annotation};
use crate::document::live_name::suffix;
use crate::document::origin::Origin;
use crate::document::plan::{HeldDocument, ItemDocument, PlanDocument};
use crate::document::report::{Ended, ReportDocument};
use crate::render::approve::NAMES_NOTHING;
use crate::render::change::summary;
use crate::render::plan::{HELD, NOT_SELECTED, not_selected};
use crate::render::review_first::{HEADING, TOO_LARGE};
use crate::render::rule_changes;

/// Returns errors for refused changes, warnings for entries to review first and blocked ones, notices for the rest.
pub fn plan(plan: &PlanDocument, paths: PathOf<'_>) -> String {
    let origins: BTreeMap<&str, Option<&Origin>> =
        plan.changes.iter().map(|change| (change.id.as_str(), change.origin.as_ref())).collect();
    let at = |origin: Option<&Origin>| origin.map(|origin| span(origin, paths));
    let mut out = String::new();
    if plan.summary.too_large {
        out.push_str(&annotation("error", None, "too large to review", TOO_LARGE));
    }
    for guard in plan.guards.iter().filter(|guard| *guard.ruling == GuardOutcome::Refused) {
        let title = format!("refused by {}", guard.guard);
        if guard.changes.is_empty() {
            out.push_str(&annotation("error", None, &title, guard.reason.as_str()));
        }
        for id in &guard.changes {
            let origin = origins.get(id.as_str()).copied().flatten();
            let text = format!("{id}: {}", guard.reason);
            out.push_str(&annotation("error", at(origin).as_ref(), &title, &text));
        }
    }
    for why in plan.base.iter().filter_map(rule_changes::unusable) {
        out.push_str(&annotation("warning", None, rule_changes::HEADING, why));
    }
    for change in &plan.rule_changes {
        let title = format!("{}: {}", rule_changes::HEADING, rule_changes::heading(*change.kind));
        let span = at(change.origin.as_ref());
        out.push_str(&annotation("warning", span.as_ref(), &title, change.sentence().as_str()));
    }
    for id in &plan.not_reviewed {
        let origin = origins.get(id.as_str()).copied().flatten();
        out.push_str(&annotation("error", at(origin).as_ref(), "not reviewed", id));
    }
    for entry in &plan.review_first {
        out.push_str(&annotation(
            "warning",
            at(entry.origin.as_ref()).as_ref(),
            HEADING,
            entry.reason.as_str(),
        ));
    }
    if let Some(text) = not_selected(plan) {
        out.push_str(&annotation("notice", None, &text, NOT_SELECTED));
    }
    out.push_str(&held(&plan.held, paths));
    let mut items = |level: &str, what: &str, items: &[ItemDocument]| {
        for item in items {
            let approve = if item.approve.is_empty() {
                String::new()
            } else {
                format!("\nif intended, approve: {}", item.approve.join(", "))
            };
            let title = format!("{what} {}", item.address);
            let text = format!("{}{approve}", item.reason);
            out.push_str(&annotation(level, at(item.origin.as_ref()).as_ref(), &title, &text));
        }
    };
    items("warning", "blocked", &plan.blocked);
    items("notice", "note:", &plan.notes);
    items("notice", "expiring soon:", &plan.expiring);
    for approval in &plan.approvals {
        let text = match *approval.state {
            ApprovalState::UsedUp => "used up: delete these lines",
            ApprovalState::NamesNothing => NAMES_NOTHING,
            ApprovalState::Expired => "expired: delete these lines",
            ApprovalState::TooFarAhead => "does not count: its end date is more than 31 days ahead",
            ApprovalState::InUse | ApprovalState::Pending => continue,
        };
        out.push_str(&annotation("notice", at(approval.origin.as_ref()).as_ref(), "approval", text));
    }
    out
}

/// Returns errors for changes that failed or may have failed, warnings for skipped ones.
pub fn report(report: &ReportDocument, paths: PathOf<'_>) -> String {
    let mut out = String::new();
    for level in ["error", "warning"] {
        for change in &report.changes {
            let fits = match change.outcome {
                Ended::Done => false,
                Ended::Skipped => level == "warning",
                Ended::Failed | Ended::Unknown => level == "error",
            };
            if fits {
                let names = suffix(&change.live_names);
                let title = format!("{} {}{names}", change.outcome.as_str(), change.id);
                let text = change.message.as_deref().map_or("the reason is unknown", Text::as_str);
                let span = change.origin.as_ref().map(|origin| span(origin, paths));
                out.push_str(&annotation(level, span.as_ref(), &title, text));
            }
        }
    }
    out.push_str(&held(&report.held, paths));
    if let Some(reason) = &report.stopped {
        out.push_str(&annotation("error", None, "the run stopped", reason.as_str()));
    }
    out
}

/// Returns a notice for each change that is not sent.
fn held(held: &[HeldDocument], paths: PathOf<'_>) -> String {
    let notice = |held: &HeldDocument| {
        let change = &held.change;
        let text = format!("{}: {} ({})", change.id, summary(change), held.reason());
        annotation("notice", change.origin.as_ref().map(|origin| span(origin, paths)).as_ref(), HELD, &text)
    };
    held.iter().map(notice).collect()
}

pub(super) fn span(origin: &Origin, paths: PathOf<'_>) -> Span {
    Span { file: paths(&origin.file), line: origin.line, column: origin.column, end_column: origin.column }
}
