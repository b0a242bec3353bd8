//! An audit as Markdown, for an issue that is edited in place: the most severe findings are open, notes are folded.

use std::fmt::Write;

use bylaws_engine::audit::Severity;

use super::fold::Fold;
use super::head::{about, name};
use super::marker::{About, marker};
use super::page::{Block, Form, LIMIT, More, Piece, lay_out};
use super::span::{code, count, plural};
use super::text::text;
use super::words::{place, subject};
use super::{Comment, tail};
use crate::document::audit::{AuditDocument, FindingDocument};

/// Returns the findings of an audit.
pub fn audit(audit: &AuditDocument, comment: &Comment) -> String {
    let mut out = marker(About::Audit, &name(comment, Some(&audit.config)));
    let _ = write!(out, "## Bylaws audit: {}\n\n", crate::render::audit::counts(audit));
    let mut facts = about(&audit.organization.name, Some(&audit.config));
    facts.push(code(&audit.today));
    let reads = usize::try_from(audit.reads).unwrap_or(usize::MAX);
    facts.push(plural(reads, "read request"));
    out.push_str(&facts.join(" · "));
    out.push('\n');
    let blocks = blocks(audit);
    let room = LIMIT.saturating_sub(out.len() + tail::SENTENCE + tail::pointer(comment, "audit").len());
    let laid = lay_out(&blocks, room);
    out.push_str(&laid.text);
    let missing = tail::missing(0, &laid);
    out.push_str(&tail::cut(&missing, comment, "audit"));
    out
}

fn blocks(audit: &AuditDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    for same in audit.findings.chunk_by(|a, b| (&a.code, &a.severity) == (&b.code, &b.severity)) {
        blocks.extend(rule(same));
    }
    if !audit.accepted.is_empty() {
        let fold = Fold::closed(&format!("Accepted in the files ({})", count(audit.accepted.len())));
        let pieces = audit.accepted.iter().map(|accepted| {
            let finding = &accepted.finding;
            let subject = subject(&finding.address, &[]);
            Piece::new(format!(
                "- {} {subject}: until {}: {}\n",
                code(&finding.name),
                code(&accepted.until),
                code(&accepted.reason)
            ))
        });
        blocks.push(Block::new("accepted", fold.form(pieces)));
    }
    if !audit.not_judged.is_empty() {
        let fold = Fold::closed(&format!("Not checked ({})", count(audit.not_judged.len())));
        let pieces = audit
            .not_judged
            .iter()
            .map(|rule| Piece::new(format!("- {}: {}: {}\n", code(&rule.name), rule.what, code(&rule.why))));
        blocks.push(Block::new("not checked", fold.form(pieces)));
    }
    blocks
}

fn rule(findings: &[FindingDocument]) -> Option<Block> {
    let first = findings.first()?;
    let pieces = findings.iter().map(line);
    let n = count(findings.len());
    // The name and the advice come from Bylaws.
    let advice = &first.advice;
    let form = if *first.severity == Severity::Note {
        Fold::closed(&format!("note {}: {} ({n})", first.code, first.name)).form(pieces)
    } else {
        let open = format!("\n### {} {}: {} ({n})\n\n{advice}\n\n", first.severity, first.code, first.name);
        Form::new(open, pieces, "", More::Line)
    };
    Some(Block::new("findings", form))
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
