//! A plan as text, rendered from the document, so that a saved plan is shown as it was when it was created.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::sentence::plural;
use bylaws_engine::text::Text;
use bylaws_engine::{Action, Cause, GuardKind};
use unicode_width::UnicodeWidthStr;

use super::approve;
use super::change::{Field, describe, summary, symbol};
use super::escape::escape;
use super::lines::{Lines, Row};
use super::review_first;
use super::rule_changes;
use super::section::{SHOWN, list, organization, position, section};
use super::style::{Style, View};
use crate::document::canonical::short;
use crate::document::plan::{
    ChangeDocument, GuardDocument, HeldDocument, ItemDocument, PlanDocument, Summary, WaitingDocument,
};

/// The maximum width of an address column, up to which the next one is aligned.
const WIDEST: usize = 46;

/// The heading of the changes that `--hold` keeps from being sent, in every output.
pub(super) const HELD: &str = "Held back, not sent";

/// Returns the whole plan, the most important sections first, and a line of counts last.
pub fn render(plan: &PlanDocument, view: View) -> Lines {
    let style = view.style;
    let mut out = Lines::default();
    let waiting: Vec<ItemDocument> = plan.waiting.iter().map(WaitingDocument::item).collect();
    head(&mut out, plan, style);
    rule_changes::section(&mut out, plan, view);
    list(&mut out, "Not in a reviewed plan", &plan.not_reviewed, style, |out, id| {
        out.row(Row::new(2, format!("{} {}", style.bad("!"), escape(id))));
    });
    review_first::section(&mut out, &plan.review_first, style);
    changes(&mut out, plan, style);
    held(&mut out, &plan.held, view);
    items(&mut out, "Side effects", &plan.consequences, &plan.today, View { all: true, ..view });
    items(&mut out, "Waiting for invites to be accepted", &waiting, &plan.today, view);
    items(&mut out, "Blocked: manual action required", &plan.blocked, &plan.today, view);
    items(&mut out, "Expiring within 14 days", &plan.expiring, &plan.today, view);
    items(&mut out, "Not in the files (kept)", &plan.unlisted, &plan.today, view);
    items(&mut out, "Notes", &plan.notes, &plan.today, view);
    approvals(&mut out, plan, view);
    guards(&mut out, plan, view);
    if plan.summary.too_large {
        let _ = writeln!(out, "{}", style.bad(review_first::TOO_LARGE));
    }
    let _ = writeln!(out, "{}", counts(plan, style));
    out
}

fn head(out: &mut Lines, plan: &PlanDocument, style: Style) {
    organization(out, &plan.organization, style);
    let reads = &plan.reads;
    let words = |list: &str| escape(list).replace("api_", "API ").replace('_', " ");
    let lists = reads.lists().filter(|(_, n)| *n > 0);
    let parts: Vec<String> = lists.map(|(list, n)| format!("{} {n}", words(list))).collect();
    let source = plan.config.source().map_or(String::new(), |source| format!("commit {}; ", escape(&source)));
    let reads = match reads.total() {
        0 => "no read requests".to_owned(),
        n => format!("{} ({})", plural(n, "read request"), parts.join(", ")),
    };
    let _ = writeln!(out, "{}", style.dim(&format!("{}; {source}{reads}", escape(&plan.today))));
    if let Some(base) = &plan.base {
        let (revision, commit) = (escape(&base.revision), escape(short(&base.commit)));
        let differing = rule_changes::differing(base).map_or(String::new(), |text| format!("; {text}"));
        let _ = writeln!(out, "{}", style.dim(&format!("compared with {revision} ({commit}){differing}")));
    }
    if let Some(n) = plan.summary.apply_requests {
        let (reads, writes) = (plan.reads.total(), plan.changes.len());
        let text = format!("apply needs about {n} requests: {reads} to read again, {writes} to write");
        let _ = writeln!(out, "{}", style.dim(&text));
    }
    if !plan.changes.is_empty() {
        let _ = writeln!(out, "{}", style.dim(&format!("fingerprint {}", escape(&plan.fingerprint))));
    }
    out.blank();
}

