//! Workflow commands of GitHub Actions: annotations on lines of the pull request. GitHub shows ten of each level per
//! step, so the most important ones come first. Text from the files is data: it can neither end a command nor start
//! another.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_config::{Problem, SourceFile};
use bylaws_engine::Cause;
use bylaws_engine::audit::Severity;
use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::guards::ApprovalState;
use bylaws_engine::text::Text;

use super::approve;
use super::change::summary;
use super::drift::differs;
use super::escape::escape;
use super::plan::{HELD, NOT_SELECTED, not_selected};
use super::problems::{Root, characters};
use super::review_first::{HEADING, TOO_LARGE};
use super::rule::severity;
use super::rule_changes;
use crate::document::audit::AuditDocument;
use crate::document::drift::DriftDocument;
use crate::document::live_name::suffix;
use crate::document::origin::Origin;
use crate::document::plan::{HeldDocument, ItemDocument, PlanDocument};
use crate::document::report::{Ended, ReportDocument};

/// Returns the path of a file relative to the top of its repository, as GitHub and GitLab expect it.
pub type PathOf<'a> = &'a dyn Fn(&str) -> String;

/// Returns one annotation per finding of an audit, and one per rule that was not checked.
pub fn audit(audit: &AuditDocument, paths: PathOf<'_>) -> String {
    let mut out = Annotations::new(paths);
    for finding in &audit.findings {
        let level = match *finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let title = format!("{} {}", finding.code, finding.name);
        let text = format!("{}: {}\n{}", finding.address, finding.message, finding.advice);
        out.add(level, finding.origin.as_ref(), &title, &text);
    }
    // GitHub shows few annotations of a step, so one for each reason.
    for rules in audit.not_judged_by_reason() {
        let Some(first) = rules.first() else { continue };
        let title = match rules.as_slice() {
            [rule] => format!("{} {} was not checked", rule.code, rule.name),
            rules => format!("{} rules were not checked", rules.len()),
        };
        let names: Vec<String> = rules.iter().map(|rule| format!("{} {}", rule.code, rule.name)).collect();
        out.add("notice", None, &title, &format!("{}: {}\n{}", first.what, first.why, names.join(", ")));
    }
    out.text
}

/// Returns a warning for each object that was changed outside git, and a notice for each that is due.
pub fn drift(drift: &DriftDocument, paths: PathOf<'_>) -> String {
    let mut out = Annotations::new(paths);
    for entry in &drift.drift {
        let level = if *entry.cause == Cause::Drift { "warning" } else { "notice" };
        let title = format!("{}: {}{}", entry.cause, entry.address, suffix(&entry.live_names));
        out.add(level, entry.origin.as_ref(), &title, &format!("{}\nkeep: {}", differs(entry), entry.keep));
    }
    out.items("warning", "not compared:", &drift.not_compared);
    out.text
}

/// Returns errors for refused changes, warnings for entries to review first and blocked ones, notices for the rest.
pub fn plan(plan: &PlanDocument, paths: PathOf<'_>) -> String {
    let origins: BTreeMap<&str, &Origin> = plan
        .changes
        .iter()
        .filter_map(|change| Some((change.id.as_str(), change.origin.as_ref()?)))
        .collect();
    let origin = |id: &String| origins.get(id.as_str()).copied();
    let mut out = Annotations::new(paths);
    if plan.summary.too_large {
        out.add("error", None, "too large to review", TOO_LARGE);
    }
    for guard in plan.guards.iter().filter(|guard| *guard.ruling == GuardOutcome::Refused) {
        let title = format!("refused by {}", guard.guard);
        if guard.changes.is_empty() {
            out.add("error", None, &title, guard.reason.as_str());
        }
        for id in &guard.changes {
            out.add("error", origin(id), &title, &format!("{id}: {}", guard.reason));
        }
    }
    for why in plan.base.iter().filter_map(rule_changes::unusable) {
        out.add("warning", None, rule_changes::HEADING, why);
    }
    for change in &plan.rule_changes {
        let title = format!("{}: {}", rule_changes::HEADING, rule_changes::heading(*change.kind));
        out.add("warning", change.origin.as_ref(), &title, change.sentence().as_str());
    }
    for id in &plan.not_reviewed {
        out.add("error", origin(id), "not reviewed", id);
    }
    for entry in &plan.review_first {
        out.add("warning", entry.origin.as_ref(), HEADING, entry.reason.as_str());
    }
    if let Some(text) = not_selected(plan) {
        out.add("notice", None, &text, NOT_SELECTED);
    }
    out.held(&plan.held);
    out.items("warning", "blocked", &plan.blocked);
    out.items("notice", "note:", &plan.notes);
    out.items("notice", "expiring soon:", &plan.expiring);
    for approval in &plan.approvals {
        if !matches!(*approval.state, ApprovalState::InUse | ApprovalState::Pending) {
            let text = approve::state(*approval.state, "its end date");
            out.add("notice", approval.origin.as_ref(), "approval", &text);
        }
    }
    out.text
}

