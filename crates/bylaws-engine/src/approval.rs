//! An approval of the files: the pairs of action and address that it covers, and its last day. `approvals.rs` decides
//! which ones count.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use crate::text::quoted;
use crate::{Action, Address, Kind};

/// An approval: exactly these changes, until a day, with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The changes it covers.
    pub changes: BTreeSet<Pair>,
    /// Last day (UTC). An approval more than 31 days ahead does not count.
    pub until: Date,
    /// The reason, for reviewers.
    pub reason: String,
}

/// An action on an address, e.g. `archive workspace/research-2024`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The action that is approved.
    pub action: Action,
    /// The address that it applies to.
    pub address: Address,
}

impl Pair {
    /// Parses a pair such as `archive workspace/research-2024`, about people, workspaces and these kinds.
    pub fn parse(text: &str, kinds: &[&Kind]) -> Option<Self> {
        let (action, address) = text.split_once(' ')?;
        Some(Self { action: Action::parse(action)?, address: Address::parse(address, kinds)? })
    }
}

quoted!(Pair);

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action, self.address)
    }
}
