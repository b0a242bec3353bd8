//! What differs between a plan's files and the live state, and what the Activity Feed may call the object.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Address, Change, Email, Fact, Facts, Person, Plan, WorkspaceId, WorkspaceLabel};

use super::trail::{Effect, Trail};
use crate::index::WorkspaceIndex;
use crate::live::Live;
use crate::objects::{Objects, objects};
use crate::{member, workspace, workspace_member};

/// One difference between the files and the live state: of an object, or of one of its fields.
#[derive(Clone)]
pub struct Difference {
    /// The address of the object.
    pub address: Address,
    /// What differs.
    pub what: What,
    /// What an activity may call the object, compared as [`called`] returns it.
    pub(super) names: BTreeSet<String>,
    /// The workspace that the object is in.
    pub(super) workspace: Option<WorkspaceId>,
    /// What the feed says about objects of this kind.
    pub(super) trail: &'static Trail,
}

/// What happened to an object that the files do not ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is live, and not in the files.
    Added,
    /// It is in the files, and not live.
    Removed,
    /// A field differs.
    Changed {
        /// The field; one of a record such as `data_residency` has its own name.
        field: String,
        /// The value that the files ask for.
        wanted: Option<Fact>,
        /// The live value.
        live: Option<Fact>,
    },
    /// It is not known what differs.
    Unknown,
}

/// Returns every difference that a plan would remove or reports: changes, unlisted objects and blocked entries.
pub fn differences(plan: &Plan, live: &Live) -> Vec<Difference> {
    let names = Names::of(plan, live);
    let mut all = Vec::new();
    for change in &plan.changes {
        let found = what(change);
        let target = change.target().or(Some(change.write.natural.as_str()));
        all.extend(found.into_iter().filter_map(|what| names.difference(&change.address, target, what)));
    }
    for item in &plan.unlisted {
        all.extend(names.difference(&item.address, None, What::Added));
    }
    for item in &plan.blocked {
        all.extend(names.difference(&item.address, None, names.blocked(&item.address)));
    }
    all
}

/// Returns what happened live, which is the opposite of what a change does.
fn what(change: &Change) -> Vec<What> {
    match (&change.before, &change.after) {
        (None, _) => vec![What::Removed],
        (Some(_), None) => vec![What::Added],
        (Some(before), Some(after)) => {
            let (before, after) = (fields(before), fields(after));
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            let field = |name: &String| {
                let (live, wanted) = (before.get(name).cloned(), after.get(name).cloned());
                (live != wanted).then(|| What::Changed { field: name.clone(), wanted, live })
            };
            names.into_iter().filter_map(field).collect()
        }
    }
}

/// Returns the fields by the names that the feed has for them: those of a record are fields of their own. Tags are
/// content, not fields, and the place of an external key is one field.
fn fields(facts: &Facts) -> BTreeMap<String, Fact> {
    let mut fields = BTreeMap::new();
    for (name, fact) in &facts.0 {
        match fact {
            Fact::Record(record) if !["tags", "provider_config"].contains(name) => {
                fields.extend(record.clone());
            }
            fact => {
                fields.insert((*name).to_owned(), fact.clone());
            }
        }
    }
    fields
}

/// Returns a name as it is compared: an e-mail address as the person behind it.
pub(super) fn called(name: &str) -> String {
    if name.contains('@') { Email::live(name).person().as_str().to_owned() } else { name.to_owned() }
}

/// The ids of live objects, by what addresses say.
struct Names<'a> {
    plan: &'a Plan,
    live: &'a Live,
    people: BTreeMap<Person, Vec<&'a str>>,
    workspaces: WorkspaceIndex<'a>,
}

impl<'a> Names<'a> {
    fn of(plan: &'a Plan, live: &'a Live) -> Self {
        let mut people: BTreeMap<Person, Vec<&str>> = BTreeMap::new();
        if let Some(read) = &live.people {
            let users = read.users.values().map(|user| (&user.email, user.id.as_str()));
            let invites = read.invites.iter().map(|invite| (&invite.email, invite.id.as_str()));
            for (email, id) in users.chain(invites) {
                people.entry(email.person()).or_default().push(id);
            }
        }
        Self { plan, live, people, workspaces: WorkspaceIndex::of(live) }
    }

