//! Addresses under `protect` and in approvals that name nothing: a misspelt one has no effect, and nobody
//! would know. What is live and not in the files can be protected too, so only a plan can tell.

use std::collections::BTreeSet;

use crate::desired::{GuardKind, Line, Workspace, WorkspaceState};
use crate::guards::Guards;
use crate::name::comparable;
use crate::plan::{Item, Planner};
use crate::{Address, Email, KeyName, WorkspaceLabel};

impl Planner<'_> {
    /// Notes every address that nothing bears, neither in the files nor live.
    pub(super) fn say_protected(&mut self, guards_file: Option<&Guards>) {
        let files = self.desired.guards.protect.iter().map(|address| (address, true));
        let others =
            guards_file.into_iter().flat_map(|guards| guards.protect.iter().map(|address| (address, false)));
        let lost: Vec<_> = files.chain(others).filter(|(address, _)| !self.is_there(address)).collect();
        for (address, in_files) in lost {
            let reason = "`protect` names it, and nothing is called so, neither in the files nor live";
            self.draft.notes.push(Item {
                line: in_files.then_some(Line::Guard(GuardKind::Protect)),
                ..Item::new(address.clone(), reason)
            });
        }
    }

    /// The addresses in approvals of the files that nothing has, neither in the files nor live.
    pub(super) fn unknown_approved(&self) -> BTreeSet<Address> {
        let approved = self.desired.guards.approvals.iter().flat_map(|approval| &approval.changes);
        let addresses = approved.map(|pair| &pair.address).filter(|address| !self.is_there(address));
        addresses.cloned().collect()
    }

    /// Whether something has this address, or may: what was not read is not known.
    fn is_there(&self, address: &Address) -> bool {
        match address {
            Address::Organization | Address::UnknownWorkspaceMember(..) => true,
            Address::Member(email) | Address::Invite(email) => self.is_person(email),
            Address::Workspace(label) => self.is_workspace(label),
            Address::WorkspaceMember(label, email) => self.is_workspace(label) && self.is_person(email),
            Address::WorkspaceApiKey(label, key) => {
                self.is_workspace(label) && (self.is_key(key) || self.lists_key(label, key))
            }
            Address::OrganizationApiKey(key) => {
                let listed = self.desired.api_keys.iter().any(|keys| keys.contains_key(key));
                listed || self.is_key(key)
            }
        }
    }

    fn is_person(&self, email: &Email) -> bool {
        let Some(people) = &self.live.people else { return true };
        let person = email.person();
        let listed = self.desired.members.iter().flatten().any(|(listed, _)| listed.person() == person);
        listed
            || people.users.values().any(|user| user.email.person() == person)
            || people.invites.iter().any(|invite| invite.email.person() == person)
    }

    fn is_workspace(&self, label: &WorkspaceLabel) -> bool {
        let Some(live) = &self.live.workspaces else { return true };
        let bears = |name: &str| comparable(name) == comparable(label.as_str());
        let is_meant = |entry: &Workspace| entry.name.as_deref().is_some_and(bears);
        let listed =
            self.desired.workspaces.as_ref().is_some_and(|workspaces| {
                workspaces.contains_key(label) || workspaces.values().any(is_meant)
            });
        listed || live.all.values().any(|workspace| bears(&workspace.name) || bears(workspace.id.as_str()))
    }

    fn is_key(&self, key: &KeyName) -> bool {
        let Some(live) = &self.live.api_keys else { return true };
        let is = |name: &str| comparable(name) == comparable(key.as_str());
        live.iter().any(|live| is(live.name.as_str()) || is(live.id.as_str()))
    }

    fn lists_key(&self, label: &WorkspaceLabel, key: &KeyName) -> bool {
        let workspace = self.desired.workspaces.iter().find_map(|workspaces| workspaces.get(label));
        match workspace.map(|workspace| &workspace.state) {
            Some(WorkspaceState::Open(open)) => open.api_keys.iter().any(|keys| keys.contains_key(key)),
            Some(WorkspaceState::Archived) | None => false,
        }
    }
}
