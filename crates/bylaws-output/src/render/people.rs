//! The edits that add or remove people, or adopt what is live, as text: the diff first, then its effects.

use std::fmt::Write;

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::sentence::plural;

use super::approve;
use super::change::{summary, symbol};
use super::escape::escape;
use super::lines::{Lines, Row};
use super::plan::said;
use super::section::{list, position, section};
use super::style::{Style, View};
use super::unified;
use crate::document::people::{ByHand, Difference, PeopleDocument, SkippedDocument, StepDocument};
use crate::document::plan::WaitingDocument;

/// Returns the whole document; the last line says whether the files were written.
pub fn render(document: &PeopleDocument, style: Style) -> Lines {
    let mut out = Lines::default();
    for edit in &document.edits {
        out.extend(Lines::exactly(unified::render(&edit.file, Some(&edit.before), &edit.after, style)));
    }
    if !document.edits.is_empty() {
        out.blank();
    }
    let view = View { style, all: true, followed: false };
    let step = |out: &mut Lines, step: &StepDocument| {
        out.row(Row::new(2, escape(&step.what)).position(position(Some(&step.origin), style)));
    };
    section(&mut out, "Edits", &document.steps, view, step);
    section(&mut out, "Comments removed with their lines", &document.comments, view, step);
    if let Some(plan) = &document.plan {
        difference(&mut out, plan, style);
    }
    section(&mut out, "Not adopted", &document.skipped, view, |out, SkippedDocument { address, reason }| {
        let _ = writeln!(out, "  {}: {}", escape(address), escape(reason));
    });
    let by_hand: Vec<(usize, &ByHand)> = (1..).zip(&document.by_hand).collect();
    section(&mut out, "Manual steps", &by_hand, view, |out, (number, item)| {
        let _ = writeln!(out, "  {number}. {}", escape(&item.what));
        for line in &item.yaml {
            out.exact(format!("       {}", escape(line)));
        }
    });
    list(&mut out, "Notes", &document.notes, style, |out, note| {
        let _ = writeln!(out, "  - {}", escape(note));
    });
    let _ = writeln!(out, "{}", last(document, style));
    out
}

/// Writes what the plan of the edited files has in addition to the plan of the original files.
fn difference(out: &mut Lines, plan: &Difference, style: Style) {
    let live = match plan.live.as_str() {
        "service" => String::new(),
        snapshot => format!(" against {}", escape(snapshot)),
    };
    let _ = writeln!(out, "{}", style.head(&format!("Added to the plan{live}")));
    for entry in &plan.review_first {
        let _ = writeln!(out, "  {} {}", style.bad("!"), escape(entry.reason.as_str()));
    }
    for change in &plan.changes {
        let what = format!("{} {}", symbol(*change.action, style), escape(&change.address.to_string()));
        out.row(Row::new(2, what).column(0, summary(change)));
    }
    if plan.changes.is_empty() {
        let _ = writeln!(out, "  no change");
    }
    for id in &plan.gone {
        let _ = writeln!(out, "  no longer planned: {}", escape(id));
    }
    let waiting = plan.waiting.iter().map(WaitingDocument::item).collect();
    for (word, items) in [
        ("side effect", &plan.consequences),
        ("waiting", &waiting),
        ("blocked", &plan.blocked),
        ("not in the files (kept)", &plan.unlisted),
        ("expiring", &plan.expiring),
    ] {
        let word = if word == "blocked" { style.change(word) } else { word.to_owned() };
        for item in items {
            let (address, reason) = (escape(&item.address.to_string()), escape(item.reason.as_str()));
            let _ = writeln!(out, "  {word}: {address}: {reason}");
            approve::paste(out, &item.approve, &plan.today, 6);
        }
    }
    for guard in &plan.guards {
        let _ = writeln!(out, "  {}", said(guard, style));
        approve::paste(out, &guard.approve, &plan.today, 6);
    }
    if plan.refused && plan.guards.iter().all(|guard| *guard.ruling != GuardOutcome::Refused) {
        let _ = writeln!(out, "  a guard refuses the plan, with these edits and without them");
    }
    if plan.other_changes > 0 {
        let others = plural(plan.other_changes, "change");
        let text = format!("the plan also has {others}, with or without the edits");
        let _ = writeln!(out, "  {}", style.dim(&text));
    }
    out.blank();
}

/// Writes the last line.
fn last(document: &PeopleDocument, style: Style) -> String {
    let files: Vec<String> = document.edits.iter().map(|edit| escape(&edit.file)).collect();
    if files.is_empty() {
        "the files do not need an edit".to_owned()
    } else if document.written {
        format!("{} {}; `bylaws plan` shows what an apply would do", style.head("Written:"), files.join(", "))
    } else {
        format!("{} add --write to change {}", style.head("Not written:"), files.join(", "))
    }
}
