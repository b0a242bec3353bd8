//! The plan: the write requests that turn the live state into the desired state, and everything that a reader must
//! know about them.

use std::collections::{BTreeMap, BTreeSet};

use crate::approvals::ApprovalReport;
use crate::change::Change;
use crate::guard_results::{GuardResult, Sizes};
use crate::guards::Loosened;
use crate::hold::Held;
use crate::item::{Item, Waiting};
use crate::rule_changes::RuleChange;
use crate::{ApiKeyId, ChangeId, Clocks, OrganizationId, UserId, WorkspaceId, WorkspaceLabel};

/// What a run would do, and everything that a reader needs to know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The organization it is for.
    pub organization: OrganizationId,
    /// The live name of the organization.
    pub organization_name: String,
    /// The number of requests needed to read the live state.
    pub reads: Reads,
    /// The write requests, in the order in which apply sends them.
    pub changes: Vec<Change>,
    /// Side effects of changes, without requests of their own.
    pub consequences: Vec<Item>,
    /// Wanted, but an external event must happen first.
    pub waiting: Vec<Waiting>,
    /// Wanted, but the API cannot do it, or it is ambiguous.
    pub blocked: Vec<Item>,
    /// Live, not in the files, and kept.
    pub unlisted: Vec<Item>,
    /// Lines that end within [`EXPIRY_WINDOW`](crate::EXPIRY_WINDOW) days.
    pub expiring: Vec<Item>,
    /// Notes for reviewers: likely mistakes that stop nothing.
    pub notes: Vec<Item>,
    /// The results of the guards.
    pub guards: Vec<GuardResult>,
    /// The state of each approval in the files.
    pub approvals: Vec<ApprovalReport>,
    /// Limits in the files that are looser than the built-in values.
    pub loosened: Vec<Loosened>,
    /// The live workspace that each listed one means, if any.
    pub workspaces: BTreeMap<WorkspaceLabel, WorkspaceId>,
    /// Rules that the files change; empty without the files of a base.
    pub rule_changes: Vec<RuleChange>,
    /// The number of entries that differ from the base; `None` without the files of a base.
    pub differing: Option<Differing>,
    /// The number of changes that a selection left out; 0 for a whole plan.
    pub not_selected: usize,
    /// Changes that are not sent, in plan order.
    pub held: Vec<Held>,
    /// Workspaces whose present members all leave while others are added.
    pub handovers: Vec<Replacement>,
    /// Admins and active keys of the listed workspaces before the plan.
    pub holdings: Holdings,
    /// Whether the day of the plan is certain.
    pub clocks: Clocks,
    /// What the guards compared the plan with.
    pub sizes: Sizes,
}

/// A workspace that all its members leave while others are added: without the additions, the losses would
/// empty it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The workspace.
    pub workspace: WorkspaceLabel,
    /// The changes that add members.
    pub gains: BTreeSet<ChangeId>,
    /// The changes that remove members.
    pub losses: BTreeSet<ChangeId>,
}

/// Admins and active keys of listed live workspaces that stay open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Explicit workspace admins, if the files manage the member list. People who are admins of every
    /// workspace by their role in the organization do not count: their membership has no effect.
    pub admins: BTreeMap<WorkspaceLabel, BTreeSet<UserId>>,
    /// Active keys, if the files list the keys, each with the person that it belongs to.
    pub keys: BTreeMap<WorkspaceLabel, BTreeMap<ApiKeyId, Option<UserId>>>,
    /// Changes that set a name which is easily confused with this one.
    pub look_alikes: BTreeMap<ChangeId, String>,
}

/// The number of entries that differ from the base, whether or not they cause a change now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// Entries that only the files have.
    pub added: usize,
    /// Entries that differ from the base.
    pub changed: usize,
    /// Entries that only the base has.
    pub removed: usize,
}

impl Differing {
    /// Counts the differences between two maps.
    pub fn compare<K: Ord, V: PartialEq>(
        &mut self,
        was: Option<&BTreeMap<K, V>>,
        now: Option<&BTreeMap<K, V>>,
    ) {
        let none = BTreeMap::new();
        let (was, now) = (was.unwrap_or(&none), now.unwrap_or(&none));
        self.removed += was.keys().filter(|key| !now.contains_key(key)).count();
        for (key, value) in now {
            match was.get(key) {
                Some(before) => self.changed += usize::from(before != value),
                None => self.added += 1,
            }
        }
    }
}

/// Read requests by list, in the order in which they are sent. A list takes at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads(pub Vec<(&'static str, usize)>);

impl Reads {
    /// Returns the number of requests for a list.
    pub fn of(&self, list: &str) -> usize {
        self.0.iter().filter(|(name, _)| *name == list).map(|(_, count)| count).sum()
    }

    /// Returns the total number.
    pub fn total(&self) -> usize {
        self.0.iter().map(|(_, count)| count).sum()
    }
}
