//! Approvals: which ones count today, and the state of each.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::Address;
use crate::approval::{Approval, Pair};
use crate::change::Change;
use crate::clocks::days;
use crate::item::Item;
use crate::live_names::LiveNames;
use crate::words;

/// The maximum number of days ahead for the last day of an approval, so that an exception does not become
/// permanent.
const LONGEST: i32 = 31;

/// The approvals of the files on one day.
#[derive(Clone, Copy)]
pub struct Approvals<'a> {
    entries: &'a [Approval],
    today: Date,
}

/// The state of one approval, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalReport {
    /// Index in the list, from 0.
    pub index: usize,
    /// The entry of the files.
    pub approval: Approval,
    /// The state of the approval.
    pub state: ApprovalState,
}

words!(
    /// The state of an approval in the files.
    ApprovalState {
        /// It covers changes of this plan.
        InUse = "in_use",
        /// It covers something that is blocked for another reason: keep it until that is fixed.
        Pending = "pending",
        /// Nothing in this plan needs it any more. Delete the lines.
        UsedUp = "used_up",
        /// No live or planned object has an address that it names: likely a typo, or a label of the files.
        /// Correct or delete the lines.
        NamesNothing = "names_nothing",
        /// Its last day has passed. Delete the lines.
        Expired = "expired",
        /// Its last day is more than 31 days ahead, so it does not count.
        TooFarAhead = "too_far_ahead",
    }
);

impl<'a> Approvals<'a> {
    /// Returns the approvals of one day.
    pub fn new(entries: &'a [Approval], today: Date) -> Self {
        Self { entries, today }
    }

    /// Returns whether an approval that counts today names exactly one of these.
    pub fn covers(&self, pairs: &[Pair]) -> bool {
        let names = |approval: &Approval| pairs.iter().any(|pair| approval.changes.contains(pair));
        self.entries.iter().any(|approval| self.dated(approval).is_none() && names(approval))
    }

    /// Returns the changes of the approvals that count today.
    pub fn in_force(&self) -> impl Iterator<Item = &'a Pair> {
        let dated = self.entries.iter().filter(|approval| self.dated(approval).is_none());
        dated.flat_map(|approval| &approval.changes)
    }

    /// Returns whether there are no approvals.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns why an approval does not count today, by its date.
    fn dated(&self, approval: &Approval) -> Option<ApprovalState> {
        match days(self.today, approval.until) {
            left if left < 0 => Some(ApprovalState::Expired),
            left if left > LONGEST => Some(ApprovalState::TooFarAhead),
            _ => None,
        }
    }

    /// Returns the state of each approval. `unknown` are the addresses that no object has, neither in the
    /// files nor live.
    pub fn report(
        &self,
        changes: &[Change],
        blocked: &[Item],
        unknown: &BTreeSet<Address>,
        names: &LiveNames,
    ) -> Vec<ApprovalReport> {
        if self.is_empty() {
            return Vec::new();
        }
        let named: BTreeSet<&Pair> = self.entries.iter().flat_map(|approval| &approval.changes).collect();
        let planned: BTreeSet<Pair> = changes
            .iter()
            .flat_map(|change| names.pairs(change))
            .filter(|pair| named.contains(pair))
            .collect();
        let blocked: Vec<Address> = blocked.iter().flat_map(|item| names.meanings(&item.address)).collect();
        let held_up = |pair: &Pair| blocked.iter().any(|blocked| holds_up(blocked, &pair.address));
        let state = |approval: &Approval| match self.dated(approval) {
            Some(state) => state,
            None if !approval.changes.is_disjoint(&planned) => ApprovalState::InUse,
            None if approval.changes.iter().any(held_up) => ApprovalState::Pending,
            None if approval.changes.iter().any(|pair| unknown.contains(&pair.address)) => {
                ApprovalState::NamesNothing
            }
            None => ApprovalState::UsedUp,
        };
        let entries = self.entries.iter().enumerate();
        entries
            .map(|(index, approval)| ApprovalReport {
                index,
                approval: approval.clone(),
                state: state(approval),
            })
            .collect()
    }
}

/// Returns whether a change of `address` is impossible while `blocked` is blocked: it is the same object or
/// part of it.
fn holds_up(blocked: &Address, address: &Address) -> bool {
    if blocked == address {
        return true;
    }
    match blocked {
        Address::Member(person) => address.email() == Some(person),
        Address::Workspace(label) => address.workspace() == Some(label),
        Address::Organization
        | Address::Invite(_)
        | Address::WorkspaceMember(..)
        | Address::UnknownWorkspaceMember(..)
        | Address::WorkspaceObject(..)
        | Address::OrganizationObject(..)
        | Address::Section(_) => false,
    }
}
