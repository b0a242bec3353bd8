//! The plan: which write requests turn the live side into the desired side, in which order, and
//! what cannot be had that way.
//!
//! Reads nothing and calls nothing, so equal inputs give an equal plan.

mod consequences;
mod draft;
mod holdings;
mod invites;
mod key_scope;
mod keys;
mod look_alikes;
mod missing;
mod people;
mod protected;
mod roster;
mod seats;
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
use crate::guards::{Guards, Loosened, Pair, loosened};
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::judge::{self, Sizes, Verdict};
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
use missing::CouldBe;
pub use missing::could_be;
use roster::Roster;
pub(crate) use sizes::Handover;
pub(crate) use wishes::{By, wishes};

/// Days before its end from which a line is listed as expiring, and after its end up to which an
/// expiry counts as reviewed when it was written.
pub const EXPIRY_WINDOW: i32 = 14;

/// What a run would do, and everything a reader must know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The organization it is for.
    pub organization: OrganizationId,
    /// Its live name.
    pub organization_name: String,
    /// The requests it took to read the live side.
    pub reads: Reads,
    /// The write requests, in the order in which apply sends them.
    pub changes: Vec<Change>,
    /// Effects of changes that are not requests themselves.
    pub consequences: Vec<Item>,
    /// Wanted, but an event outside must come first.
    pub waiting: Vec<Waiting>,
    /// Wanted, but the API cannot do it, or it is ambiguous.
    pub blocked: Vec<Item>,
    /// Live, not in the files, and staying.
    pub unlisted: Vec<Item>,
    /// Lines that come to their end within [`EXPIRY_WINDOW`] days.
    pub expiring: Vec<Item>,
    /// What else a reviewer should know: a likely mistake that stops nothing.
    pub notes: Vec<Item>,
    /// How the guards judge it.
    pub guards: Vec<Verdict>,
    /// What became of each approval in the files.
    pub approvals: Vec<ApprovalReport>,
    /// Limits in the files that are looser than the built-in values.
    pub loosened: Vec<Loosened>,
    /// Which live workspace each listed one means, where it means one.
    pub workspaces: BTreeMap<WorkspaceLabel, WorkspaceId>,
    /// Rules that the files change; empty without the files of a base.
    pub rule_changes: Vec<RuleChange>,
    /// How many entries differ from those of the base; `None` without the files of a base.
    pub differing: Option<Differing>,
    /// How many changes a selection left out; 0 for a whole plan.
    pub not_selected: usize,
    /// Workspaces whose whole member list leaves while others are added.
    pub(crate) handovers: Vec<Handover>,
    /// Who manages the listed workspaces and which keys work in them, before the plan.
    pub(crate) holdings: Holdings,
    /// Whether the day it is made for is beyond doubt.
    pub clocks: Clocks,
    /// What the guards measured it by.
    pub(crate) sizes: Sizes,
}

/// What happens once an event outside has happened, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What it is about.
    pub address: Address,
    /// What is done then. `create` for a member is the accepted invite itself.
    pub action: Action,
    /// What is so afterwards.
    pub after: Facts,
    /// What kind of change it is.
    pub classes: BTreeSet<Class>,
    /// What has to happen first.
    pub reason: String,
    /// The line it comes from.
    pub line: Option<Line>,
    /// What it comes from; `None` without a base.
    pub cause: Option<Cause>,
}

impl Waiting {
    /// Returns what somebody gets once their invite is accepted.
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

/// Something said about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// What it is about.
    pub address: Address,
    /// What is the matter, and where somebody has to act: who must do what.
    pub reason: String,
    /// The line it comes from.
    pub line: Option<Line>,
    /// What an approval must cover to let it go ahead.
    pub approve: Vec<Pair>,
    /// Why every output puts it first; `None` if it does not.
    pub review: Option<ReviewKind>,
    /// What it comes from; `None` without a base, and for what is not blocked.
    pub cause: Option<Cause>,
}

