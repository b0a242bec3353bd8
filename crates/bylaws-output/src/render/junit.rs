//! `JUnit` XML, for CI systems that show test results: errors are failures, waiting entries are skipped, everything
//! else passes.

use bylaws_config::{Problem, Severity as ProblemSeverity, SourceFile};
use bylaws_engine::audit::{AUDIT_RULES, Severity};
use bylaws_engine::guards::GuardOutcome;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::escape::escape;
use super::plan::{NOT_SELECTED, not_selected, summary};
use super::problems::Root;
use super::review_first::{HEADING, TOO_LARGE};
use super::rule_changes;
use crate::document::audit::AuditDocument;
use crate::document::live_name::suffix;
use crate::document::plan::{ItemDocument, PlanDocument, WaitingDocument};
use crate::document::report::{Ended as Outcome, ReportDocument};

/// The result of one test case.
enum Ended {
    Passed,
    Skipped(String),
    Failed(String),
    /// It is unknown whether the change was done.
    Error(String),
}

struct Case {
    name: String,
    /// The file that causes the result, if there is one.
    file: Option<(String, u32)>,
    ended: Ended,
}

/// Guards that refuse and blocked entries fail; rule changes, waiting entries, entries to review first and the number
/// of changes that `--only` leaves out are skipped; changes pass.
pub fn plan(plan: &PlanDocument) -> String {
    let guards = plan.guards.iter().map(|guard| Case {
        name: format!("{} ({})", guard.guard, guard.source),
        file: None,
        ended: if *guard.ruling == GuardOutcome::Refused {
            Ended::Failed(format!("{}\n{}", guard.reason, guard.changes.join("\n")))
        } else {
            Ended::Passed
        },
    });
    let too_large = plan.summary.too_large.then(|| Case {
        name: "fits a comment on a pull request".to_owned(),
        file: None,
        ended: Ended::Failed(TOO_LARGE.to_owned()),
    });
    let unusable = plan.base.iter().filter_map(rule_changes::unusable).map(|why| Case {
        name: rule_changes::HEADING.to_owned(),
        file: None,
        ended: Ended::Skipped(why.to_owned()),
    });
    let rule_changes = plan.rule_changes.iter().map(|change| Case {
        name: change.sentence(),
        file: change.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
        ended: Ended::Skipped(rule_changes::heading(*change.kind).to_owned()),
    });
    let not_selected = not_selected(plan).map(|text| Case {
        name: text,
        file: None,
        ended: Ended::Skipped(NOT_SELECTED.to_owned()),
    });
    let changes = plan.changes.iter().map(|change| Case {
        name: format!("{}: {}", change.id, summary(change)),
        file: change.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
        ended: Ended::Passed,
    });
    let review_first = plan.review_first.iter().map(|entry| Case {
        name: entry.reason.clone(),
        file: entry.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
        ended: Ended::Skipped(HEADING.to_owned()),
    });
    let blocked = items(&plan.blocked, Ended::Failed);
    document(&[
        ("guards", guards.collect()),
        ("size", too_large.into_iter().collect()),
        ("rule_changes", unusable.chain(rule_changes).collect()),
        ("review_first", review_first.collect()),
        ("changes", changes.collect()),
        ("blocked", blocked),
        ("waiting", waiting(&plan.waiting)),
        ("only", not_selected.into_iter().collect()),
    ])
}

fn waiting(waiting: &[WaitingDocument]) -> Vec<Case> {
    items(&waiting.iter().map(WaitingDocument::item).collect::<Vec<_>>(), Ended::Skipped)
}

fn items(items: &[ItemDocument], ended: fn(String) -> Ended) -> Vec<Case> {
    let case = |item: &ItemDocument| Case {
        name: item.address.to_string(),
        file: item.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
        ended: ended(item.reason.clone()),
    };
    items.iter().map(case).collect()
}

/// Changes that were done pass.
pub fn report(report: &ReportDocument) -> String {
    let changes = report.changes.iter().map(|change| {
        let message = change.message.clone().unwrap_or_default();
        Case {
            name: format!("{}{}", change.id, suffix(&change.live_names)),
            file: change.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
            ended: match change.outcome {
                Outcome::Done => Ended::Passed,
                Outcome::Skipped => Ended::Skipped(message),
                Outcome::Failed => Ended::Failed(message),
                Outcome::Unknown => Ended::Error(message),
            },
        }
    });
    document(&[
        ("changes", changes.collect()),
        ("blocked", items(&report.blocked, Ended::Failed)),
        ("waiting", waiting(&report.waiting)),
    ])
}