    /// `target` is the id or the natural key of a write. Returns `None` for what is not an object.
    fn difference(&self, address: &Address, target: Option<&str>, what: What) -> Option<Difference> {
        let mut names = BTreeSet::new();
        names.extend(target.map(called));
        let (workspace, trail) = match address {
            Address::Member(email) | Address::Invite(email) => {
                names.extend(self.ids_of(email));
                names.insert(called(email.as_str()));
                (None, &member::activities::TRAIL)
            }
            Address::Workspace(label) => {
                names = self.ids_of_workspace(label, &what);
                (None, &workspace::activities::TRAIL)
            }
            Address::WorkspaceMember(label, email) => {
                names.extend(self.ids_of(email));
                names.insert(called(email.as_str()));
                (Some(self.workspace(label)?), &workspace_member::activities::TRAIL)
            }
            Address::UnknownWorkspaceMember(label, user) => {
                names.insert(user.to_string());
                (Some(self.workspace(label)?), &workspace_member::activities::TRAIL)
            }
            Address::WorkspaceObject(label, kind, name) => {
                let (workspace, kind) = (self.workspace(label)?, objects(kind)?);
                names.extend(self.ids_of_object(kind, Some(&workspace), name.as_str()));
                // What has no name is called by where it is.
                names.extend(name.is_none().then(|| called(workspace.as_str())));
                (Some(workspace), kind.trail())
            }
            Address::OrganizationObject(kind, name) => {
                let kind = objects(kind)?;
                names.extend(self.ids_of_object(kind, None, name.as_str()));
                names.extend(name.is_none().then(|| called(self.live.id.as_str())));
                (None, kind.trail())
            }
            Address::Organization | Address::Section(_) => return None,
        };
        if let Some((kind, _)) = address.object() {
            let others = objects(kind)
                .into_iter()
                .flat_map(|kind| names.iter().flat_map(|id| kind.called(self.live, id)));
            names.extend(others.collect::<Vec<_>>());
        }
        // The feed adds some objects by changing them.
        let can_be_added = trail.rows.iter().any(|row| row.effect == Effect::Added);
        let what = if what == What::Added && !can_be_added { What::Unknown } else { what };
        Some(Difference { address: address.clone(), what, names, workspace, trail })
    }

    /// What is blocked about a member is nearly always the role, such as one that only the Console can lower.
    fn blocked(&self, address: &Address) -> What {
        let Address::Member(email) = address else { return What::Unknown };
        let users = self.live.people.iter().flat_map(|people| people.users.values());
        let mut users = users.filter(|user| user.email == *email);
        let Some(user) = users.next() else { return What::Unknown };
        let live = Some(Fact::Text(user.role.as_str().to_owned()));
        What::Changed { field: "role".to_owned(), wanted: None, live }
    }

    fn ids_of(&self, email: &Email) -> impl Iterator<Item = String> {
        self.people.get(&email.person()).into_iter().flatten().map(|id| (*id).to_owned())
    }

    /// A workspace that the files ask for and that is not live may have been archived.
    fn ids_of_workspace(&self, label: &WorkspaceLabel, what: &What) -> BTreeSet<String> {
        let live = self.workspace(label).map(|id| id.to_string());
        let archived = self.workspaces.archived_named(label.as_str());
        let archived = archived.into_iter().filter(|_| *what == What::Removed).map(|one| one.id.to_string());
        live.into_iter().chain(archived).collect()
    }

    /// Returns the live workspace that a label means; an unlisted one has its live name as its label.
    fn workspace(&self, label: &WorkspaceLabel) -> Option<WorkspaceId> {
        let named = || match self.workspaces.open_named(label.as_str()).as_slice() {
            [one] => Some(one.id.clone()),
            _ => None,
        };
        self.plan.workspaces.get(label).cloned().or_else(named)
    }

    fn ids_of_object(
        &self,
        kind: &'static dyn Objects,
        workspace: Option<&WorkspaceId>,
        name: &str,
    ) -> Vec<String> {
        let live = kind.live(self.live).unwrap_or_default();
        let named = live.iter().filter(|object| object.workspace == workspace && object.name == name);
        named.map(|object| object.id.to_owned()).collect()
    }
}
