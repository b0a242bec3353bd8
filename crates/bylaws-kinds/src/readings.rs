//! The live state as the lists of an apply.

use std::time::Duration;

use bylaws_engine::writer::{Entry, List, Readings};
use bylaws_engine::{Email, Fact, Facts, LiveWorkspaceRole, UserId};

use crate::live::{KeyScope, Live, LiveApiKey, LiveInvite, LiveUser, LiveWorkspace};
use crate::objects::OBJECTS;

/// Returns the lists that a plan was made from. `read_at` returns when the last page of each arrived.
pub fn readings(live: &Live, read_at: impl Fn(&List) -> Duration) -> Readings {
    let mut readings = Readings::default();
    let mut add = |list: List, entries: Vec<Entry>| {
        let read_at = read_at(&list);
        readings.add(list, entries, read_at);
    };
    if let Some(people) = &live.people {
        add(List::of("invites"), people.invites.iter().map(Entry::from).collect());
        add(List::of("users"), people.users.values().map(Entry::from).collect());
    }
    if let Some(workspaces) = &live.workspaces {
        add(List::of("workspaces"), workspaces.all.values().map(Entry::from).collect());
    }
    for (workspace, members) in &live.workspace_members {
        add(List::within("workspace_members", workspace), members.iter().map(membership).collect());
    }
    for objects in OBJECTS {
        objects.readings(live, &mut add);
    }
    readings
}

/// Returns the natural key of a person.
pub(crate) fn person_key(email: &Email) -> String {
    email.person().as_str().to_owned()
}

impl From<&LiveUser> for Entry {
    fn from(user: &LiveUser) -> Self {
        let mut facts = Facts::one("role", user.role.as_str());
        facts.set("email", Fact::Text(user.email.to_string()));
        Self { id: user.id.to_string(), natural: person_key(&user.email), facts }
    }
}

impl From<&LiveInvite> for Entry {
    fn from(invite: &LiveInvite) -> Self {
        let mut facts = Facts::one("role", invite.role.as_str());
        facts.set("email", Fact::Text(invite.email.to_string()));
        facts.set("status", Fact::Text(invite.status.as_str().to_owned()));
        Self { id: invite.id.to_string(), natural: person_key(&invite.email), facts }
    }
}

impl From<&LiveWorkspace> for Entry {
    fn from(workspace: &LiveWorkspace) -> Self {
        let facts = crate::workspace::facts::of_live(workspace);
        Self { id: workspace.id.to_string(), natural: workspace.name.clone(), facts }
    }
}

/// Returns a workspace membership.
pub(crate) fn membership((user, role): (&UserId, &LiveWorkspaceRole)) -> Entry {
    let facts = Facts::one("workspace_role", role.as_str());
    Entry { id: user.to_string(), natural: user.to_string(), facts }
}

impl From<&LiveApiKey> for Entry {
    fn from(key: &LiveApiKey) -> Self {
        let mut facts = crate::api_key::facts(key);
        if let KeyScope::Workspace(workspace) = &key.scope {
            facts.set("workspace_id", Fact::Text(workspace.to_string()));
        }
        Self { id: key.id.to_string(), natural: key.name.to_string(), facts }
    }
}
