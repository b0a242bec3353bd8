//! A rule of the files as a page, a row, a list: the same text in the terminal and in `docs/problems/`.

use std::fmt::Write as _;

use bylaws_config::{Rule, Severity};
use bylaws_engine::audit::AuditRule;

use super::lines::Lines;

/// Returns the page of one rule, as Markdown.
pub fn page(rule: &Rule) -> Lines {
    let mut out = Lines::from(format!("# {}: {}\n\n", rule.code, rule.name));
    let _ = writeln!(out, "{}. This is {}.\n\n{}", rule.summary, sort(rule.severity), rule.why.trim());
    for (title, files) in [("Wrong", rule.wrong), ("Right", rule.right)] {
        if files.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n## {title}");
        for (name, text) in parts(files) {
            out.blank();
            if let Some(name) = name {
                let _ = writeln!(out, "`{name}`\n");
            }
            out.exact(format!("```yaml\n{}\n```", text.trim_end_matches('\n')));
        }
    }
    out
}

/// Returns all rules, a line each, for a terminal.
pub fn list(rules: &[&Rule]) -> String {
    rules.iter().map(|rule| row(rule.code, severity(rule.severity), rule.summary)).collect()
}

/// Returns all audit rules, a line each, for a terminal.
pub fn audit_list(rules: &[&AuditRule]) -> String {
    rules.iter().map(|rule| row(rule.code, rule.severity.as_str(), rule.summary)).collect()
}

fn row(code: &str, severity: &str, summary: &str) -> String {
    format!("{code}  {severity:7}  {summary}\n")
}

/// Returns the page of one audit rule.
pub fn audit_page(rule: &AuditRule) -> String {
    let severity = match rule.severity {
        bylaws_engine::audit::Severity::Error => "an error, which requires action",
        bylaws_engine::audit::Severity::Warning => "a warning, which requires a review",
        bylaws_engine::audit::Severity::Note => "a note",
    };
    let mut out = format!("# {}: {}\n\n", rule.code, rule.name);
    let _ = writeln!(out, "{}. This is a finding of `bylaws audit`: {severity}.\n", rule.summary);
    let _ = writeln!(out, "{}\n\n{}", rule.why, rule.fix);
    if let Some(setting) = rule.setting {
        let _ = writeln!(out, "\nThe files set its threshold under `audit`: `{setting}`.");
    }
    out
}

/// Returns all rules as a table with links to their pages.
pub fn index(rules: &[&Rule]) -> String {
    let mut out = String::from(
        "# Problems of the files\n\n\
         Every problem that `bylaws validate` can report. `bylaws explain CODE` prints the same pages.\n\n\
         | code | name | | problem |\n| --- | --- | --- | --- |\n",
    );
    for rule in rules {
        let Rule { code, name, summary, .. } = rule;
        let _ = writeln!(out, "| [{code}]({code}.md) | {name} | {} | {summary} |", severity(rule.severity));
    }
    out
}

/// Returns one word for a severity.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn sort(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "an error: no plan is made until it is fixed",
        Severity::Warning => "a warning: it fails a run only with `--strict`",
    }
}

/// Splits an example into its files: several ones are separated by lines `== name`.
fn parts(files: &str) -> Vec<(Option<&str>, &str)> {
    if !files.starts_with("== ") {
        return vec![(None, files)];
    }
    let files = files.trim_start_matches("== ").split("\n== ");
    files
        .map(|file| file.split_once('\n').unwrap_or((file, "")))
        .map(|(name, text)| (Some(name), text))
        .collect()
}