/// A test case for each finding, and one for each rule without findings: errors and warnings fail, notes and rules
/// that could not be checked are skipped.
pub fn audit(audit: &AuditDocument) -> String {
    let findings = audit.findings.iter().map(|finding| {
        let text = format!("{}\n{}", finding.message, finding.advice);
        Case {
            name: format!("{} {} {}", finding.code, finding.name, finding.address),
            file: finding.origin.as_ref().map(|origin| (origin.file.clone(), origin.line)),
            ended: if *finding.severity == Severity::Note {
                Ended::Skipped(text)
            } else {
                Ended::Failed(text)
            },
        }
    });
    let not_judged = audit.not_judged.iter().map(|rule| Case {
        name: format!("{} {}", rule.code, rule.name),
        file: None,
        ended: Ended::Skipped(format!("{}: {}", rule.what, rule.why)),
    });
    let has = |code: &str| {
        audit.findings.iter().any(|finding| finding.code == code)
            || audit.not_judged.iter().any(|rule| rule.code == code)
    };
    let clean = AUDIT_RULES.iter().filter(|rule| !has(rule.code)).map(|rule| Case {
        name: format!("{} {}", rule.code, rule.name),
        file: None,
        ended: Ended::Passed,
    });
    document(&[
        ("findings", findings.collect()),
        ("clean", clean.collect()),
        ("not_judged", not_judged.collect()),
    ])
}

/// A test case for each file and for each problem: errors fail, warnings are skipped.
pub fn problems(problems: &[Problem], files: &[SourceFile], root: &Root) -> String {
    let clean = files.iter().filter(|file| problems.iter().all(|p| p.position.file != file.name));
    let clean = clean.map(|file| Case { name: root.shown(&file.name), file: None, ended: Ended::Passed });
    let problems = problems.iter().map(|problem| {
        let shown = root.shown(&problem.position.file);
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let text = format!("{}{help}", problem.message);
        Case {
            name: format!(
                "{} {shown}:{}:{}",
                problem.rule.code, problem.position.line, problem.position.column
            ),
            file: Some((shown, problem.position.line)),
            ended: match problem.severity {
                ProblemSeverity::Error => Ended::Failed(text),
                ProblemSeverity::Warning => Ended::Skipped(text),
            },
        }
    });
    document(&[("files", clean.chain(problems).collect())])
}

fn document(suites: &[(&str, Vec<Case>)]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = write(&mut writer, suites);
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

fn write(writer: &mut Writer<Vec<u8>>, suites: &[(&str, Vec<Case>)]) -> std::io::Result<()> {
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(counted("testsuites", "bylaws", all())))?;
    for (name, cases) in suites.iter().filter(|(_, cases)| !cases.is_empty()) {
        writer.write_event(Event::Start(counted("testsuite", name, cases.iter())))?;
        for case in cases {
            write_case(writer, name, case)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn counted<'a>(tag: &'static str, name: &str, cases: impl Iterator<Item = &'a Case>) -> BytesStart<'static> {
    let (mut tests, mut failures, mut errors, mut skipped) = (0_usize, 0_usize, 0_usize, 0_usize);
    for case in cases {
        tests += 1;
        match case.ended {
            Ended::Passed => {}
            Ended::Skipped(_) => skipped += 1,
            Ended::Failed(_) => failures += 1,
            Ended::Error(_) => errors += 1,
        }
    }
    let mut start = BytesStart::new(tag);
    start.push_attribute(("name", name));
    for (name, n) in [("tests", tests), ("failures", failures), ("errors", errors)] {
        start.push_attribute((name, n.to_string().as_str()));
    }
    if tag == "testsuite" {
        start.push_attribute(("skipped", skipped.to_string().as_str()));
    }
    start
}

fn write_case(writer: &mut Writer<Vec<u8>>, suite: &str, case: &Case) -> std::io::Result<()> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("classname", format!("bylaws.{suite}").as_str()));
    start.push_attribute(("name", escape(&case.name).as_str()));
    if let Some((file, line)) = &case.file {
        start.push_attribute(("file", escape(file).as_str()));
        start.push_attribute(("line", line.to_string().as_str()));
    }
    let (tag, text) = match &case.ended {
        Ended::Passed => return writer.write_event(Event::Empty(start)),
        Ended::Skipped(text) => ("skipped", text),
        Ended::Failed(text) => ("failure", text),
        Ended::Error(text) => ("error", text),
    };
    writer.write_event(Event::Start(start))?;
    let lines: Vec<String> = text.trim().lines().map(escape).collect();
    let mut inner = BytesStart::new(tag);
    inner.push_attribute(("message", lines.first().map_or("", String::as_str)));
    writer.write_event(Event::Start(inner))?;
    writer.write_event(Event::Text(BytesText::new(&lines.join("\n"))))?;
    writer.write_event(Event::End(BytesEnd::new(tag)))?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}
