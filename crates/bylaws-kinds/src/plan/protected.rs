//! Addresses under `protect` and in approvals that match nothing, such as misspelt ones: they have no
//! effect. They refer to live names, so a label that differs from the live name matches nothing either.

use std::collections::BTreeSet;

use bylaws_engine::guards::Guards;
use bylaws_engine::live_names::{is_key_id, is_workspace_id};
use bylaws_engine::spelling::comparable;
use bylaws_engine::{
    Address, Email, GuardKind, Item, Line, ObjectKind, ObjectName, WorkspaceId, WorkspaceLabel,
};

use crate::live::{InviteStatus, LiveInvite, LiveWorkspace};
use crate::objects::{listed, objects, whole};
use crate::plan::Planner;

/// What counts as existing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Live and in use.
    Live,
    /// The same, and what the files ask for.
    Planned,
    /// The same, and what existed before.
    Past,
}

impl Planner<'_> {
    /// Notes every address under `protect` of the files that matches nothing. One in a guards file refuses
    /// the plan, except an id.
    pub(crate) fn note_protected(&mut self, guards_file: Option<&Guards>) {
        let files = self.desired.guards.protect.iter().map(|address| (address, true));
        let others =
            guards_file.iter().flat_map(|guards| &guards.protect).filter(|address| is_by_id(address));
        let others = others.map(|address| (address, false));
        let lost: Vec<_> =
            files.chain(others).filter(|(address, _)| !self.has(address, Reach::Planned)).collect();
        for (address, in_files) in lost {
            let is_label = !self.names.differing(address).is_empty();
            let reason = if is_label {
                "`protect` does not match labels of the files; write the live name or the id"
            } else {
                "`protect` lists it, but no live object has this name"
            };
            self.draft.plan.notes.push(Item {
                line: in_files.then_some(Line::Guard(GuardKind::Protect)),
                ..Item::new(address.clone(), reason)
            });
        }
    }

    /// Returns the addresses under `protect` of the guards file that match nothing live, except ids.
    pub(crate) fn unprotected(&self, guards_file: Option<&Guards>) -> BTreeSet<Address> {
        let all = guards_file.iter().flat_map(|guards| &guards.protect);
        all.filter(|address| !is_by_id(address) && !self.has(address, Reach::Live)).cloned().collect()
    }

    /// Returns the addresses in approvals of the files that match nothing now or in the past.
    pub(crate) fn unknown_approved(&self) -> BTreeSet<Address> {
        let approved = self.desired.guards.approvals.iter().flat_map(|approval| &approval.changes);
        let addresses = approved.map(|pair| &pair.address).filter(|address| !self.is_known(address));
        addresses.cloned().collect()
    }

    /// Returns whether a present or past object, live or in the files, has this address: an approval that
    /// was used is not a typo.
    fn is_known(&self, address: &Address) -> bool {
        let is_listed = match address {
            Address::Member(email) | Address::Invite(email) => self.lists(email),
            Address::WorkspaceMember(label, email) => {
                self.lists(email) && self.is_workspace(label, Reach::Past)
            }
            Address::WorkspaceObject(..) | Address::OrganizationObject(..) => self.lists_object(address),
            Address::Organization
            | Address::Workspace(_)
            | Address::UnknownWorkspaceMember(..)
            | Address::Section(_) => false,
        };
        is_listed || self.has(address, Reach::Past)
    }

    /// Returns whether an object has this address, or may have it if the list was not read.
    fn has(&self, address: &Address, reach: Reach) -> bool {
        match address {
            Address::Organization | Address::Section(_) => true,
            Address::Member(email) | Address::Invite(email) => self.is_person(email, reach),
            Address::Workspace(label) | Address::UnknownWorkspaceMember(label, _) => {
                self.is_workspace(label, reach)
            }
            Address::WorkspaceMember(label, email) => {
                self.is_workspace(label, reach) && self.is_person(email, reach)
            }
            Address::WorkspaceObject(label, kind, name) => {
                self.is_workspace(label, reach) && self.is_object(Some(label), kind, name)
            }
            Address::OrganizationObject(kind, name) => self.is_object(None, kind, name),
        }
    }

    fn lists(&self, email: &Email) -> bool {
        let person = email.person();
        self.desired.members.iter().flatten().any(|(listed, _)| listed.person() == person)
    }

    fn is_person(&self, email: &Email, reach: Reach) -> bool {
        let Some(people) = &self.live.people else { return true };
        let person = email.person();
        let counts = |invite: &LiveInvite| reach == Reach::Past || invite.status == InviteStatus::Pending;
        people.users.values().any(|user| user.email.person() == person)
            || people.invites.iter().any(|invite| invite.email.person() == person && counts(invite))
            || reach == Reach::Planned && self.lists(email)
    }

    fn is_workspace(&self, label: &WorkspaceLabel, reach: Reach) -> bool {
        let Some(live) = &self.live.workspaces else { return true };
        let counts = |live: &LiveWorkspace| reach == Reach::Past || !live.archived;
        let listed = self.desired.workspaces.as_ref().and_then(|listed| listed.get(label));
        let is_new = reach != Reach::Live && listed.is_some_and(|entry| entry.id.is_none());
        is_new || live.all.values().any(|workspace| counts(workspace) && has_name(workspace, label))
    }

    /// Returns whether an object of this scope exists with this name or id.
    fn is_object(&self, label: Option<&WorkspaceLabel>, kind: &ObjectKind, name: &ObjectName) -> bool {
        let is = |text: &str| comparable(text) == comparable(name.as_str());
        // A part is where its whole is.
        if let Some(whole) = whole(kind) {
            return whole.past(self.live).is_none_or(|all| all.iter().any(|(id, name)| is(id) || is(name)));
        }
        let Some(objects) = objects(kind) else { return false };
        if let Some(all) = objects.past(self.live)
            && label.is_none()
        {
            return all.iter().any(|(id, name)| is(id) || is(name));
        }
        let Some(live) = objects.live(self.live) else { return true };
        let is_there = |workspace: Option<&WorkspaceId>| match (workspace, label) {
            (None, None) => true,
            (Some(id), Some(label)) => {
                self.workspaces.get(id).is_none_or(|workspace| has_name(workspace, label))
            }
            _ => false,
        };
        label.is_some() && objects.is_everywhere(self.live, name.as_str())
            || live.iter().any(|object| is_there(object.workspace) && (is(object.name) || is(object.id)))
    }

    /// Returns whether a line of the files asks for an object with this name that is not live yet.
    fn lists_object(&self, address: &Address) -> bool {
        let is_live_name = self.names.differing(address).is_empty();
        is_live_name
            && listed(self.desired).iter().any(|(listed, line)| line.id.is_none() && listed == address)
    }
}

fn has_name(workspace: &LiveWorkspace, label: &WorkspaceLabel) -> bool {
    let is = |name: &str| comparable(name) == comparable(label.as_str());
    is(&workspace.name) || is(workspace.id.as_str())
}

/// Returns whether an address uses an id, which cannot be given to another object.
fn is_by_id(address: &Address) -> bool {
    match address {
        Address::WorkspaceObject(_, _, key) | Address::OrganizationObject(_, key) => is_key_id(key.as_str()),
        Address::UnknownWorkspaceMember(..) => true,
        Address::Workspace(label) | Address::WorkspaceMember(label, _) => is_workspace_id(label.as_str()),
        Address::Organization | Address::Member(_) | Address::Invite(_) | Address::Section(_) => false,
    }
}
