//! The plan: which write requests turn the live state into the desired state, in which order, and what is
//! not possible.
//!
//! Does no I/O, so equal inputs give an equal plan.

mod consequences;
mod draft;
mod holdings;
mod identities;
mod invites;
mod key_scope;
mod keys;
mod look_alikes;
mod memberships;
mod missing;
mod people;
mod protected;
mod sizes;
mod successors;
mod unlisted;
mod wishes;
mod workspaces;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::approvals::{ApprovalReport, Approvals};
use crate::base::Base;
use crate::cause::{self, Cause};
use crate::change::Change;
use crate::desired::{Desired, Line};
use crate::differing::{Differing, differing};
use crate::facts::Facts;
use crate::guard_results::{self, GuardResult, Sizes};
use crate::guards::{Guards, Loosened, Pair, loosened};
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::live::Live;
use crate::live_names::{LiveName, LiveNames};
use crate::matching::{Matched, match_workspaces};
use crate::narrowed::Basis;
use crate::reads::Reads;
use crate::review_first::ReviewKind;
use crate::rule_changes::{self, RuleChange};
use crate::{Action, Address, Class, Clocks, OrganizationId, WorkspaceId, WorkspaceLabel};
use draft::Draft;
pub(crate) use draft::Phase;
pub(crate) use holdings::Holdings;
use identities::Identities;
pub use invites::INVITE;
pub use keys::API_KEY;
pub use memberships::WORKSPACE_MEMBER;
use missing::CouldBe;
pub use missing::could_be;
pub use people::MEMBER;
pub(crate) use sizes::Replacement;
pub(crate) use wishes::{By, wishes};
pub use workspaces::WORKSPACE;

/// Days before its end from which a line is listed as expiring, and after its end up to which an expiry
/// counts as reviewed when it was written.
pub const EXPIRY_WINDOW: i32 = 14;

/// What a run would do, and everything that a reader needs to know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Lines that end within [`EXPIRY_WINDOW`] days.
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
    /// Workspaces whose present members all leave while others are added.
    pub(crate) handovers: Vec<Replacement>,
    /// Admins and active keys of the listed workspaces before the plan.
    pub(crate) holdings: Holdings,
    /// Whether the day of the plan is certain.
    pub clocks: Clocks,
    /// What the guards compared the plan with.
    pub(crate) sizes: Sizes,
}

/// What happens once an external event has happened, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The address that it is about.
    pub address: Address,
    /// The action that follows. `create` for a member is the accepted invite itself.
    pub action: Action,
    /// The state after the event.
    pub after: Facts,
    /// The classes of the change.
    pub classes: BTreeSet<Class>,
    /// The event that must happen first.
    pub reason: String,
    /// The line that it comes from.
    pub line: Option<Line>,
    /// The cause; `None` without a base.
    pub cause: Option<Cause>,
}

impl Waiting {
    /// Returns what a person gets once their invite is accepted.
    pub(crate) fn for_invite(address: Address, after: Facts, reason: &str, line: Line) -> Self {
        let classes = BTreeSet::from([Class::Grant]);
        Self {
            address,
            action: Action::Create,
            after,
            classes,
            reason: reason.to_owned(),
            line: Some(line),
            cause: None,
        }
    }
}

/// A statement about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The address that it is about.
    pub address: Address,
    /// The problem and, if action is required, who must do what.
    pub reason: String,
    /// The line that it comes from.
    pub line: Option<Line>,
    /// What an approval must cover to allow it.
    pub approve: Vec<Pair>,
    /// Why every output lists it first; `None` if it does not.
    pub review: Option<ReviewKind>,
    /// The cause; `None` without a base, and for items that are not blocked.
    pub cause: Option<Cause>,
}

impl Item {
    /// Returns an item without a line and without pairs to approve.
    pub fn new(address: Address, reason: impl Into<String>) -> Self {
        Self { address, reason: reason.into(), line: None, approve: Vec::new(), review: None, cause: None }
    }
}

impl Plan {
    /// Returns the names in an address that differ from the live ones.
    pub fn live_names(&self, address: &Address) -> Vec<LiveName> {
        self.sizes.names.differing(address)
    }

    /// Returns the names in a change that differ from the live ones.
    pub fn live_names_in(&self, change: &Change) -> Vec<LiveName> {
        self.sizes.names.differing_in(change)
    }

    /// Returns the same for an object that is not in the files.
    pub fn live_names_around(&self, address: &Address) -> Vec<LiveName> {
        self.sizes.names.differing_around(address)
    }
}

/// Makes a plan, checked by the guards of the files and of a guards file if one is given. With a base,
/// everything has its cause, and the rules that the files change are listed.
///
/// Parts of the live state that the files need but that were not read count as empty; [`crate::Needs`] says
/// what to read. The base needs no more than the files do.
pub fn plan(basis: &Basis<'_>, live: &Live) -> Plan {
    let mut plan = of_files(basis, live);
    match basis.base {
        Some(Base::Files(base)) => {
            let before = of_files(&Basis { desired: base, base: None, guards_file: None, ..*basis }, live);
            cause::assign(&mut plan, Some(&before), live, basis.today);
            plan.rule_changes = rule_changes::rule_changes(base, basis.desired, basis.today);
            plan.differing = Some(differing(base, basis.desired));
        }
        Some(Base::Nothing) => cause::assign(&mut plan, None, live, basis.today),
        None => {}
    }
    // The guards need the cause to know whether a role is named for the first time.
    plan.guards = guard_results::check(&plan.changes, &plan.waiting, &plan.sizes, basis);
    plan
}