/// Writes the changes of this commit, then those that are due, then drift; without a base, all of them together.
fn changes(out: &mut Lines, plan: &PlanDocument, style: Style) {
    let widths = plan.changes.iter().map(|change| escape(&change.address.to_string()).width());
    let column = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for cause in std::iter::once(None).chain(Cause::ALL.map(Some)) {
        let of_cause = |change: &&ChangeDocument| change.cause.map(|cause| cause.0) == cause;
        let changes: Vec<&ChangeDocument> = plan.changes.iter().filter(of_cause).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}", style.head(cause.map_or("Changes (in apply order)", cause_heading)));
        for change in changes {
            show_change(out, plan, change, column, style);
        }
        if cause == Some(Cause::Drift) {
            who(out, plan, style);
        }
        out.blank();
    }
}

/// Returns why nobody is named for drift.
pub(crate) fn not_attributed(reason: &Text) -> String {
    format!("who changed it is not known: {}", escape(reason.as_str()))
}

/// Writes who made the drift.
fn who(out: &mut Lines, plan: &PlanDocument, style: Style) {
    for by in &plan.changed_by {
        let address = escape(&by.address.to_string());
        out.row(Row::new(2, format!("{} {address}: {}", style.dim("?"), escape(by.sentence().as_str()))));
    }
    if let Some(reason) = &plan.not_attributed {
        let _ = writeln!(out, "  {}", style.dim(&not_attributed(reason)));
    }
}

/// Returns the heading of the changes with this cause, for every output.
pub(crate) fn cause_heading(cause: Cause) -> &'static str {
    match cause {
        Cause::Commit => "Changes by this commit",
        Cause::Due => "Due: an end date, or an invite that was accepted or has expired",
        Cause::Drift => "Drift: changed outside git",
    }
}

fn show_change(out: &mut Lines, plan: &PlanDocument, change: &ChangeDocument, column: usize, style: Style) {
    let address = format!("{} {}", symbol(*change.action, style), escape(&change.address.to_string()));
    let (what, fields) = describe(change, style);
    let row = Row::new(2, address).column(column + 2, what);
    let row = match refusing(plan, change) {
        Some(guard) => row.column(0, style.bad(&format!("refused by {}", guard.guard))),
        None => row,
    };
    out.row(row.position(position(change.origin.as_ref(), style)));
    for line in fields.iter().flat_map(Field::lines) {
        let _ = writeln!(out, "      {line}");
    }
}

/// Writes the changes that are not sent, in a plan and in a report.
pub(super) fn held(out: &mut Lines, held: &[HeldDocument], view: View) {
    section(out, HELD, held, view, |out, held| {
        let change = &held.change;
        let text = format!("{}: {} ({})", escape(&change.id), summary(change), held.reason());
        out.row(Row::new(2, text).position(position(change.origin.as_ref(), view.style)));
    });
}

pub(super) fn items(out: &mut Lines, title: &str, items: &[ItemDocument], today: &str, view: View) {
    section(out, title, items, view, |out, item| {
        let row =
            Row::new(2, format!("{}: {}", escape(&item.address.to_string()), escape(item.reason.as_str())));
        out.row(row.position(position(item.origin.as_ref(), view.style)));
        approve::paste(out, &item.approve, today, 6);
    });
}

fn approvals(out: &mut Lines, plan: &PlanDocument, view: View) {
    section(out, "Approvals", &plan.approvals, view, |out, approval| {
        let state = approve::state(*approval.state, "`until`");
        let changes = escape(&approval.changes.join(", "));
        let (until, reason) = (escape(&approval.until), escape(&approval.reason));
        let row = Row::new(2, format!("{changes}: {state} (until {until}, {reason})"));
        out.row(row.position(position(approval.origin.as_ref(), view.style)));
    });
}

