//! The base revision in documents, and the rules that differ from it.

use bylaws_config::Suppression;
use bylaws_engine::rule_changes::{RuleChange, RuleChangeKind};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, Plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::live_name::{LiveName, with_names};
use super::origin::{Origin, Positions};
use super::word::Word;

/// The base revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaseDocument {
    /// The revision as given.
    pub revision: String,
    /// The full hash of the commit.
    pub commit: String,
    /// Whether its files could be read; if not, every change counts as caused by this commit.
    pub files: BaseFiles,
    /// The number of entries of the files that differ from the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differing: Option<DifferingDocument>,
}

/// Whether the base has usable files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseFiles {
    /// The files were read.
    Read,
    /// There are no files at PATH.
    None,
    /// The files have errors.
    Problems,
}

/// The number of entries that differ from the base, with or without an effect now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DifferingDocument {
    /// Entries that are only in the files.
    pub added: usize,
    /// Entries that differ from the base.
    pub changed: usize,
    /// Entries that are only in the base.
    pub removed: usize,
}

/// A rule that differs from the base: it sends no request, but affects later plans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleChangeDocument {
    /// `guard_loosened`, `protect`, `allowed_domains`, `required_admins`, `unlisted`, `approval_added`,
    /// `not_managed`, `end_removed`, `end_postponed`, `end_past`, `end_added`, `identity`, `audit_loosened` or
    /// `suppression_added`.
    pub kind: Word<RuleChangeKind>,
    /// The address that the rule is about; `organization` for rules that apply to everybody.
    pub address: Word<Address>,
    /// The difference in words.
    pub reason: Word<Text>,
    /// The line of the rule; absent if the line was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl RuleChangeDocument {
    pub(super) fn of(plan: &Plan, change: &RuleChange, positions: Positions<'_>) -> Self {
        Self {
            kind: Word(change.kind),
            address: Word(change.address.clone()),
            reason: with_names(&change.text, &LiveName::of(plan, &change.address)),
            origin: positions.of(change.line.as_ref()),
        }
    }

    pub(super) fn suppression(suppression: &Suppression, positions: Positions<'_>) -> Self {
        Self {
            kind: Word(RuleChangeKind::SuppressionAdded),
            address: Word(Address::Organization),
            reason: Word(text!("`{}` of `{}` is no longer shown", suppression.code, suppression.line)),
            origin: Some(Origin::of(&suppression.position, positions.root)),
        }
    }

    /// Returns the address and the difference in one sentence.
    pub fn sentence(&self) -> Text {
        match &*self.address {
            Address::Organization => self.reason.0.clone(),
            address => text!("{}: {}", address, self.reason.0),
        }
    }
}
