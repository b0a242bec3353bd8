//! The audit document, `audit --format json`: its fields, and the conversion from the engine's findings.

use std::collections::BTreeMap;

use bylaws_config::snippet;
use bylaws_engine::audit::{Acceptance, Audit, Edit, Finding, Severity, Unseen};
use bylaws_engine::text::Text;
use bylaws_engine::{Address, Line};
use schemars::JsonSchema;
use serde::Serialize;

use super::origin::{Origin, Positions};
use super::plan::{ConfigRef, OrganizationRef};
use super::word::Word;
use crate::unseen;

/// The result of an audit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files that were checked.
    pub config: ConfigRef,
    /// The date (UTC) of the audit, YYYY-MM-DD.
    pub today: String,
    /// The number of read requests.
    pub reads: u64,
    /// The findings, most severe first.
    pub findings: Vec<FindingDocument>,
    /// The findings that the files accept.
    pub accepted: Vec<AcceptedDocument>,
    /// The rules that could not be checked.
    pub not_judged: Vec<NotJudged>,
    /// The number of findings by severity.
    pub summary: AuditSummary,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingDocument {
    /// The code of the rule, such as `BA0301`; see `bylaws explain CODE`.
    pub code: String,
    /// The name of the rule, such as `unused-key`.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub severity: Word<Severity>,
    /// The address that the finding is about.
    pub address: Word<Address>,
    /// The finding in one sentence.
    pub message: Word<Text>,
    /// The facts that led to the finding.
    pub evidence: Vec<Evidence>,
    /// YAML to add to the files to fix it, including the parent keys.
    pub write: Option<String>,
    /// The path of keys of the line to delete from the files to fix it.
    pub delete: Option<String>,
    /// The next step for findings of this rule.
    pub advice: String,
    /// The line of the files that the finding is about.
    pub origin: Option<Origin>,
}

/// A fact that led to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The name of the fact.
    pub name: String,
    /// The value of the fact.
    pub value: String,
}

/// A finding that the files accept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AcceptedDocument {
    /// The finding.
    pub finding: FindingDocument,
    /// The last day of the acceptance, YYYY-MM-DD.
    pub until: String,
    /// The reason given in the files.
    pub reason: String,
    /// The entry of the files that accepts it.
    pub origin: Option<Origin>,
}

/// A rule that could not be checked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotJudged {
    /// The code of the rule, such as `BA0301`.
    pub code: String,
    /// The name of the rule, such as `unused-key`.
    pub name: String,
    /// The list that was not read.
    #[serde(skip)]
    pub unseen: Unseen,
    /// The data that was not read, in words.
    pub what: String,
    /// Why the data was not read.
    pub why: String,
}

/// The number of findings by severity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditSummary {
    /// Findings that require action.
    pub errors: usize,
    /// Findings that require a review.
    pub warnings: usize,
    /// Findings for information.
    pub notes: usize,
    /// Findings that the files accept; not counted elsewhere.
    pub accepted: usize,
    /// Rules that could not be checked.
    pub not_judged: usize,
}

/// The inputs of a document besides the findings.
pub struct Context<'a> {
    /// The organization that was audited.
    pub organization: OrganizationRef,
    /// The files that were checked.
    pub config: ConfigRef,
    /// The date (UTC) of the audit.
    pub today: jiff::civil::Date,
    /// The number of read requests.
    pub reads: u64,
    /// The positions of the lines in the files.
    pub positions: Positions<'a>,
    /// The `audit.accept` entries of the files; an accepted finding refers to one by index.
    pub accept: &'a [Acceptance],
    /// The reasons why data was not read.
    pub unseen: &'a BTreeMap<Unseen, String>,
}

impl AuditDocument {
    /// Converts the result of an audit; `context` provides what the findings do not contain.
    pub fn of(audit: &Audit, context: Context<'_>) -> Self {
        let positions = context.positions;
        let findings = audit.findings.iter().map(|finding| FindingDocument::of(finding, positions));
        let accepted = audit.accepted.iter().filter_map(|(finding, index)| {
            let entry = context.accept.get(*index)?;
            Some(AcceptedDocument {
                finding: FindingDocument::of(finding, positions),
                until: entry.until.to_string(),
                reason: entry.reason.clone(),
                origin: positions.of(Some(&Line::Acceptance(*index))),
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
            findings: findings.collect(),
            accepted,
            not_judged,
        }
    }
}

impl AuditDocument {
    /// Returns the rules that could not be checked, those with the same reason together.
    pub fn not_judged_by_reason(&self) -> Vec<Vec<&NotJudged>> {
        let mut groups: Vec<Vec<&NotJudged>> = Vec::new();
        for rule in &self.not_judged {
            let is_same = |group: &&mut Vec<&NotJudged>| {
                group.first().is_some_and(|first| (&first.what, &first.why) == (&rule.what, &rule.why))
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => group.push(rule),
                None => groups.push(vec![rule]),
            }
        }
        groups
    }
}

impl FindingDocument {
    fn of(finding: &Finding, positions: Positions<'_>) -> Self {
        let (write, delete) = match &finding.edit {
            None => (None, None),
            Some(Edit::Delete(path)) => (None, Some(path.join("."))),
            Some(Edit::Write(path, value)) => (Some(snippet(path, value)), None),
        };
        let evidence = finding.evidence.iter();
        let evidence =
            evidence.map(|(name, value)| Evidence { name: (*name).to_owned(), value: value.clone() });
        Self {
            code: finding.rule.code.to_owned(),
            name: finding.rule.name.to_owned(),
            severity: Word(finding.severity),
            address: Word(finding.address.clone()),
            message: Word(finding.message.clone()),
            evidence: evidence.collect(),
            write,
            delete,
            advice: finding.rule.fix.to_owned(),
            origin: positions.of(finding.line.as_ref()),
        }
    }
}
