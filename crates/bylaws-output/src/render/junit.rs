//! `JUnit` XML, for CI systems that show test results: errors are failures, waiting entries are skipped, everything
//! else passes.

use bylaws_config::{Problem, Severity as ProblemSeverity, SourceFile};
use bylaws_engine::Cause;
use bylaws_engine::audit::{AUDIT_RULES, Severity};
use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::text::Text;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::change::summary;
use super::drift::differs;
use super::escape::escape;
use super::plan::{HELD, NOT_SELECTED, cause_heading, not_selected};
use super::problems::Root;
use super::review_first::{HEADING, TOO_LARGE};
use super::rule_changes;
use crate::document::audit::AuditDocument;
use crate::document::drift::DriftDocument;
use crate::document::live_name::suffix;
use crate::document::origin::Origin;
use crate::document::plan::{HeldDocument, ItemDocument, PlanDocument, WaitingDocument};
use crate::document::report::{Ended, ReportDocument};

/// Guards that refuse and blocked entries fail; rule changes, waiting entries, entries to review first and the number
/// of changes that `--only` leaves out are skipped; changes pass.
pub fn plan(plan: &PlanDocument) -> String {
    let guards = plan.guards.iter().map(|guard| {
        let refused = *guard.ruling == GuardOutcome::Refused;
        let text = || format!("{}\n{}", guard.reason, guard.changes.join("\n"));
        let ended = if refused { failed(&text()) } else { passed() };
        case(&format!("{} ({})", guard.guard, guard.source), None, ended)
    });
    let too_large =
        plan.summary.too_large.then(|| case("fits a comment on a pull request", None, failed(TOO_LARGE)));
    let unusable = plan.base.iter().filter_map(rule_changes::unusable);
    let unusable = unusable.map(|why| case(rule_changes::HEADING, None, skipped(why)));
    let rule_changes = plan.rule_changes.iter().map(|change| {
        let heading = rule_changes::heading(*change.kind);
        case(change.sentence().as_str(), change.origin.as_ref(), skipped(heading))
    });
    let not_selected = not_selected(plan).map(|text| case(&text, None, skipped(NOT_SELECTED)));
    let changes = plan.changes.iter().map(|change| {
        let cause = change.cause.map(|cause| format!("{}: ", cause_heading(*cause))).unwrap_or_default();
        case(&format!("{cause}{}: {}", change.id, summary(change)), change.origin.as_ref(), passed())
    });
    let review_first = plan.review_first.iter();
    let review_first =
        review_first.map(|entry| case(entry.reason.as_str(), entry.origin.as_ref(), skipped(HEADING)));
    document([
        ("guards", guards.collect()),
        ("size", too_large.into_iter().collect()),
        ("rule_changes", unusable.chain(rule_changes).collect()),
        ("review_first", review_first.collect()),
        ("changes", changes.collect()),
        ("held", held(&plan.held)),
        ("blocked", blocked(&plan.blocked)),
        ("waiting", waiting(&plan.waiting)),
        ("only", not_selected.into_iter().collect()),
    ])
}

fn held(held: &[HeldDocument]) -> Vec<TestCase> {
    let case = |held: &HeldDocument| {
        let change = &held.change;
        let name = format!("{}: {}", change.id, summary(change));
        case(&name, change.origin.as_ref(), skipped(&format!("{HELD}: {}", held.reason())))
    };
    held.iter().map(case).collect()
}

fn blocked(blocked: &[ItemDocument]) -> Vec<TestCase> {
    blocked.iter().map(|item| self::item(item, failed)).collect()
}

fn waiting(waiting: &[WaitingDocument]) -> Vec<TestCase> {
    waiting.iter().map(|waiting| item(&waiting.item(), skipped)).collect()
}

fn item(item: &ItemDocument, ended: fn(&str) -> TestCaseStatus) -> TestCase {
    case(&item.address.to_string(), item.origin.as_ref(), ended(item.reason.as_str()))
}

/// Changes that were done pass.
pub fn report(report: &ReportDocument) -> String {
    let changes = report.changes.iter().map(|change| {
        let message = change.message.as_deref().map_or("", Text::as_str);
        let ended = match change.outcome {
            Ended::Done => passed(),
            Ended::Skipped => skipped(message),
            Ended::Failed => failed(message),
            // It is unknown whether the change was done.
            Ended::Unknown => told(TestCaseStatus::non_success(NonSuccessKind::Error), message),
        };
        case(&format!("{}{}", change.id, suffix(&change.live_names)), change.origin.as_ref(), ended)
    });
    document([
        ("changes", changes.collect()),
        ("held", held(&report.held)),
        ("blocked", blocked(&report.blocked)),
        ("waiting", waiting(&report.waiting)),
    ])
}

