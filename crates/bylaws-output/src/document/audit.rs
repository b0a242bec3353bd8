//! The audit document: `audit --format json`. Only its shape, and how it is made of the engine's findings.

use std::collections::BTreeMap;

use bylaws_config::{SnippetValue, snippet};
use bylaws_engine::{Acceptance, Address, Audit, Edit, Finding, Line, Severity, Unseen, Value};
use schemars::JsonSchema;
use serde::Serialize;

use super::from_plan::Places;
use super::plan::{ConfigRef, OrganizationRef, Origin};
use super::word::Word;
use crate::unseen;

/// What an audit found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditDocument {
    /// The shape of this document.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files.
    pub config: ConfigRef,
    /// The day (UTC) it is about, YYYY-MM-DD.
    pub today: String,
    /// Read requests.
    pub reads: u64,
    /// What was found, worst first.
    pub findings: Vec<FindingDocument>,
    /// What was found and is accepted in the files.
    pub accepted: Vec<AcceptedDocument>,
    /// Rules that could not be judged.
    pub not_judged: Vec<NotJudged>,
    /// Counts.
    pub summary: AuditSummary,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingDocument {
    /// Such as `BA0301`; `bylaws explain` tells more.
    pub code: String,
    /// Such as `unused-key`.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub severity: Word<Severity>,
    /// What it is about.
    pub address: Word<Address>,
    /// What is the matter.
    pub message: String,
    /// The facts it was judged by.
    pub evidence: Vec<Evidence>,
    /// YAML that would mend it, with the keys above it.
    pub write: Option<String>,
    /// The line whose deletion would mend it, as a path of keys.
    pub delete: Option<String>,
    /// What to do about findings of this rule.
    pub advice: String,
    /// The line of the files it is about.
    pub origin: Option<Origin>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// What.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A finding that somebody has accepted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AcceptedDocument {
    /// The finding.
    pub finding: FindingDocument,
    /// Until when, YYYY-MM-DD.
    pub until: String,
    /// Why.
    pub reason: String,
    /// The entry.
    pub origin: Option<Origin>,
}

/// A rule that could not be judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotJudged {
    /// Such as `BA0301`.
    pub code: String,
    /// Such as `unused-key`.
    pub name: String,
    /// The list that was not read.
    #[serde(skip)]
    pub unseen: Unseen,
    /// What was not read, in words.
    pub what: String,
    /// Why not.
    pub why: String,
}

/// Counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditSummary {
    /// Somebody has to act.
    pub errors: usize,
    /// Somebody has to look.
    pub warnings: usize,
    /// Good to know.
    pub notes: usize,
    /// Accepted in the files, and counted nowhere else.
    pub accepted: usize,
    /// Rules that could not be judged.
    pub not_judged: usize,
}

/// What a document says beyond the findings.
pub struct Context<'a> {
    pub organization: OrganizationRef,
    pub config: ConfigRef,
    pub today: jiff::civil::Date,
    pub reads: u64,
    pub places: Places<'a>,
    pub accept: &'a [Acceptance],
    /// Why something was not read.
    pub unseen: &'a BTreeMap<Unseen, String>,
}

impl AuditDocument {
    pub fn of(audit: &Audit, context: Context<'_>) -> Self {
        let findings: Vec<FindingDocument> =
            audit.findings.iter().map(|finding| FindingDocument::of(finding, context.places)).collect();
        let accepted = audit.accepted.iter().filter_map(|(finding, index)| {
            let entry = context.accept.get(*index)?;
            Some(AcceptedDocument {
                finding: FindingDocument::of(finding, context.places),
                until: entry.until.to_string(),
                reason: entry.reason.clone(),
                origin: context.places.of(Some(&Line::Acceptance(*index))),
            })
        });
        let accepted: Vec<AcceptedDocument> = accepted.collect();
        let not_judged = audit.not_judged.iter().map(|(rule, what)| NotJudged {
            code: rule.code.to_owned(),
            name: rule.name.to_owned(),
            unseen: *what,
            what: unseen::words(*what).to_owned(),
            why: context.unseen.get(what).cloned().unwrap_or_else(|| "was not asked for".to_owned()),
        });
        let not_judged: Vec<NotJudged> = not_judged.collect();
        let count =
            |severity: Severity| audit.findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            format_version: 1,
            bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: AuditSummary {
                errors: count(Severity::Error),
                warnings: count(Severity::Warning),
                notes: count(Severity::Note),
                accepted: accepted.len(),
                not_judged: not_judged.len(),
            },
            organization: context.organization,
            config: context.config,
            today: context.today.to_string(),
            reads: context.reads,
            findings,
            accepted,
            not_judged,
        }
    }
}

impl FindingDocument {
    fn of(finding: &Finding, places: Places<'_>) -> Self {
        let (write, delete) = match &finding.edit {
            None => (None, None),
            Some(Edit::Delete(path)) => (None, Some(path.join("."))),
            Some(Edit::Write(path, value)) => {
                let value = match value {
                    Value::Word(word) => SnippetValue::Word(word),
                    Value::List(words) => SnippetValue::List(words),
                    Value::Empty => SnippetValue::Empty,
                };
                (Some(snippet(path, &value)), None)
            }
        };
        Self {
            code: finding.rule.code.to_owned(),
            name: finding.rule.name.to_owned(),
            severity: Word(finding.severity),
            address: Word(finding.address.clone()),
            message: finding.message.clone(),
            evidence: finding
                .evidence
                .iter()
                .map(|(name, value)| Evidence { name: (*name).to_owned(), value: value.clone() })
                .collect(),
            write,
            delete,
            advice: finding.rule.fix.to_owned(),
            origin: places.of(finding.line.as_ref()),
        }
    }
}
