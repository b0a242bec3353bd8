//! What the files say under `audit:`: thresholds, limits on spending, reviewed exceptions.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Address, Amount, WorkspaceLabel};

/// Thresholds of the rules. `None` switches a rule off. The default is the built-in values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// How many people may hold a role with every workspace.
    pub max_admins: Option<u32>,
    /// Days without use after which something counts as dormant.
    pub dormant_days: DormantDays,
    /// Days after which a key should have been replaced.
    pub key_max_age_days: Option<u32>,
    /// Whether every active key must have an end.
    pub key_expiry: KeyExpiry,
    /// Days after which a pending invite counts as forgotten; the service ends it after 21.
    pub pending_days: Option<u32>,
    /// Days after which something unlisted is a warning.
    pub unlisted_days: Option<u32>,
    /// Limits on spending.
    pub spending: Spending,
    /// Reviewed exceptions, in the order of the file.
    pub accept: Vec<Acceptance>,
}

/// Days without use, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DormantDays {
    /// Of people.
    pub people: Option<u32>,
    /// Of workspaces.
    pub workspaces: Option<u32>,
    /// Of API keys.
    pub api_keys: Option<u32>,
}

/// Whether every active key must have an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyExpiry {
    /// One without is worth a note.
    #[default]
    Optional,
    /// One without is a warning.
    Required,
}

/// Limits on spending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The most a workspace may cost in a calendar month (UTC).
    pub monthly: BTreeMap<WorkspaceLabel, Amount>,
    /// What counts as out of pattern.
    pub unusual: Option<Unusual>,
}

/// A week out of pattern: so many times the usual week, and so much above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusual {
    /// Times the median of the weeks before.
    pub times: u32,
    /// More than this above it.
    pub least: Amount,
}

/// A reviewed exception: this finding, up to a day, for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The rule's name.
    pub rule: &'static str,
    /// What it is about.
    pub address: Address,
    /// Last day, UTC. More than 366 days ahead does not count.
    pub until: Date,
    /// For the people who review.
    pub reason: String,
}

impl Default for AuditSettings {
    fn default() -> Self {
        let quarter = Some(90);
        Self {
            max_admins: Some(5),
            dormant_days: DormantDays { people: quarter, workspaces: quarter, api_keys: quarter },
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
