//! The plan: which write requests turn the live state into the desired state, in which order, and what is
//! not possible.
//!
//! Does no I/O, so equal inputs give an equal plan.

mod consequences;
mod holdings;
mod look_alikes;
mod protected;
mod sizes;
pub(crate) mod unlisted;

#[cfg(test)]
mod apply_tests;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use bylaws_engine::draft::Draft;
use bylaws_engine::guards::{Guards, Pair, loosened};
use bylaws_engine::live_names::LiveNames;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Approvals, Clocks, Item, Line, ObjectKind, ObjectName, Plan, WorkspaceLabel,
    WorkspaceRef, guard_check,
};
use jiff::civil::Date;

use crate::base::{Base, Basis};
use crate::desired::Desired;
use crate::differing::differing;
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::live::Live;
use crate::member::identities::{CouldBe, Identities};
use crate::names::live_names;
use crate::objects::OBJECTS;
use crate::reads::reads;
use crate::workspace::matching::{Matched, match_workspaces};
use crate::{cause, external_key, rule_changes};

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
            cause::assign(&mut plan, &before, live, basis.today);
            plan.rule_changes = rule_changes::rule_changes(base, basis.desired, basis.today);
            plan.differing = Some(differing(base, basis.desired));
        }
        Some(Base::Nothing) => cause::assign(&mut plan, &Plan::default(), live, basis.today),
        None => {}
    }
    // The guards need the cause to know whether a role is named for the first time.
    plan.guards = guard_check::check(&plan.changes, &plan.waiting, &plan.sizes);
    plan
}

/// Makes the plan of the files alone, without guards.
fn of_files(basis: &Basis<'_>, live: &Live) -> Plan {
    let Basis { desired, guards_file, today, clocks, .. } = *basis;
    let mut planner = Planner::new(desired, live, today, guards_file);
    planner.say_name();
    planner.say_clocks(clocks);
    planner.hold_new_workspaces();
    planner.plan_workspaces();
    planner.plan_people();
    planner.plan_memberships();
    // After people and memberships, because personal keys are archived with a leaver, and stop with a membership.
    for objects in OBJECTS {
        objects.plan(&mut planner);
    }
    planner.note_protected(guards_file);
    planner.report_unlisted_workspaces();
    let taken = planner.list_consequences();
    planner.mark_outsiders(guards_file);
    let unknown = planner.unknown_approved();
    let (emptied, handovers) = planner.membership_balance();
    let holdings = planner.holdings();
    let unprotected = planner.unprotected(guards_file);
    let sizes = planner.sizes(basis, emptied, taken, unprotected);
    let Planner { draft, matched, approvals, .. } = planner;
    let mut plan = draft.finish();
    (plan.organization, plan.organization_name) = (live.id.clone(), live.name.clone());
    plan.reads = reads(desired, live);
    plan.sizes = sizes;
    plan.workspaces = matched
        .into_iter()
        .filter_map(|(label, found)| Some((label.clone(), found.live()?.id.clone())))
        .collect();
    plan.loosened = loosened(&desired.guards);
    plan.handovers = handovers;
    plan.holdings = holdings;
    plan.note_missing_admins();
    plan.approvals = approvals.report(&plan.changes, &plan.blocked, &unknown, &plan.sizes.names);
    plan.clocks = clocks;
    plan
}

