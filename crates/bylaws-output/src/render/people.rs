//! The edits that add or remove people, or adopt what is live, as text: the diff first, then its effects.

use std::fmt::Write;

use bylaws_engine::Action;
use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::sentence::plural;

use super::approve;
use super::change::summary;
use super::escape::escape;
use super::lines::{Lines, Row};
use super::style::Style;
use super::unified;
use crate::document::people::{ByHand, Difference, PeopleDocument, SkippedDocument, StepDocument};
use crate::document::plan::{ItemDocument, WaitingDocument};

/// Returns the whole document; the last line says whether the files were written.
pub fn render(document: &PeopleDocument, style: Style) -> Lines {
    let mut out = Lines::default();
    for edit in &document.edits {
        out.extend(Lines::exactly(unified::render(&edit.file, Some(&edit.before), &edit.after, style)));
    }
    if !document.edits.is_empty() {
        out.blank();
    }
    steps(&mut out, "Edits", &document.steps, style);
    steps(&mut out, "Comments removed with their lines", &document.comments, style);
    if let Some(plan) = &document.plan {
        difference(&mut out, plan, style);
    }
    if !document.skipped.is_empty() {
        let count = style.dim(&format!("({})", document.skipped.len()));
        let _ = writeln!(out, "{} {count}", style.head("Not adopted"));
        for SkippedDocument { address, reason } in &document.skipped {
            let _ = writeln!(out, "  {}: {}", escape(address), escape(reason));
        }
        out.blank();
    }
    by_hand(&mut out, &document.by_hand, style);
    if !document.notes.is_empty() {
        let _ = writeln!(out, "{}", style.head("Notes"));
        for note in &document.notes {
            let _ = writeln!(out, "  - {}", escape(note));
        }
        out.blank();
    }
    let _ = writeln!(out, "{}", last(document, style));
    out
}

fn steps(out: &mut Lines, title: &str, steps: &[StepDocument], style: Style) {
    if steps.is_empty() {
        return;
    }
    let _ = writeln!(out, "{} {}", style.head(title), style.dim(&format!("({})", steps.len())));
    for step in steps {
        let place = style.dim(&format!("{}:{}", escape(&step.origin.file), step.origin.line));
        out.row(Row::new(2, escape(&step.what)).position(Some(place)));
    }
    out.blank();
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
        let symbol = match *change.action {
            Action::Create | Action::Invite => style.good("+"),
            Action::Update => style.change("~"),
            Action::Remove | Action::Revoke | Action::Archive => style.loss("-"),
        };
        out.row(
            Row::new(2, format!("{symbol} {}", escape(&change.address.to_string()))).column(summary(change)),
        );
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
        say(out, word, items, &plan.today, style);
    }
    for guard in &plan.guards {
        let whose = super::plan::whose(guard);
        let word = super::plan::ruling(guard, style);
        let _ = writeln!(out, "  {word} by {}{whose}: {}", guard.guard, escape(guard.reason.as_str()));
        paste(out, &guard.approve, &plan.today);
    }
    if plan.refused && plan.guards.iter().all(|guard| *guard.ruling != GuardOutcome::Refused) {
        let _ = writeln!(out, "  a guard refuses the plan, with these edits and without them");
    }
    if plan.other_changes > 0 {
        let others = plural(plan.other_changes, "change");
        let _ = writeln!(
            out,
            "  {}",
            style.dim(&format!("the plan also has {others}, with or without the edits"))
        );
    }
    out.blank();
}

fn say(out: &mut Lines, word: &str, items: &[ItemDocument], today: &str, style: Style) {
    for item in items {
        let word = if word == "blocked" { style.change(word) } else { word.to_owned() };
        let _ = writeln!(
            out,
            "  {word}: {}: {}",
            escape(&item.address.to_string()),
            escape(item.reason.as_str())
        );
        paste(out, &item.approve, today);
    }
}

fn paste(out: &mut Lines, approve: &[String], today: &str) {
    if approve.is_empty() {
        return;
    }
    let _ = writeln!(out, "      if intended, add to `approve:` under `guards:`");
    for line in approve::lines(approve, today) {
        out.exact(format!("        {line}"));
    }
}

fn by_hand(out: &mut Lines, items: &[ByHand], style: Style) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{} {}", style.head("Manual steps"), style.dim(&format!("({})", items.len())));
    for (number, item) in (1..).zip(items) {
        let _ = writeln!(out, "  {number}. {}", escape(&item.what));
        for line in &item.yaml {
            out.exact(format!("       {}", escape(line)));
        }
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