impl Item {
    /// Returns an item without a line and without anything to approve.
    pub fn new(address: Address, reason: impl Into<String>) -> Self {
        Self { address, reason: reason.into(), line: None, approve: Vec::new(), review: None, cause: None }
    }
}

impl Plan {
    /// Returns the names of the files in an address that are not the live ones.
    pub fn live_names(&self, address: &Address) -> Vec<LiveName> {
        self.sizes.names.differing(address)
    }

    /// Returns the names of the files in a change that are not the live ones.
    pub fn live_names_in(&self, change: &Change) -> Vec<LiveName> {
        self.sizes.names.differing_in(change)
    }

    /// Returns the same for something that is not in the files.
    pub fn live_names_around(&self, address: &Address) -> Vec<LiveName> {
        self.sizes.names.differing_around(address)
    }
}

/// Plans with the guards of the files, and with those of a guards file where one is given. With a base, everything has
/// its cause, and the rules that the files change are listed.
///
/// Parts of the live side that the files need but that were not read count as empty; [`crate::Needs`] says what to
/// read. The base needs no more than the files do.
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
    // A cause tells whether a role is named for the first time.
    plan.guards = judge::judge(&plan.changes, &plan.waiting, &plan.sizes, basis);
    plan
}

/// The plan of the files alone, before the guards judge it.
fn of_files(basis: &Basis<'_>, live: &Live) -> Plan {
    let Basis { desired, guards_file, today, clocks, .. } = *basis;
    let mut planner = Planner::new(desired, live, today, guards_file);
    planner.say_name();
    planner.say_clocks(clocks);
    planner.plan_workspaces();
    planner.plan_people();
    planner.plan_seats();
    // After people and seats: a leaver's own keys go with them, and stop with a seat.
    planner.plan_keys();
    planner.note_protected(guards_file);
    planner.report_unlisted_workspaces();
    let taken = planner.list_consequences();
    planner.mark_outsiders(guards_file);
    let unknown = planner.unknown_approved();
    let (emptied, handovers) = planner.seat_balance();
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

/// Everything the parts of the comparison look at, and the draft they write to.
struct Planner<'a> {
    desired: &'a Desired,
    live: &'a Live,
    today: Date,
    people: PeopleIndex<'a>,
    workspaces: WorkspaceIndex<'a>,
    matched: BTreeMap<&'a WorkspaceLabel, Matched<'a>>,
    names: LiveNames,
    approvals: Approvals<'a>,
    /// Those of the guards file: a change that needs an approval needs one there as well.
    approvals_too: Option<Approvals<'a>>,
    roster: Roster,
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
            roster: Roster::default(),
            could_be: CouldBe::new(),
            draft: Draft::default(),
        }
    }

    /// Why a change that needs an approval of one of these cannot go ahead; `None` if it has all it needs.
    fn unapproved(&self, pairs: &[Pair], why: &str) -> Option<String> {
        let covers = |approvals: &Approvals<'_>| approvals.covers(pairs);
        match (covers(&self.approvals), self.approvals_too.as_ref().is_none_or(covers)) {
            (true, true) => None,
            (true, false) => Some(format!("{why} in the guards file too")),
            (false, _) => Some(why.to_owned()),
        }
    }

    /// A wrong clock removes people too early or too late, and nothing here can tell which one it is.
    fn say_clocks(&mut self, clocks: Clocks) {
        if clocks == Clocks::Disagree {
            let reason = "the service's clock and that of this machine differ by more than a day: one of them is wrong, \
                          and guards count every expiry";
            self.draft.notes.push(Item::new(Address::Organization, reason));
        }
    }

    /// The name is never written; a difference often means the wrong id was copied.
    fn say_name(&mut self) {
        let Some(name) = &self.desired.organization.name else { return };
        if *name != self.live.name {
            let reason =
                format!("the files call it `{name}`, live it is `{}`; nothing writes it", self.live.name);
            let line = Some(Line::Organization);
            self.draft.notes.push(Item { line, ..Item::new(Address::Organization, reason) });
        }
    }
}

/// Days from `from` to `to`; negative where `to` is earlier.
pub(crate) fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
