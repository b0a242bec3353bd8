//! The `audit:` section of the files: thresholds, spending limits, accepted findings.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Address, Amount, WorkspaceLabel, words};

/// Thresholds of the rules. `None` switches a rule off. The default is the built-in values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// The maximum number of people with a role that makes them admin of every workspace.
    pub max_admins: Option<u32>,
    /// Days without use after which an object counts as dormant.
    pub dormant_days: DormantDays,
    /// The maximum age of a key in days.
    pub key_max_age_days: Option<u32>,
    /// Whether every active key must have an expiry.
    pub key_expiry: KeyExpiry,
    /// Days after which a pending invite counts as forgotten; the service ends it after 21.
    pub pending_days: Option<u32>,
    /// Days after which an unlisted object is a warning.
    pub unlisted_days: Option<u32>,
    /// Limits on spending, and what counts as unusual.
    pub spending: Spending,
    /// Accepted findings, in the order of the file.
    pub accept: Vec<Acceptance>,
}

/// Days without use, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DormantDays {
    /// Days without use by a person.
    pub people: Option<u32>,
    /// Days without use in a workspace.
    pub workspaces: Option<u32>,
    /// Days without use of an API key.
    pub keys: Option<u32>,
}

words!(
    /// Whether every active key must have an expiry.
    #[derive(Default)]
    KeyExpiry {
        /// A key without an expiry is a note.
        #[default]
        Optional = "optional",
        /// A key without an expiry is a warning.
        Required = "required",
    }
);

/// Spending limits of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The maximum cost of a workspace in a calendar month (UTC).
    pub monthly: BTreeMap<WorkspaceLabel, Amount>,
    /// When a week counts as unusual.
    pub unusual: Option<Unusual>,
}

/// The thresholds for an unusual week; both must be exceeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusual {
    /// Multiple of the median of the weeks before.
    pub times: u32,
    /// Minimum difference to that median.
    pub least: Amount,
}

/// An accepted finding, until a day, with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The name of the rule.
    pub rule: &'static str,
    /// The address of the object that it is about.
    pub address: Address,
    /// Last day (UTC). An entry more than 366 days ahead does not count.
    pub until: Date,
    /// The reason, for reviewers.
    pub reason: String,
}

impl AuditSettings {
    /// Returns every threshold with its key under `audit`.
    pub fn thresholds(&self) -> [(&'static str, Option<u32>); 7] {
        [
            ("max_admins", self.max_admins),
            ("dormant_days.people", self.dormant_days.people),
            ("dormant_days.workspaces", self.dormant_days.workspaces),
            ("dormant_days.api_keys", self.dormant_days.keys),
            ("key_max_age_days", self.key_max_age_days),
            ("pending_days", self.pending_days),
            ("unlisted_days", self.unlisted_days),
        ]
    }
}

impl Default for AuditSettings {
    fn default() -> Self {
        let quarter = Some(90);
        Self {
            max_admins: Some(5),
            dormant_days: DormantDays { people: quarter, workspaces: quarter, keys: quarter },
            key_max_age_days: Some(180),
            key_expiry: KeyExpiry::Optional,
            pending_days: Some(7),
            unlisted_days: Some(30),
            spending: Spending::default(),
            accept: Vec::new(),
        }
    }
}

impl Default for Spending {
    fn default() -> Self {
        let least = Amount::from_dollars("50").unwrap_or_default();
        Self { monthly: BTreeMap::new(), unusual: Some(Unusual { times: 3, least }) }
    }
}
