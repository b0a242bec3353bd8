//! The audit document, `audit --format json`: its fields, and the conversion from the engine's findings.

use std::collections::BTreeMap;

use bylaws_config::{SnippetValue, snippet};
use bylaws_engine::{Acceptance, Address, Audit, Edit, Finding, Line, Severity, Unseen, Value};
use schemars::JsonSchema;
use serde::Serialize;

use super::from_plan::Places;
use super::plan::{ConfigRef, OrganizationRef, Origin};
use super::word::Word;
use crate::live::unseen;

/// The result of an audit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuditDocument {
    /// The version of this format.
    pub(crate) format_version: u32,
    /// The version of Bylaws that wrote it.
    pub(crate) bylaws_version: String,
    /// The organization.
    pub(crate) organization: OrganizationRef,
    /// The files that were checked.
    pub(crate) config: ConfigRef,
    /// The date (UTC) of the audit, YYYY-MM-DD.
    pub(crate) today: String,
    /// The number of read requests.
    pub(crate) reads: u64,
    /// The findings, most severe first.
    pub(crate) findings: Vec<FindingDocument>,
    /// The findings that the files accept.
    pub(crate) accepted: Vec<AcceptedDocument>,
    /// The rules that could not be checked.
    pub(crate) not_judged: Vec<NotJudged>,
    /// The number of findings by severity.
    pub(crate) summary: AuditSummary,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FindingDocument {
    /// The code of the rule, such as `BA0301`; see `bylaws explain CODE`.
    pub(crate) code: String,
    /// The name of the rule, such as `unused-key`.
    pub(crate) name: String,
    /// `error`, `warning` or `note`.
    pub(crate) severity: Word<Severity>,
    /// The address that the finding is about.
    pub(crate) address: Word<Address>,
    /// The finding in one sentence.
    pub(crate) message: String,
    /// The facts that led to the finding.
    pub(crate) evidence: Vec<Evidence>,
    /// YAML to add to the files to fix it, including the parent keys.
    pub(crate) write: Option<String>,
    /// The path of keys of the line to delete from the files to fix it.
    pub(crate) delete: Option<String>,
    /// The next step for findings of this rule.
    pub(crate) advice: String,
    /// The line of the files that the finding is about.
    pub(crate) origin: Option<Origin>,
}

/// A fact that led to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Evidence {
    /// The name of the fact.
    pub(crate) name: String,
    /// The value of the fact.
    pub(crate) value: String,
}

/// A finding that the files accept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AcceptedDocument {
    /// The finding.
    pub(crate) finding: FindingDocument,
    /// The last day of the acceptance, YYYY-MM-DD.
    pub(crate) until: String,
    /// The reason given in the files.
    pub(crate) reason: String,
    /// The entry of the files that accepts it.
    pub(crate) origin: Option<Origin>,
}

/// A rule that could not be checked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NotJudged {
    /// The code of the rule, such as `BA0301`.
    pub(crate) code: String,
    /// The name of the rule, such as `unused-key`.
    pub(crate) name: String,
    /// The list that was not read.
    #[serde(skip)]
    pub(crate) unseen: Unseen,
    /// The data that was not read, in words.
    pub(crate) what: String,
    /// Why the data was not read.
    pub(crate) why: String,
}

/// The number of findings by severity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuditSummary {
    /// Findings that require action.
    pub(crate) errors: usize,
    /// Findings that require a review.
    pub(crate) warnings: usize,
    /// Findings for information.
    pub(crate) notes: usize,
    /// Findings that the files accept; not counted elsewhere.
    pub(crate) accepted: usize,
    /// Rules that could not be checked.
    pub(crate) not_judged: usize,
}

/// The inputs of a document besides the findings.
pub(crate) struct Context<'a> {
    pub(crate) organization: OrganizationRef,
    pub(crate) config: ConfigRef,
    pub(crate) today: jiff::civil::Date,
    pub(crate) reads: u64,
    pub(crate) places: Places<'a>,
    pub(crate) accept: &'a [Acceptance],
    /// The reasons why data was not read.
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
            why: context.unseen.get(what).cloned().unwrap_or_else(|| "was not requested".to_owned()),
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
