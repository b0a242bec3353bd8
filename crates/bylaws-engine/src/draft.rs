//! The plan being built: changes with their phases, and items. Other modules decide their content.

pub use crate::phase::Phase;

use std::collections::BTreeMap;

use crate::approval::Pair;
use crate::change::{Change, ChangeId};
use crate::item::Item;
use crate::plan::Plan;
use crate::text::Text;
use crate::{Action, Address};

/// A plan under construction.
#[derive(Default)]
pub struct Draft {
    /// What was found so far, unsorted.
    pub plan: Plan,
    ids: BTreeMap<(Action, Address), u32>,
}

impl Draft {
    /// Adds a change under the next free id, and returns that.
    pub fn add(&mut self, mut change: Change) -> ChangeId {
        let times = self.ids.entry((change.action, change.address.clone())).or_default();
        *times += 1;
        if *times > 1 {
            change.id = ChangeId(format!("{} #{times}", change.id));
        }
        let id = change.id.clone();
        self.plan.changes.push(change);
        id
    }

    /// Returns the changes so far.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.plan.changes.iter()
    }

    /// Adds a blocked entry of the files.
    pub fn block(&mut self, address: Address, reason: impl Into<Text>) {
        self.plan.blocked.push(Item::listed(address, reason));
    }

    /// Adds an entry that is blocked until an approval covers the first of these pairs.
    pub fn block_until_approved(&mut self, address: Address, reason: Text, pairs: Vec<Pair>) -> &mut Item {
        let approve = pairs.into_iter().take(1).collect();
        self.plan.blocked.push_mut(Item { approve, ..Item::listed(address, reason) })
    }

    /// Adds a note about an entry of the files.
    pub fn note(&mut self, address: Address, reason: impl Into<Text>) {
        self.plan.notes.push(Item::listed(address, reason));
    }

    /// Adds an unlisted object that is kept.
    pub fn stay(&mut self, address: Address, reason: impl Into<Text>) {
        self.plan.unlisted.push(Item::new(address, reason));
    }

    /// Returns the plan, sorted so that the order of inputs does not matter.
    pub fn finish(self) -> Plan {
        let mut plan = self.plan;
        plan.changes.sort_by(|a, b| (a.phase, &a.address, &a.id).cmp(&(b.phase, &b.address, &b.id)));
        plan.waiting.sort_by(|a, b| (&a.address, &a.reason, &a.line).cmp(&(&b.address, &b.reason, &b.line)));
        for items in [
            &mut plan.consequences,
            &mut plan.blocked,
            &mut plan.unlisted,
            &mut plan.expiring,
            &mut plan.notes,
        ] {
            items.sort();
        }
        plan
    }
}
