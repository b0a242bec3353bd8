//! The audit document: `audit --format json`. Only its shape, and how it is made of the engine's findings.

use std::collections::BTreeMap;

use bylaws_config::{SnippetValue, snippet};
use bylaws_engine::{Acceptance, Address, Audit, Edit, Finding, Line, Severity, Unseen, Value};
use schemars::JsonSchema;
use serde::Serialize;

use super::from_plan::Places;
use super::plan::{ConfigRef, OrganizationRef, Origin};
use super::word::Word;
use crate::live::unseen;

/// What an audit found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuditDocument {
    /// The shape of this document.
    pub(crate) format_version: u32,
    /// The version of Bylaws that wrote it.
    pub(crate) bylaws_version: String,
    /// The organization.
    pub(crate) organization: OrganizationRef,
    /// The files.
    pub(crate) config: ConfigRef,
    /// The day (UTC) it is about, YYYY-MM-DD.
    pub(crate) today: String,
    /// Read requests.
    pub(crate) reads: u64,
    /// What was found, worst first.
    pub(crate) findings: Vec<FindingDocument>,
    /// What was found and is accepted in the files.
    pub(crate) accepted: Vec<AcceptedDocument>,
    /// Rules that could not be judged.
    pub(crate) not_judged: Vec<NotJudged>,
    /// Counts.
    pub(crate) summary: AuditSummary,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FindingDocument {
    /// Such as `BA0301`; `bylaws explain` tells more.
    pub(crate) code: String,
    /// Such as `unused-key`.
    pub(crate) name: String,
    /// `error`, `warning` or `note`.
    pub(crate) severity: Word<Severity>,
    /// What it is about.
    pub(crate) address: Word<Address>,
    /// What is the matter.
    pub(crate) message: String,
    /// The facts it was judged by.
    pub(crate) evidence: Vec<Evidence>,
    /// YAML that would mend it, with the keys above it.
    pub(crate) write: Option<String>,
    /// The line whose deletion would mend it, as a path of keys.
    pub(crate) delete: Option<String>,
    /// What to do about findings of this rule.
    pub(crate) advice: String,
    /// The line of the files it is about.
    pub(crate) origin: Option<Origin>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Evidence {
    /// What.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
}

/// A finding that somebody has accepted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AcceptedDocument {
    /// The finding.
    pub(crate) finding: FindingDocument,
    /// Until when, YYYY-MM-DD.
    pub(crate) until: String,
    /// Why.
    pub(crate) reason: String,
    /// The entry.
    pub(crate) origin: Option<Origin>,
}

/// A rule that could not be judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NotJudged {
    /// Such as `BA0301`.
    pub(crate) code: String,
    /// Such as `unused-key`.
    pub(crate) name: String,
    /// The list that was not read.
    #[serde(skip)]
    pub(crate) unseen: Unseen,
    /// What was not read, in words.
    pub(crate) what: String,
    /// Why not.
    pub(crate) why: String,
}

/// Counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuditSummary {
    /// Somebody has to act.
    pub(crate) errors: usize,
    /// Somebody has to look.
    pub(crate) warnings: usize,
    /// Good to know.
    pub(crate) notes: usize,
    /// Accepted in the files, and counted nowhere else.
    pub(crate) accepted: usize,
    /// Rules that could not be judged.
    pub(crate) not_judged: usize,
}

/// What a document says beyond the findings.
pub(crate) struct Context<'a> {
    pub(crate) organization: OrganizationRef,
    pub(crate) config: ConfigRef,
    pub(crate) today: jiff::civil::Date,
    pub(crate) reads: u64,
    pub(crate) places: Places<'a>,
    pub(crate) accept: &'a [Acceptance],
    /// Why something was not read.
    pub(crate) unseen: &'a BTreeMap<Unseen, String>,
}

impl AuditDocument {
    pub(crate) fn of(audit: &Audit, context: Context<'_>) -> Self {
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
