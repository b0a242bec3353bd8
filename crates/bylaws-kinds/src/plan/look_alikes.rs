//! Names set by a plan that are easily confused with others: of invited people, workspaces and API keys. Reviewers
//! see them whatever the files suppress.

use std::collections::BTreeMap;

use bylaws_engine::spelling::skeleton;
use bylaws_engine::{Action, Address, ChangeId, Email, Person, WorkspaceLabel};

use crate::API_KEY;
use crate::api_key::plan::Listed;
use crate::live::InviteStatus;
use crate::plan::Planner;
use crate::workspace::matching::labels;

/// Names by visual form. Of several, the first in byte order is reported.
struct Looks<'a, T: Ord>(BTreeMap<String, BTreeMap<T, &'a str>>);

impl<'a, T: Ord> Looks<'a, T> {
    fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn add(&mut self, name: &'a str, whose: T) {
        self.0.entry(skeleton(name)).or_default().entry(whose).or_insert(name);
    }

    /// Returns the name of another person or object that looks like this one.
    fn like(&self, name: &str, whose: &T) -> Option<&'a str> {
        self.0.get(&skeleton(name))?.iter().find(|(other, _)| *other != whose).map(|(_, name)| *name)
    }
}

impl<'a> Planner<'a> {
    /// Returns the changes that set a name which is easily confused with another listed or live one.
    pub(crate) fn look_alikes(&self) -> BTreeMap<ChangeId, String> {
        let (mut people, mut workspaces, mut keys) = (None, None, None);
        let mut found = BTreeMap::new();
        for change in self.draft.changes() {
            let other = match &change.address {
                Address::Invite(email) if change.action == Action::Invite => {
                    let people = people.get_or_insert_with(|| self.people_by_looks());
                    people.like(email.as_str(), &email.person())
                }
                Address::Workspace(label) => {
                    let workspaces = workspaces.get_or_insert_with(|| self.workspaces_by_looks());
                    change.write.body.text("name").and_then(|name| workspaces.like(name, &label.as_str()))
                }
                address if change.write.kind == &API_KEY => {
                    let keys = keys.get_or_insert_with(|| self.keys_by_looks());
                    let scope = keys.get(&address.workspace());
                    let name = change.write.body.text("name").zip(change.target()).zip(scope);
                    name.and_then(|((name, id), looks)| looks.like(name, &id))
                }
                _ => None,
            };
            found.extend(other.map(|other| (change.id.clone(), other.to_owned())));
        }
        found
    }

    /// Returns the keys of each listed scope by visual form, with their ids. A line without an id has its name instead.
    fn keys_by_looks(&self) -> BTreeMap<Option<&'a WorkspaceLabel>, Looks<'a, &'a str>> {
        let mut scopes = BTreeMap::new();
        for Listed { label, keys, scope } in self.listed_keys() {
            let mut looks = Looks::new();
            for (label, line) in keys {
                match &line.id {
                    Some(id) => line.name.iter().for_each(|name| looks.add(name.as_str(), id.as_str())),
                    None => looks.add(label.as_str(), label.as_str()),
                }
            }
            let live = self.live.api_keys.iter().flatten();
            for key in live.filter(|key| Some(&key.scope) == scope.as_ref() && !key.status.is_over()) {
                looks.add(key.name.as_str(), key.id.as_str());
            }
            scopes.insert(label, looks);
        }
        scopes
    }

    fn people_by_looks(&self) -> Looks<'a, Person> {
        let mut looks = Looks::new();
        let mut add = |email: &'a Email| looks.add(email.as_str(), email.person());
        self.desired.members.iter().flatten().for_each(|(email, _)| add(email));
        if let Some(people) = &self.live.people {
            people.users.values().for_each(|user| add(&user.email));
            let pending = people.invites.iter().filter(|invite| invite.status == InviteStatus::Pending);
            pending.for_each(|invite| add(&invite.email));
        }
        looks
    }

    /// Returns workspaces by visual form, with the label of the entry, or the id if no entry means it.
    fn workspaces_by_looks(&self) -> Looks<'a, &'a str> {
        let mut looks = Looks::new();
        let labels = labels(&self.matched);
        for (label, entry) in self.desired.workspaces.iter().flatten() {
            looks.add(label.as_str(), label.as_str());
            entry.name.iter().for_each(|name| looks.add(name, label.as_str()));
        }
        for live in self.live.workspaces.iter().flat_map(|all| all.all.values()).filter(|live| !live.archived)
        {
            looks.add(&live.name, labels.get(&live.id).map_or(live.id.as_str(), |label| label.as_str()));
        }
        looks
    }
}
