//! Indexes over the live state. Decides nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bylaws_engine::spelling::comparable;
use bylaws_engine::{Email, Person, UserId, WorkspaceId};

use crate::live::{InviteStatus, Live, LiveInvite, LiveUser, LiveWorkspace};

/// Lookups of members and invites.
#[derive(Default)]
pub(crate) struct PeopleIndex<'a> {
    by_id: BTreeMap<&'a UserId, &'a LiveUser>,
    by_person: BTreeMap<Person, Vec<&'a LiveUser>>,
    invites: BTreeMap<Person, Vec<&'a LiveInvite>>,
}

impl<'a> PeopleIndex<'a> {
    pub(crate) fn of(live: &'a Live) -> Self {
        let mut index = Self::default();
        let Some(people) = &live.people else { return index };
        for user in people.users.values() {
            index.by_id.insert(&user.id, user);
            index.by_person.entry(user.email.person()).or_default().push(user);
        }
        for invite in &people.invites {
            if invite.status != InviteStatus::Deleted {
                index.invites.entry(invite.email.person()).or_default().push(invite);
            }
        }
        for invites in index.invites.values_mut() {
            // Newest first; equal times are ordered by id, so that the order of the list does not matter.
            invites.sort_by(|a, b| (b.invited_at, &b.id).cmp(&(a.invited_at, &a.id)));
        }
        index
    }

    pub(crate) fn user(&self, id: &UserId) -> Option<&'a LiveUser> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &'a LiveUser> {
        self.by_id.values().copied()
    }

    /// Returns the members that the service treats as the person of this address, in any spelling.
    pub(crate) fn users_like(&self, email: &Email) -> &[&'a LiveUser] {
        self.by_person.get(&email.person()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn has_member(&self, person: &Person) -> bool {
        self.by_person.contains_key(person)
    }

    /// Returns the invites to the person, newest first, without deleted ones.
    pub(crate) fn invites_to(&self, email: &Email) -> &[&'a LiveInvite] {
        self.invites.get(&email.person()).map_or(&[], Vec::as_slice)
    }

    /// Returns every invited person with their invites, newest first.
    pub(crate) fn invited(&self) -> impl Iterator<Item = (&Person, &[&'a LiveInvite])> {
        self.invites.iter().map(|(person, invites)| (person, invites.as_slice()))
    }
}

/// Lookups of workspaces.
#[derive(Default)]
pub(crate) struct WorkspaceIndex<'a> {
    by_id: BTreeMap<&'a WorkspaceId, &'a LiveWorkspace>,
    /// By name, in the form in which names are compared.
    by_name: BTreeMap<Cow<'a, str>, Vec<&'a LiveWorkspace>>,
    default: Option<&'a LiveWorkspace>,
}

impl<'a> WorkspaceIndex<'a> {
    pub(crate) fn of(live: &'a Live) -> Self {
        let mut index = Self::default();
        let Some(workspaces) = &live.workspaces else { return index };
        index.default = workspaces.default.as_ref().and_then(|id| workspaces.all.get(id));
        for workspace in workspaces.all.values() {
            index.by_id.insert(&workspace.id, workspace);
            index.by_name.entry(comparable(&workspace.name)).or_default().push(workspace);
        }
        index
    }

    pub(crate) fn get(&self, id: &WorkspaceId) -> Option<&'a LiveWorkspace> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &'a LiveWorkspace> {
        self.by_id.values().copied()
    }

    pub(crate) fn default_workspace(&self) -> Option<&'a LiveWorkspace> {
        self.default
    }

    pub(crate) fn is_default(&self, id: &WorkspaceId) -> bool {
        self.default.is_some_and(|default| default.id == *id)
    }

    /// Returns the unarchived workspaces with this name or one that looks the same, without the default
    /// workspace.
    pub(crate) fn open_named(&self, name: &str) -> Vec<&'a LiveWorkspace> {
        self.named(name).filter(|w| !w.archived && !self.is_default(&w.id)).collect()
    }

    /// Returns the archived workspaces with this name or one that looks the same.
    pub(crate) fn archived_named(&self, name: &str) -> Vec<&'a LiveWorkspace> {
        self.named(name).filter(|w| w.archived).collect()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'a LiveWorkspace> + use<'_, 'a> {
        let found = self.by_name.get(&*comparable(name)).map_or(&[][..], Vec::as_slice);
        found.iter().copied()
    }
}
