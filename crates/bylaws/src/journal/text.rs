//! A journal as text: the result of its verification, and its runs.

use std::fmt::Write;
use std::path::Path;

use bylaws_engine::sentence::plural;
use bylaws_output::document::plan::source;
use bylaws_output::render::change::summary;
use bylaws_output::render::escape::escape;
use bylaws_output::render::style::Style;
use serde_json::Value;

use crate::journal::{Contents, Run, Step};

/// Returns whether the file is valid, and its faults.
pub(crate) fn check_result(path: &Path, contents: &Contents, faults: &[String], style: Style) -> String {
    let mut out = String::new();
    for fault in faults {
        let _ = writeln!(out, "{} {}", style.bad("fault:"), escape(fault));
    }
    let earlier = contents.runs.len().saturating_sub(1);
    for (n, run) in contents.runs.iter().take(earlier).enumerate().filter(|(_, run)| run.end.is_none()) {
        let text = format!("run {} of {} has no end: it crashed, or was cut off", n + 1, escape(&run.at));
        let _ = writeln!(out, "{} {text}", style.change("note:"));
    }
    let word = if faults.is_empty() { style.good("valid") } else { style.bad("invalid") };
    let _ = writeln!(
        out,
        "{}: {word}; {}, {}, {}",
        path.display(),
        plural(contents.runs.len(), "run"),
        plural(contents.writes(), "write"),
        plural(contents.records, "record"),
    );
    if let Some(since) = contents.since.filter(|since| *since > 0) {
        let _ = writeln!(out, "{} since the given hash", plural(since, "record"));
    }
    let _ = writeln!(out, "{}", style.dim(&format!("head {}", contents.head)));
    out
}

/// Returns every run with its writes, in the order in which they were sent.
pub(crate) fn runs(contents: &Contents, style: Style) -> String {
    let mut out = String::new();
    for run in &contents.runs {
        head(&mut out, run, style);
        for step in &run.steps {
            self::step(&mut out, step, style);
        }
        let line = match &run.end {
            Some(end) => {
                let mut line = format!("{} done", end.done);
                for (word, n) in [("failed", end.failed), ("unknown", end.unknown), ("skipped", end.skipped)]
                {
                    if n > 0 {
                        let _ = write!(line, ", {n} {word}");
                    }
                }
                line
            }
            None => style.bad("no end: it crashed, is still running, or was cut off"),
        };
        let _ = writeln!(out, "  {line}\n");
    }
    out
}

fn head(out: &mut String, run: &Run, style: Style) {
    let begin = &run.begin;
    let source = source(begin.commit.as_deref(), begin.dirty);
    let commit = source.map_or(String::new(), |source| format!(", commit {}", escape(&source)));
    let title = format!("{} organization {}{commit}", escape(&run.at), escape(&begin.organization));
    let _ = writeln!(out, "{}", style.head(&title));
    let detail =
        format!("fingerprint {}, Bylaws {}", escape(&begin.fingerprint), escape(&begin.bylaws_version));
    let _ = writeln!(out, "  {}", style.dim(&detail));
    if let Some(credential) = &begin.credential {
        let text = |pointer| escape(credential.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown"));
        let (account, rule) = (text("/service_account_id"), text("/federation_rule_id"));
        let line = format!("service account {account}, rule {rule}, {}", text("/identity/subject"));
        let _ = writeln!(out, "  {}", style.dim(&line));
    }
}

fn step(out: &mut String, step: &Step, style: Style) {
    let (symbol, word) = match step.after.as_ref().map(|after| after.outcome.as_str()) {
        Some("done") => (style.good("✓"), String::new()),
        Some("skipped") => (style.dim("·"), " skipped".to_owned()),
        Some(other) => (style.bad("✗"), format!(" {}", escape(other))),
        None => (style.change("?"), " no recorded outcome".to_owned()),
    };
    let after = step.after.as_ref();
    let message = after
        .and_then(|after| after.message.as_deref())
        .map_or(String::new(), |text| format!(": {}", escape(text)));
    let request = after
        .and_then(|after| after.request_id.as_deref())
        .map_or(String::new(), |id| format!("  {}", style.dim(&escape(id))));
    let _ = writeln!(
        out,
        "  {symbol} {}  {}{word}{message}{request}",
        escape(&step.change.id),
        summary(&step.change)
    );
}
