//! An audit as Markdown, for an issue that is edited in place: the most severe findings are open, notes are folded.

use bylaws_engine::audit::Severity;

use super::Comment;
use super::head::head;
use super::marker::About;
use super::page::{Block, Form, More, Piece};
use super::span::{code, count, plural};
use super::tail::filled;
use super::text::text;
use super::words::{place, subject};
use crate::document::audit::{AuditDocument, FindingDocument};

/// Returns the findings of an audit.
pub fn audit(audit: &AuditDocument, comment: &Comment) -> String {
    let reads = usize::try_from(audit.reads).unwrap_or(usize::MAX);
    let mut out = head(
        (About::Audit, comment),
        &format!("audit: {}", crate::render::audit::counts(audit)),
        &audit.organization.name,
        Some(&audit.config),
        [code(&audit.today), plural(reads, "read request")],
    );
    out.push('\n');
    filled(out, &blocks(audit), 0, (comment, "audit"), "")
}

fn blocks(audit: &AuditDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    for same in audit.findings.chunk_by(|a, b| (&a.code, &a.severity) == (&b.code, &b.severity)) {
        blocks.extend(rule(same));
    }
    let accepted = audit.accepted.iter().map(|accepted| {
        let subject = subject(&accepted.finding.address, &[]);
        let (until, reason) = (code(&accepted.until), code(&accepted.reason));
        Piece::new(format!("- {} {subject}: until {until}: {reason}\n", code(&accepted.finding.name)))
    });
    blocks.extend(Block::folded("accepted", "Accepted in the files", accepted.len(), accepted));
    let not_judged = audit.not_judged.iter();
    let not_judged = not_judged
        .map(|rule| Piece::new(format!("- {}: {}: {}\n", code(&rule.name), rule.what, code(&rule.why))));
    blocks.extend(Block::folded("not checked", "Not checked", not_judged.len(), not_judged));
    blocks
}

fn rule(findings: &[FindingDocument]) -> Option<Block> {
    let first = findings.first()?;
    let pieces = findings.iter().map(line);
    // The name and the advice come from Bylaws.
    let title = format!("{} {}: {}", first.severity, first.code, first.name);
    if *first.severity == Severity::Note {
        return Block::folded("findings", &title, findings.len(), pieces);
    }
    let open = format!("\n### {title} ({})\n\n{}\n\n", count(findings.len()), first.advice);
    Some(Block::new("findings", Form::new(open, pieces, "", More::Line)))
}

fn line(finding: &FindingDocument) -> Piece {
    let subject = subject(&finding.address, &[]);
    let place = place(finding.origin.as_ref());
    let evidence: Vec<String> =
        finding.evidence.iter().map(|fact| format!("{} {}", fact.name, code(&fact.value))).collect();
    let evidence =
        if evidence.is_empty() { String::new() } else { format!("\\\n  {}", evidence.join(" · ")) };
    Piece::new(format!("- {subject}: {}{place}{evidence}\n", text(&finding.message)))
}
