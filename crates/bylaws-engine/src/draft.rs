//! The plan being built: changes with their phases, and items. Other modules decide their content.

pub use crate::phase::Phase;

use std::collections::BTreeMap;

use crate::change::{Change, ChangeId};
use crate::guard_results::Sizes;
use crate::item::{Item, Waiting};
use crate::line::Line;
use crate::plan::{Holdings, Plan, Reads};
use crate::text::Text;
use crate::{Action, Address, Clocks, OrganizationId};

/// A plan under construction.
#[derive(Default)]
pub struct Draft {
    changes: Vec<Change>,
    ids: BTreeMap<(Action, Address), u32>,
    /// Side effects of changes.
    pub consequences: Vec<Item>,
    /// Wanted, but an external event must happen first.
    pub waiting: Vec<Waiting>,
    /// Wanted, but not possible.
    pub blocked: Vec<Item>,
    /// Live, not in the files, and kept.
    pub unlisted: Vec<Item>,
    /// Lines that end soon.
    pub expiring: Vec<Item>,
    /// Notes for reviewers.
    pub notes: Vec<Item>,
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
        self.changes.push(change);
        id
    }

    /// Adds a change if there is one.
    pub fn extend(&mut self, change: Option<Change>) {
        if let Some(change) = change {
            self.add(change);
        }
    }

    /// Returns the changes so far.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// Adds a blocked entry.
    pub fn block(&mut self, address: Address, reason: impl Into<Text>, line: Option<Line>) {
        self.blocked.push(Item { line, ..Item::new(address, reason) });
    }

    /// Adds an unlisted object that is kept.
    pub fn stay(&mut self, address: Address, reason: impl Into<Text>) {
        self.unlisted.push(Item::new(address, reason));
    }

    /// Adds a side effect.
    pub fn follow(&mut self, address: Address, reason: impl Into<Text>) {
        self.consequences.push(Item::new(address, reason));
    }

    /// Sorts everything, so that the order of inputs does not matter.
    pub fn into_plan(mut self, organization: (OrganizationId, String), reads: Reads, sizes: Sizes) -> Plan {
        self.changes.sort_by(|a, b| (a.phase, &a.address, &a.id).cmp(&(b.phase, &b.address, &b.id)));
        for items in [
            &mut self.consequences,
            &mut self.blocked,
            &mut self.unlisted,
            &mut self.expiring,
            &mut self.notes,
        ] {
            items.sort();
        }
        self.waiting.sort_by(|a, b| (&a.address, &a.reason, &a.line).cmp(&(&b.address, &b.reason, &b.line)));
        Plan {
            organization: organization.0,
            organization_name: organization.1,
            reads,
            changes: self.changes,
            consequences: self.consequences,
            waiting: self.waiting,
            blocked: self.blocked,
            unlisted: self.unlisted,
            expiring: self.expiring,
            notes: self.notes,
            guards: Vec::new(),
            approvals: Vec::new(),
            workspaces: BTreeMap::new(),
            loosened: Vec::new(),
            rule_changes: Vec::new(),
            differing: None,
            not_selected: 0,
            held: Vec::new(),
            handovers: Vec::new(),
            clocks: Clocks::default(),
            sizes,
            holdings: Holdings::default(),
        }
    }
}