/// Writes the guards that refuse or report. The affected changes are marked in their own section.
fn guards(out: &mut Lines, plan: &PlanDocument, view: View) {
    let style = view.style;
    let speaking: Vec<&GuardDocument> =
        plan.guards.iter().filter(|guard| *guard.ruling != GuardOutcome::Passed).collect();
    list(out, "Guards", &speaking, style, |out, guard| {
        let _ = writeln!(out, "  {}", said(guard, style));
        if view.all || guard.approve.len() <= SHOWN {
            return approve::paste(out, &guard.approve, &plan.today, 4);
        }
        let changes = plural(guard.approve.len(), "change");
        let _ =
            writeln!(out, "    to approve {changes}, run `bylaws plan --all`: it prints the lines to add");
    });
}

/// Returns the guard that protects the object of this change. Other guards refuse the plan as a whole.
fn refusing<'a>(plan: &'a PlanDocument, change: &ChangeDocument) -> Option<&'a GuardDocument> {
    let refuses =
        |guard: &&GuardDocument| *guard.ruling == GuardOutcome::Refused && *guard.guard == GuardKind::Protect;
    plan.guards.iter().filter(refuses).find(|guard| guard.changes.contains(&change.id))
}

/// Returns the source of a guard, if it is not the files.
pub(crate) fn whose(guard: &GuardDocument) -> &'static str {
    match *guard.source {
        GuardSource::Files => "",
        GuardSource::GuardsFile => " (guards file)",
    }
}

/// Returns the result of a guard with its reason.
pub(super) fn said(guard: &GuardDocument, style: Style) -> String {
    let word = match *guard.ruling {
        GuardOutcome::Refused => style.bad("refused"),
        GuardOutcome::Reported | GuardOutcome::Passed => style.change(guard.ruling.as_str()),
    };
    format!("{word} by {}{}: {}", guard.guard, whose(guard), escape(guard.reason.as_str()))
}

/// Returns the counts, `3 to create, 1 to remove`, or `no changes`; `number` writes a count.
pub fn by_action(actions: &BTreeMap<String, usize>, number: fn(usize) -> String) -> String {
    let counts = Action::ALL.iter().filter_map(|action| {
        let n = actions.get(action.as_str()).filter(|n| **n > 0)?;
        Some(format!("{} to {action}", number(*n)))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "no changes".to_owned() } else { counts.join(", ") }
}

/// Returns the counts of what is not sent, with the words after them.
pub(super) fn others(summary: &Summary) -> impl Iterator<Item = (usize, &'static str)> {
    let others = [
        (summary.held, "held back"),
        (summary.waiting, "waiting"),
        (summary.blocked, "blocked"),
        (summary.expiring, "expiring"),
        (summary.unlisted, "not in the files"),
    ];
    others.into_iter().filter(|(n, _)| *n > 0)
}

/// Writes the last line.
fn counts(plan: &PlanDocument, style: Style) -> String {
    let summary = &plan.summary;
    let changes = by_action(&summary.actions, |n| n.to_string());
    let mut line = format!("{} {changes}", style.head("Plan:"));
    for (n, words) in others(summary) {
        let _ = write!(line, "; {n} {words}");
    }
    if let Some(text) = not_selected(plan) {
        let _ = write!(line, "; {text}");
    }
    if summary.too_large {
        let _ = write!(line, "; {}", style.bad("too large to review"));
    }
    if summary.refused {
        let _ = write!(line, "; {}", style.bad("refused by a guard, so nothing can be applied"));
    }
    line
}

/// Why changes are left out.
pub(super) const NOT_SELECTED: &str = "the plan is restricted with `--only`";

/// Returns how many changes `--only` leaves out; `None` for a whole plan.
pub(super) fn not_selected(plan: &PlanDocument) -> Option<String> {
    let count = plural(plan.summary.not_selected, "change");
    (!plan.only.is_empty()).then(|| format!("{count} not selected"))
}