/// Objects that were changed outside git fail, due changes are skipped.
pub fn drift(drift: &DriftDocument) -> String {
    let entries = drift.drift.iter().map(|entry| {
        let undo = entry.undo.as_ref().map_or(String::new(), |undo| format!("\nundo: {undo}"));
        let text = format!("{}\nkeep: {}{undo}", differs(entry), entry.keep);
        let ended = if *entry.cause == Cause::Drift { failed(&text) } else { skipped(&text) };
        case(&format!("{}{}", entry.address, suffix(&entry.live_names)), entry.origin.as_ref(), ended)
    });
    document([("drift", entries.collect()), ("not compared", blocked(&drift.not_compared))])
}

/// A test case for each finding, and one for each rule without findings: errors and warnings fail, notes and rules
/// that could not be checked are skipped.
pub fn audit(audit: &AuditDocument) -> String {
    let findings = audit.findings.iter().map(|finding| {
        let text = format!("{}\n{}", finding.message, finding.advice);
        let ended = if *finding.severity == Severity::Note { skipped(&text) } else { failed(&text) };
        let name = format!("{} {} {}", finding.code, finding.name, finding.address);
        case(&name, finding.origin.as_ref(), ended)
    });
    let not_judged = audit.not_judged.iter().map(|rule| {
        let ended = skipped(&format!("{}: {}", rule.what, rule.why));
        case(&format!("{} {}", rule.code, rule.name), None, ended)
    });
    let has = |code: &str| {
        audit.findings.iter().any(|finding| finding.code == code)
            || audit.not_judged.iter().any(|rule| rule.code == code)
    };
    let clean = AUDIT_RULES.iter().filter(|rule| !has(rule.code));
    let clean = clean.map(|rule| case(&format!("{} {}", rule.code, rule.name), None, passed()));
    document([
        ("findings", findings.collect()),
        ("clean", clean.collect()),
        ("not_judged", not_judged.collect()),
    ])
}

/// A test case for each file and for each problem: errors fail, warnings are skipped.
pub fn problems(problems: &[Problem], files: &[SourceFile], root: &Root) -> String {
    let clean = files.iter().filter(|file| problems.iter().all(|p| p.position.file != file.name));
    let clean = clean.map(|file| case(&root.shown(&file.name), None, passed()));
    let problems = problems.iter().map(|problem| {
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let text = format!("{}{help}", problem.message);
        let ended = match problem.severity {
            ProblemSeverity::Error => failed(&text),
            ProblemSeverity::Warning => skipped(&text),
        };
        let at = Origin::of(&problem.position, root);
        case(&format!("{} {}:{}:{}", problem.rule.code, at.file, at.line, at.column), Some(&at), ended)
    });
    document([("files", clean.chain(problems).collect())])
}

fn case(name: &str, origin: Option<&Origin>, ended: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(escape(name), ended);
    if let Some(origin) = origin {
        case.extra.insert("file".into(), escape(&origin.file).into());
        case.extra.insert("line".into(), origin.line.to_string().into());
    }
    case
}

fn passed() -> TestCaseStatus {
    TestCaseStatus::success()
}

fn skipped(text: &str) -> TestCaseStatus {
    told(TestCaseStatus::skipped(), text)
}

fn failed(text: &str) -> TestCaseStatus {
    told(TestCaseStatus::non_success(NonSuccessKind::Failure), text)
}

fn told(mut ended: TestCaseStatus, text: &str) -> TestCaseStatus {
    let lines: Vec<String> = text.trim().lines().map(escape).collect();
    ended.set_message(lines.first().map_or("", String::as_str)).set_description(lines.join("\n"));
    ended
}

fn document<const N: usize>(suites: [(&str, Vec<TestCase>); N]) -> String {
    let mut report = Report::new("bylaws");
    for (name, mut cases) in suites.into_iter().filter(|(_, cases)| !cases.is_empty()) {
        for case in &mut cases {
            case.set_classname(format!("bylaws.{name}"));
        }
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    // Writing to a text in memory cannot fail.
    report.to_string().unwrap_or_default()
}
