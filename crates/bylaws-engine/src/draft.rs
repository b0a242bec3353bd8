//! The plan being built: changes with their phases, and items. Other modules decide their content.

pub use crate::phase::Phase;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::change::{Change, ChangeId};
use crate::facts::Facts;
use crate::guard_results::Sizes;
use crate::item::{Item, Waiting};
use crate::line::Line;
use crate::plan::{Holdings, Plan, Reads};
use crate::write::Write;
use crate::{Action, Address, Class, Clocks, OrganizationId};

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

/// A change before it has an id.
pub struct Step {
    /// The phase in which it is sent.
    pub phase: Phase,
    /// The address of the object.
    pub address: Address,
    /// The known state before.
    pub before: Option<Facts>,
    /// The state afterwards.
    pub after: Option<Facts>,
    /// The request.
    pub write: Write,
    /// Changes that must be done first.
    pub depends_on: Vec<ChangeId>,
    /// The classes of the change.
    pub classes: BTreeSet<Class>,
    /// The last day of the line whose expiry is the reason.
    pub expired: Option<Date>,
    /// The line that asks for it.
    pub line: Option<Line>,
}

impl Draft {
    /// Adds a change, and returns its id.
    pub fn add(&mut self, step: Step) -> ChangeId {
        let action = step.write.action;
        let times = self.ids.entry((action, step.address.clone())).or_default();
        *times += 1;
        let mut id = ChangeId::of(action, &step.address);
        if *times > 1 {
            id = ChangeId(format!("{id} #{times}"));
        }
        let Step { phase, address, before, after, write, depends_on, classes, expired, line } = step;
        let change = Change {
            id: id.clone(),
            action,
            address,
            before,
            after,
            write,
            depends_on,
            classes,
            expired,
            line,
            cause: None,
            phase,
        };
        self.changes.push(change);
        id
    }

    /// Adds a change if there is one.
    pub fn extend(&mut self, step: Option<Step>) {
        if let Some(step) = step {
            self.add(step);
        }
    }

    /// Returns the changes so far.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// Adds a blocked entry.
    pub fn block(&mut self, address: Address, reason: impl Into<String>, line: Option<Line>) {
        self.blocked.push(Item { line, ..Item::new(address, reason) });
    }

    /// Adds an unlisted object that is kept.
    pub fn stay(&mut self, address: Address, reason: impl Into<String>) {
        self.unlisted.push(Item::new(address, reason));
    }

    /// Adds a side effect.
    pub fn follow(&mut self, address: Address, reason: impl Into<String>) {
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
            handovers: Vec::new(),
            clocks: Clocks::default(),
            sizes,
            holdings: Holdings::default(),
        }
    }
}
