//! The sizes that guards compare a plan with, and the member lists that it empties.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::day::Day;
use bylaws_engine::guard_results::Sizes;
use bylaws_engine::{
    Address, ChangeId, Clocks, OrganizationRole, Person, Replacement, UserId, WorkspaceId, WorkspaceLabel,
};

use crate::Basis;
use crate::base::{Base, has_same_end};
use crate::live::InviteStatus;
use crate::plan::Planner;
use crate::workspace::matching::Matched;

/// Workspaces that a plan empties, with the changes that do.
pub(crate) type Emptied = BTreeMap<WorkspaceLabel, BTreeSet<ChangeId>>;

impl Planner<'_> {
    pub(crate) fn sizes(
        &self,
        basis: &Basis<'_>,
        emptied: Emptied,
        taken: BTreeMap<ChangeId, BTreeSet<Address>>,
        unprotected: BTreeSet<Address>,
    ) -> Sizes {
        let kind = self.desired.organization.kind;
        let settable = |role: &OrganizationRole| matches!(role.seen_in(kind), OrganizationRole::Settable(_));
        let mut people: BTreeSet<Person> =
            self.people.users().filter(|user| settable(&user.role)).map(|user| user.email.person()).collect();
        for (person, invites) in self.people.invited() {
            let pending = invites.iter().any(|invite| invite.status == InviteStatus::Pending);
            let member = invites.iter().any(|invite| !self.people.users_like(&invite.email).is_empty());
            if pending && !member {
                people.insert(person.clone());
            }
        }
        let members = self.desired.members.as_ref();
        let admins = self.people.users().filter(|user| matches!(user.role, OrganizationRole::Held(_)));
        Sizes {
            people: people.len(),
            members: self.people.users().count(),
            active_keys: self.active_keys(),
            emptied,
            names: self.names.clone(),
            unprotected,
            taken,
            nobody_in_force: members
                .is_some_and(|lines| !lines.values().any(|line| line.in_force(self.today))),
            admins: admins.map(|user| user.email.clone()).collect(),
            people_read: self.live.people.is_some(),
            guards: self.desired.guards.clone(),
            guards_file: basis.guards_file.cloned(),
            day: Day::default(),
            today: self.today,
            in_force: members
                .into_iter()
                .flatten()
                .filter(|(_, line)| line.in_force(self.today))
                .map(|(email, _)| email.clone())
                .collect(),
            same_end: self.same_end(basis),
        }
    }

    /// Returns the changes whose line has the same end date in the base.
    fn same_end(&self, basis: &Basis<'_>) -> BTreeSet<ChangeId> {
        // If the day is uncertain, no expiry counts as reviewed: a wrong clock can only make guards stricter.
        let base = basis.base.filter(|_| basis.clocks == Clocks::Agree).and_then(Base::files);
        let same = self.draft.changes().filter(|change| has_same_end(base, change));
        same.map(|change| change.id.clone()).collect()
    }

    /// Returns the workspaces with a managed member list that all present members leave: those left empty,
    /// and those where others are added.
    pub(crate) fn membership_balance(&self) -> (Emptied, Vec<Replacement>) {
        let mut gains: BTreeMap<WorkspaceId, BTreeSet<ChangeId>> = BTreeMap::new();
        let mut taken: BTreeMap<(&WorkspaceId, &str), &ChangeId> = BTreeMap::new();
        let mut leaving: BTreeMap<&str, &ChangeId> = BTreeMap::new();
        for change in self.draft.changes() {
            if let Some((workspace, _)) = change.joined() {
                gains.entry(workspace).or_default().insert(change.id.clone());
            }
            taken.extend(change.left().map(|place| (place, &change.id)));
            leaving
                .extend(change.target().filter(|_| change.removes_person()).map(|user| (user, &change.id)));
        }
        let (mut emptied, mut handovers) = (Emptied::new(), Vec::new());
        for (label, open) in self.desired.open() {
            let Some(Matched::Live(live)) = self.matched.get(label) else { continue };
            let memberships = self.live.workspace_members.get(&live.id).filter(|_| open.manages_members());
            let Some(memberships) = memberships.filter(|memberships| !memberships.is_empty()) else {
                continue;
            };
            let lost = memberships
                .keys()
                .map(UserId::as_str)
                .map(|user| taken.get(&(&live.id, user)).or_else(|| leaving.get(user)));
            let lost: Option<BTreeSet<ChangeId>> = lost.map(|id| id.map(|id| (*id).clone())).collect();
            match (lost, gains.remove(&live.id)) {
                (None, _) => {}
                (Some(losses), None) => {
                    emptied.insert(label.clone(), losses);
                }
                (Some(losses), Some(gains)) => {
                    handovers.push(Replacement { workspace: label.clone(), gains, losses });
                }
            }
        }
        (emptied, handovers)
    }
}
