//! The findings of an audit, its rules as data, and its settings.

pub mod rule;
mod settings;

pub use rule::{AUDIT_RULES, AuditRule, Severity, audit_rule};
pub use settings::{Acceptance, AuditSettings, DormantDays, KeyExpiry, Spending, Unusual};

use crate::Address;
use crate::line::Line;
use crate::text::Text;

/// The result of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Most severe first, then by rule and address.
    pub findings: Vec<Finding>,
    /// Findings accepted in the files, each with the index of its entry in `audit.accept`.
    pub accepted: Vec<(Finding, usize)>,
    /// Rules that could not be checked, and the data that was not read for them.
    pub not_judged: Vec<(&'static AuditRule, Unseen)>,
}

/// One finding of a rule about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static AuditRule,
    /// The severity of the finding.
    pub severity: Severity,
    /// The address of the object that it is about.
    pub address: Address,
    /// The problem, in a sentence without the address.
    pub message: Text,
    /// The facts that it is based on, as name and value.
    pub evidence: Vec<(&'static str, String)>,
    /// The edit of the files that would fix it.
    pub edit: Option<Edit>,
    /// The line of the files that it is about.
    pub line: Option<Line>,
}

/// An edit of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Write this value at this path of keys.
    Write(Vec<String>, Value),
    /// Delete the value at this path of keys.
    Delete(Vec<String>),
}

/// A value of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A single word, such as a role.
    Word(String),
    /// A list of words.
    List(Vec<String>),
    /// No value: the key alone.
    Empty,
}

/// Data that was not read, so that rules could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unseen {
    /// Members and invites of the organization.
    People,
    /// Workspaces of the organization.
    Workspaces,
    /// The member lists of workspaces.
    WorkspaceMembers,
    /// API keys of all scopes.
    ApiKeys,
    /// Accounts for programs.
    ServiceAccounts,
    /// Federation issuers and rules.
    Federation,
    /// Rate limits of the organization and of workspaces.
    RateLimits,
    /// Spend limits of the organization and of workspaces.
    SpendLimits,
    /// Keys of cloud providers.
    ExternalKeys,
    /// The usage report, or not far enough back.
    Usage,
    /// The Claude Code report, or not far enough back.
    ClaudeCode,
    /// The cost report, or not far enough back.
    Cost,
    /// A list that the plan needs.
    Plan,
}