/// The input of all parts of the planner, and the draft that they write to.
pub struct Planner<'a> {
    pub(crate) desired: &'a Desired,
    pub(crate) live: &'a Live,
    pub(crate) today: Date,
    pub(crate) people: PeopleIndex<'a>,
    pub(crate) workspaces: WorkspaceIndex<'a>,
    pub(crate) matched: BTreeMap<&'a WorkspaceLabel, Matched<'a>>,
    pub(crate) names: LiveNames,
    pub(crate) approvals: Approvals<'a>,
    /// The approvals of the guards file: a change that needs an approval needs one there as well.
    pub(crate) approvals_too: Option<Approvals<'a>>,
    pub(crate) identities: Identities,
    pub(crate) could_be: CouldBe,
    pub(crate) draft: Draft,
    /// The live key that each entry under `external_keys` means.
    pub(crate) external_keys: BTreeMap<&'a ObjectName, external_key::matching::Found<'a>>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        desired: &'a Desired,
        live: &'a Live,
        today: Date,
        guards_file: Option<&'a Guards>,
    ) -> Self {
        let workspaces = WorkspaceIndex::of(live);
        let matched = match_workspaces(desired, &workspaces);
        let names = live_names(desired, &workspaces, &matched);
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
            external_keys: external_key::matching::all(desired, live),
        }
    }

    /// Returns the workspace of an entry; `None` if the entry is blocked, so that its content is not reported again.
    pub(crate) fn workspace_of(&self, label: &WorkspaceLabel) -> Option<WorkspaceRef> {
        match self.matched.get(label)? {
            Matched::Live(live) => Some(WorkspaceRef::Live(live.id.clone())),
            Matched::Absent => Some(WorkspaceRef::Created(label.clone())),
            Matched::InPlace | Matched::Held | Matched::Waiting(_) | Matched::Blocked(_) => None,
        }
    }

    /// Returns why a change that needs an approval of one of these cannot be made; `None` if it is approved.
    pub(crate) fn unapproved(&self, pairs: &[Pair], why: impl Into<Text>) -> Option<Text> {
        let covers = |approvals: &Approvals<'_>| approvals.covers(pairs);
        match (covers(&self.approvals), self.approvals_too.as_ref().is_none_or(covers)) {
            (true, true) => None,
            (true, false) => Some(text!("{} in the guards file too", why.into())),
            (false, _) => Some(why.into()),
        }
    }

    /// Blocks a section whose list was not read, at the first line that needs it.
    pub(crate) fn block_unread(&mut self, section: &'static str, line: Line, reason: &Text) {
        let reason = text!("not read, so nothing is changed: {}", reason);
        let section = Address::Section(ObjectKind::section(section));
        self.draft.plan.blocked.push(Item { line: Some(line), ..Item::new(section, reason) });
    }

    /// Blocks a change that needs an approval and has none.
    pub(crate) fn is_unapproved(&mut self, action: Action, address: &Address, why: Text) -> bool {
        let pairs = self.names.pairs_for(action, address);
        let Some(reason) = self.unapproved(&pairs, why) else { return false };
        self.draft.block_until_approved(address.clone(), reason, pairs);
        true
    }

    /// Returns why a name cannot be given: an approval in force names it, and would then cover another object than the one
    /// that somebody approved.
    pub(crate) fn approved_by_name(&self, is_named: impl Fn(&Address) -> bool) -> Option<Text> {
        let guards_file = self.approvals_too.iter().flat_map(Approvals::in_force);
        let pair = self.approvals.in_force().chain(guards_file).find(|pair| is_named(&pair.address))?;
        Some(text!(
            "an approval in force names `{}`, and would cover this one after the rename; delete it first, or name an id \
             there",
            pair
        ))
    }

    /// A wrong clock removes people too early or too late, and Bylaws cannot know which clock is wrong.
    fn say_clocks(&mut self, clocks: Clocks) {
        if clocks == Clocks::Disagree {
            let reason = "the clocks of the service and of this machine differ by more than a day: one of \
                          them is wrong, so guards count every expiry";
            self.draft.plan.notes.push(Item::new(Address::Organization, reason));
        }
    }

    /// The name is never written; a difference often means that the wrong id was copied.
    fn say_name(&mut self) {
        let Some(name) = &self.desired.organization.name else { return };
        if *name != self.live.name {
            let reason = text!(
                "organization name differs: `{}` in the files, `{}` live (Bylaws never renames it)",
                name,
                self.live.name
            );
            self.draft.note(Address::Organization, reason);
        }
    }
}