/// Returns errors for changes that failed or may have failed, warnings for skipped ones.
pub fn report(report: &ReportDocument, paths: PathOf<'_>) -> String {
    let mut out = Annotations::new(paths);
    let (skipped, others): (Vec<_>, Vec<_>) = report
        .changes
        .iter()
        .filter(|change| change.outcome != Ended::Done)
        .partition(|change| change.outcome == Ended::Skipped);
    for (level, changes) in [("error", others), ("warning", skipped)] {
        for change in changes {
            let title = format!("{} {}{}", change.outcome.as_str(), change.id, suffix(&change.live_names));
            let text = change.message.as_deref().map_or("the reason is unknown", Text::as_str);
            out.add(level, change.origin.as_ref(), &title, text);
        }
    }
    out.held(&report.held);
    if let Some(reason) = &report.stopped {
        out.add("error", None, "the run stopped", reason.as_str());
    }
    out.text
}

/// Returns one annotation for each problem of the files.
pub fn annotations(problems: &[Problem], files: &[SourceFile], root: &Root, paths: PathOf<'_>) -> String {
    let mut out = Annotations::new(paths);
    for problem in problems {
        let position = &problem.position;
        let file = files.iter().find(|file| file.name == position.file);
        let length = u32::try_from(characters(position, file)).unwrap_or(1);
        let end = position.column.saturating_add(length).saturating_sub(1);
        let origin = Origin::of(position, root);
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let title = format!("{} {}", problem.rule.code, problem.rule.name);
        let text = format!("{}{help}", problem.message);
        out.add_span(severity(problem.severity), Some((&origin, end)), &title, &text);
    }
    out.text
}

/// Annotations, one per line.
struct Annotations<'a> {
    text: String,
    paths: PathOf<'a>,
}

impl<'a> Annotations<'a> {
    fn new(paths: PathOf<'a>) -> Self {
        Self { text: String::new(), paths }
    }

    /// Adds an annotation; without a position it is shown above all files.
    fn add(&mut self, level: &str, origin: Option<&Origin>, title: &str, text: &str) {
        self.add_span(level, origin.map(|origin| (origin, origin.column)), title, text);
    }

    /// Adds an annotation of a part of a line, up to and including a column.
    fn add_span(&mut self, level: &str, span: Option<(&Origin, u32)>, title: &str, text: &str) {
        let mut properties = Vec::new();
        if let Some((Origin { file, line, column }, end)) = span {
            properties.push(format!("file={}", property(&(self.paths)(file))));
            properties.push(format!("line={line},endLine={line}"));
            properties.push(format!("col={column},endColumn={end}"));
        }
        properties.push(format!("title={}", property(title)));
        let _ = writeln!(self.text, "::{level} {}::{}", properties.join(","), data(text));
    }

    /// Adds a notice for each change that is not sent.
    fn held(&mut self, held: &[HeldDocument]) {
        for held in held {
            let change = &held.change;
            let text = format!("{}: {} ({})", change.id, summary(change), held.reason());
            self.add("notice", change.origin.as_ref(), HELD, &text);
        }
    }

    fn items(&mut self, level: &str, what: &str, items: &[ItemDocument]) {
        for item in items {
            let mut text = item.reason.to_string();
            if !item.approve.is_empty() {
                let _ = write!(text, "\nif intended, approve: {}", item.approve.join(", "));
            }
            self.add(level, item.origin.as_ref(), &format!("{what} {}", item.address), &text);
        }
    }
}

/// Escapes the text of a command: line breaks are kept, other invisible characters are made visible.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| escape(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn a_text_cannot_leave_its_command() {
        assert_eq!(data("50% of\na\r::error::b"), "50%25 of%0Aa\\u{d}::error::b");
        assert_eq!(property("a,b: c%3A"), "a%2Cb%3A c%253A");
    }
}
