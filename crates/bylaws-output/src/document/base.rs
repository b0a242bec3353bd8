//! What a document says of the base revision and of the rules that differ from it.

use bylaws_config::Suppression;
use bylaws_engine::{Address, Differing, Plan, RuleChange, RuleChangeKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::from_plan::Places;
use super::live_name::{LiveName, suffix};
use super::plan::Origin;
use super::word::Word;

/// The base revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaseDocument {
    /// As it was given.
    pub revision: String,
    /// Its full hash.
    pub commit: String,
    /// Whether its files could be read; if not, every change counts as this commit's.
    pub files: BaseFiles,
    /// How many entries of the files differ from those of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differing: Option<DifferingDocument>,
}

/// Whether the base has files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseFiles {
    /// They were read.
    Read,
    /// There are none at PATH.
    None,
    /// They have problems.
    Problems,
}

/// How many entries of the files differ, whether or not anything follows from it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DifferingDocument {
    /// Only the files have them.
    pub added: usize,
    /// Not as in the base.
    pub changed: usize,
    /// Only the base has them.
    pub removed: usize,
}

impl From<Differing> for DifferingDocument {
    fn from(differing: Differing) -> Self {
        let Differing { added, changed, removed } = differing;
        Self { added, changed, removed }
    }
}

/// A rule that differs from the base: nothing is sent for it, and it decides what happens later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleChangeDocument {
    /// `guard_loosened`, `protect`, `allowed_domains`, `required_admins`, `unlisted`, `approval_added`,
    /// `not_managed`, `end_removed`, `end_postponed`, `end_past`, `end_added`, `identity`, `audit_loosened` or
    /// `suppression_added`.
    pub kind: Word<RuleChangeKind>,
    /// What it is about; `organization` for rules that concern everybody.
    pub address: Word<Address>,
    /// What differs.
    pub reason: String,
    /// Its line; left out if the line is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl RuleChangeDocument {
    pub(super) fn of(plan: &Plan, change: &RuleChange, places: Places<'_>) -> Self {
        Self {
            kind: Word(change.kind),
            address: Word(change.address.clone()),
            reason: format!("{}{}", change.text, suffix(&LiveName::of(plan, &change.address))),
            origin: places.of(change.line.as_ref()),
        }
    }

    pub(super) fn suppression(suppression: &Suppression, places: Places<'_>) -> Self {
        let place = &suppression.place;
        Self {
            kind: Word(RuleChangeKind::SuppressionAdded),
            address: Word(Address::Organization),
            reason: format!("`{}` of `{}` is no longer shown", suppression.code, suppression.line),
            origin: Some(Origin {
                file: places.root.shown(&place.file),
                line: place.line,
                column: place.column,
            }),
        }
    }

    /// What it is about and what differs, in one sentence.
    pub fn sentence(&self) -> String {
        match &*self.address {
            Address::Organization => self.reason.clone(),
            address => format!("`{address}`: {}", self.reason),
        }
    }
}
