//! The plan being built: changes with their phases, and items. Defines the order of phases; the other
//! modules decide their content.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Holdings, Item, Plan, Waiting};
use crate::change::{Change, ChangeId};
use crate::desired::Line;
use crate::facts::Facts;
use crate::guard_results::Sizes;
use crate::live::Live;
use crate::reads::Reads;
use crate::write::Write;
use crate::{Action, Address, Class, Clocks};

/// The phase in which a change is sent; phases run one after another. Access is granted before it is
/// removed, except for keys, which are switched off first because that may be an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    KeysOff,
    Workspaces,
    Invites,
    Leavers,
    /// An invite that can only be sent once an older one is withdrawn.
    InvitesAnew,
    Roles,
    Memberships,
    KeysOn,
    MembershipsLost,
    Archive,
}

#[derive(Default)]
pub(super) struct Draft {
    changes: Vec<Change>,
    ids: BTreeMap<(Action, Address), u32>,
    pub(super) consequences: Vec<Item>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) blocked: Vec<Item>,
    pub(super) unlisted: Vec<Item>,
    pub(super) expiring: Vec<Item>,
    pub(super) notes: Vec<Item>,
}

/// A change before it has an id.
pub(super) struct Step {
    pub(super) phase: Phase,
    pub(super) address: Address,
    pub(super) before: Option<Facts>,
    pub(super) after: Option<Facts>,
    pub(super) write: Write,
    pub(super) depends_on: Vec<ChangeId>,
    pub(super) classes: BTreeSet<Class>,
    pub(super) expired: Option<Date>,
    pub(super) line: Option<Line>,
}

impl Draft {
    pub(super) fn add(&mut self, step: Step) -> ChangeId {
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

    pub(super) fn extend(&mut self, step: Option<Step>) {
        if let Some(step) = step {
            self.add(step);
        }
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    pub(super) fn block(&mut self, address: Address, reason: impl Into<String>, line: Option<Line>) {
        self.blocked.push(Item { line, ..Item::new(address, reason) });
    }

    pub(super) fn stay(&mut self, address: Address, reason: impl Into<String>) {
        self.unlisted.push(Item::new(address, reason));
    }

    pub(super) fn follow(&mut self, address: Address, reason: impl Into<String>) {
        self.consequences.push(Item::new(address, reason));
    }

    /// Sorts everything, so that the order of inputs does not matter.
    pub(super) fn into_plan(mut self, live: &Live, reads: Reads) -> Plan {
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
            organization: live.id.clone(),
            organization_name: live.name.clone(),
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
            sizes: Sizes::default(),
            holdings: Holdings::default(),
        }
    }
}