/// Makes the plan of the files alone, without guards.
fn of_files(basis: &Basis<'_>, live: &Live) -> Plan {
    let Basis { desired, guards_file, today, clocks, .. } = *basis;
    let mut planner = Planner::new(desired, live, today, guards_file);
    planner.say_name();
    planner.say_clocks(clocks);
    planner.plan_workspaces();
    planner.plan_people();
    planner.plan_memberships();
    // After people and memberships: personal keys are archived with a leaver, and stop with a membership.
    planner.plan_keys();
    planner.note_protected(guards_file);
    planner.report_unlisted_workspaces();
    let taken = planner.list_consequences();
    planner.mark_outsiders(guards_file);
    let unknown = planner.unknown_approved();
    let (emptied, handovers) = planner.membership_balance();
    let holdings = planner.holdings();
    let unprotected = planner.unprotected(guards_file);
    let sizes = planner.sizes(emptied, taken, unprotected);
    let Planner { draft, matched, approvals, .. } = planner;
    let mut plan = draft.into_plan(live, Reads::of(desired, live));
    plan.workspaces = matched
        .into_iter()
        .filter_map(|(label, found)| match found {
            Matched::Live(workspace) => Some((label.clone(), workspace.id.clone())),
            Matched::Absent | Matched::InPlace | Matched::Waiting(_) | Matched::Blocked(_) => None,
        })
        .collect();
    plan.loosened = loosened(&desired.guards);
    plan.handovers = handovers;
    plan.holdings = holdings;
    plan.note_missing_admins();
    plan.approvals = approvals.report(&plan.changes, &plan.blocked, &unknown, &sizes.names);
    plan.sizes = sizes;
    plan.clocks = clocks;
    plan
}

/// The input of all parts of the planner, and the draft that they write to.
struct Planner<'a> {
    desired: &'a Desired,
    live: &'a Live,
    today: Date,
    people: PeopleIndex<'a>,
    workspaces: WorkspaceIndex<'a>,
    matched: BTreeMap<&'a WorkspaceLabel, Matched<'a>>,
    names: LiveNames,
    approvals: Approvals<'a>,
    /// The approvals of the guards file: a change that needs an approval needs one there as well.
    approvals_too: Option<Approvals<'a>>,
    identities: Identities,
    could_be: CouldBe,
    draft: Draft,
}

impl<'a> Planner<'a> {
    fn new(desired: &'a Desired, live: &'a Live, today: Date, guards_file: Option<&'a Guards>) -> Self {
        let workspaces = WorkspaceIndex::of(live);
        let matched = match_workspaces(desired, &workspaces);
        let names = LiveNames::of(desired, &workspaces, &matched);
        Self {
            desired,
            live,
            today,
            people: PeopleIndex::of(live),
            workspaces,
            matched,
            names,
            approvals: Approvals::new(&desired.guards.approvals, today),
            approvals_too: guards_file.map(|guards| Approvals::new(&guards.approvals, today)),
            identities: Identities::default(),
            could_be: CouldBe::new(),
            draft: Draft::default(),
        }
    }

    /// Returns why a change that needs an approval of one of these cannot be made; `None` if it is approved.
    fn unapproved(&self, pairs: &[Pair], why: &str) -> Option<String> {
        let covers = |approvals: &Approvals<'_>| approvals.covers(pairs);
        match (covers(&self.approvals), self.approvals_too.as_ref().is_none_or(covers)) {
            (true, true) => None,
            (true, false) => Some(format!("{why} in the guards file too")),
            (false, _) => Some(why.to_owned()),
        }
    }

    /// A wrong clock removes people too early or too late, and Bylaws cannot know which clock is wrong.
    fn say_clocks(&mut self, clocks: Clocks) {
        if clocks == Clocks::Disagree {
            let reason = "the clocks of the service and of this machine differ by more than a day: one of \
                          them is wrong, so guards count every expiry";
            self.draft.notes.push(Item::new(Address::Organization, reason));
        }
    }

    /// The name is never written; a difference often means that the wrong id was copied.
    fn say_name(&mut self) {
        let Some(name) = &self.desired.organization.name else { return };
        if *name != self.live.name {
            let reason = format!(
                "organization name differs: `{name}` in the files, `{}` live (Bylaws never renames it)",
                self.live.name
            );
            let line = Some(Line::Organization);
            self.draft.notes.push(Item { line, ..Item::new(Address::Organization, reason) });
        }
    }
}

/// Returns the days from `from` to `to`; negative if `to` is earlier.
pub(crate) fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
