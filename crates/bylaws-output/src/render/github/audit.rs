//! Findings of an audit as annotations, most severe first: GitHub shows ten of each level per step.

use bylaws_engine::audit::Severity;

use super::{PathOf, Span, annotation};
use crate::document::audit::AuditDocument;

/// Returns one annotation per finding, and one per rule that was not checked.
pub fn audit(audit: &AuditDocument, paths: PathOf<'_>) -> String {
    let mut out = String::new();
    for finding in &audit.findings {
        let span = finding.origin.as_ref().map(|origin| Span {
            file: paths(&origin.file),
            line: origin.line,
            column: origin.column,
            end_column: origin.column,
        });
        let level = match *finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let title = format!("{} {}", finding.code, finding.name);
        let text = format!("{}: {}\n{}", finding.address, finding.message, finding.advice);
        out.push_str(&annotation(level, span.as_ref(), &title, &text));
    }
    for rule in &audit.not_judged {
        let title = format!("{} {} was not checked", rule.code, rule.name);
        out.push_str(&annotation("notice", None, &title, &format!("{}: {}", rule.what, rule.why)));
    }
    out
}
