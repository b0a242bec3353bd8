//! Spend limits: how much the organization, or one of its workspaces, may spend in a calendar month.

mod activities;
mod adopt;
pub(crate) mod lists;
mod money;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Amount, Facts, WorkspaceId};
use jiff::Timestamp;

use money::Money;

/// The section `spend_limits` at the top level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendLimits {
    /// The limit of the organization; `None` if the files do not manage it.
    pub organization: Option<Wanted>,
}

/// What the files ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A limit of this amount.
    Amount(Money),
    /// `none`: no limit.
    NoLimit,
}

/// The word in files and plans for no limit.
const NO_LIMIT: &str = "none";

impl Wanted {
    /// Returns the word in the files.
    fn word(&self) -> String {
        match self {
            Self::Amount(money) => money.to_string(),
            Self::NoLimit => NO_LIMIT.to_owned(),
        }
    }
}

/// The spend limits of the organization and of its workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveSpendLimits {
    /// The monthly limits of workspaces, and of the organization (`None`). The service has at most one of each.
    pub limits: BTreeMap<Option<WorkspaceId>, Vec<LiveLimit>>,
    /// The number of limits in the list, of every scope and period.
    pub listed: usize,
    /// The currency of the organization; `None` if no limit shows it.
    pub currency: Option<String>,
    /// What workspaces have cost since the first of the month (the default one is `None`), in US cents; `None` if it was
    /// not read.
    pub spent: Option<BTreeMap<Option<WorkspaceId>, Amount>>,
    /// The number of requests that the cost took.
    pub cost_reads: usize,
    /// Why the list was not read.
    pub refused: Option<Refused>,
}

/// Why spend limits could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The organization may not use these operations: they are in early access.
    NotEnrolled,
    /// The service refused the request.
    Because(Text),
}

impl Refused {
    /// Returns the reason in words.
    pub fn reason(&self) -> Text {
        match self {
            Self::NotEnrolled => {
                "this organization may not read or set spend limits through the API (early access)".into()
            }
            Self::Because(reason) => reason.clone(),
        }
    }
}

/// A live limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveLimit {
    /// The id, `spl_…`.
    pub id: String,
    /// The amount.
    pub amount: LiveAmount,
    /// The amount as files and plans write it.
    pub shown: String,
    /// Whether the limit applies. Only the Console changes this.
    pub is_enabled: bool,
    /// The time it was first set.
    pub created_at: Option<Timestamp>,
}

/// The amount of a live limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveAmount {
    /// Explicitly no limit.
    NoLimit,
    /// A limit of this amount.
    Money(Money),
    /// Something that this version does not understand. It is never taken for no limit.
    Unknown,
}

impl LiveAmount {
    /// Returns whether it limits anything.
    pub(crate) fn is_limit(&self) -> bool {
        !matches!(self, Self::NoLimit)
    }

    /// Returns the amount, if there is one.
    fn money(&self) -> Option<&Money> {
        match self {
            Self::Money(money) => Some(money),
            Self::NoLimit | Self::Unknown => None,
        }
    }
}

impl LiveLimit {
    /// Returns what files can say about the limit; `None` if they cannot ask for it as it is.
    fn listable(&self) -> Option<Wanted> {
        let wanted = match &self.amount {
            LiveAmount::NoLimit => Wanted::NoLimit,
            LiveAmount::Money(money) => {
                Wanted::Amount(Money::parse(&self.shown).filter(|read| read == money)?)
            }
            LiveAmount::Unknown => return None,
        };
        self.is_enabled.then_some(wanted)
    }
}

impl LiveSpendLimits {
    /// Returns the limits of a workspace, or of the organization: one at most, if the service is right.
    pub fn of(&self, workspace: Option<&WorkspaceId>) -> &[LiveLimit] {
        self.limits.get(&workspace.cloned()).map_or(&[], Vec::as_slice)
    }

    /// Returns the amount of a limit; `None` if there is no limit, or none that can be compared.
    pub fn amount(&self, workspace: Option<&WorkspaceId>) -> Option<&Money> {
        self.of(workspace).first()?.amount.money()
    }

    /// Returns what the files say if they ask for what is live; `None` if they cannot.
    fn listable(&self, workspace: Option<&WorkspaceId>) -> Option<Wanted> {
        match self.of(workspace) {
            [] => Some(Wanted::NoLimit),
            [limit] => limit.listable(),
            _ => None,
        }
    }

    /// Returns what a workspace, or the whole organization, has spent since the first of the month.
    pub fn spent(&self, workspace: Option<&WorkspaceId>) -> Option<Amount> {
        let spent = self.spent.as_ref()?;
        Some(match workspace {
            None => spent.values().sum(),
            of => spent.get(&of.cloned()).cloned().unwrap_or_default(),
        })
    }
}

/// Returns an amount as plans compare it.
fn facts(amount: &str) -> Facts {
    Facts::one("amount", amount)
}
