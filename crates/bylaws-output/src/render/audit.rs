//! Findings of an audit as text, grouped by rule.

use std::fmt::Write;

use bylaws_engine::sentence::plural;

use crate::document::audit::{AuditDocument, FindingDocument, NotJudged};
use crate::render::counted;
use crate::render::escape::escape;
use crate::render::lines::{Lines, Row};
use crate::render::section::{list, organization, position};
use crate::render::style::Style;

/// Returns the findings, the accepted findings, the rules that were not checked, and a line of counts.
pub fn text(audit: &AuditDocument, style: Style) -> Lines {
    let mut out = Lines::default();
    organization(&mut out, &audit.organization, style);
    let reads = match audit.reads {
        0 => String::new(),
        n => format!("; {}", plural(n, "read request")),
    };
    let _ = writeln!(out, "{}\n", style.dim(&format!("{}{reads}", escape(&audit.today))));
    for same in audit.findings.chunk_by(|a, b| (&a.code, &a.severity) == (&b.code, &b.severity)) {
        rule(&mut out, same, style);
    }
    list(&mut out, "Accepted in the files", &audit.accepted, style, |out, accepted| {
        let (name, address) = (&accepted.finding.name, escape(&accepted.finding.address.to_string()));
        let (until, reason) = (escape(&accepted.until), escape(&accepted.reason));
        let _ = writeln!(out, "  {name} {address}: until {until}: {reason}");
    });
    list(&mut out, "Not checked", &audit.not_judged_by_reason(), style, |out, same| {
        let names: Vec<&str> = same.iter().map(|rule| rule.name.as_str()).collect();
        let _ = writeln!(out, "  {}", names.join(", "));
        for NotJudged { what, why, .. } in same.iter().take(1) {
            let _ = writeln!(out, "    {}", style.dim(&format!("{what}: {}", escape(why))));
        }
    });
    let _ = writeln!(out, "{}", counts(audit));
    out
}

/// Returns the counts: `2 errors, 5 warnings, 3 notes; 1 accepted`.
pub(crate) fn counts(audit: &AuditDocument) -> String {
    let summary = &audit.summary;
    let found = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let found = counted(&found, "no findings");
    let accepted = (summary.accepted > 0).then(|| format!("{} accepted", summary.accepted));
    let not_judged =
        (summary.not_judged > 0).then(|| format!("{} not checked", plural(summary.not_judged, "rule")));
    let parts: Vec<String> = std::iter::once(found).chain(accepted).chain(not_judged).collect();
    parts.join("; ")
}

fn rule(out: &mut Lines, findings: &[FindingDocument], style: Style) {
    let Some(first) = findings.first() else { return };
    let severity = match first.severity.as_str() {
        "error" => style.bad("error"),
        "warning" => style.change("warning"),
        other => style.dim(other),
    };
    let _ = writeln!(out, "{severity} {} ({}): {}", style.head(&first.name), first.code, findings.len());
    for finding in findings {
        let (address, message) = (escape(&finding.address.to_string()), escape(finding.message.as_str()));
        let row = Row::new(2, format!("{address}: {message}"));
        out.row(row.position(position(finding.origin.as_ref(), style)));
        let evidence: Vec<String> =
            finding.evidence.iter().map(|fact| format!("{} {}", fact.name, escape(&fact.value))).collect();
        if !evidence.is_empty() {
            let _ = writeln!(out, "    {}", style.dim(&evidence.join("; ")));
        }
        if let Some(path) = &finding.delete {
            let _ = writeln!(out, "    {} {}", style.loss("delete"), escape(path));
        }
        for line in finding.write.iter().flat_map(|yaml| yaml.lines()) {
            out.exact(format!("      {}", style.good(&escape(line))));
        }
    }
    let _ = writeln!(out, "  {} {}\n", style.dim("next step:"), first.advice);
}
