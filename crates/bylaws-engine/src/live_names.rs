//! The live meaning of the labels of the files. A label with an `id`, and the name of a line that pins a
//! key, can be chosen freely: reviewers must see the live name, and approvals and `protect` refer to it.

use std::collections::BTreeMap;

use crate::approval::Pair;
use crate::change::Change;
use crate::lookalike::skeleton;
use crate::{Action, Address, ObjectKind, ObjectName, UserId, WorkspaceId, WorkspaceLabel};

/// A name of the files that differs from the live name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveName {
    /// The kind of object.
    pub kind: ObjectKind,
    /// The name in the files.
    pub label: String,
    /// The live name of the object.
    pub name: String,
    /// The id of the object.
    pub id: String,
}

/// A live object as approvals and `protect` may name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The live name.
    pub name: String,
    /// Other names that mean the same object, such as the aliases of a model.
    pub others: Vec<String>,
    /// The id of the object.
    pub id: String,
    /// Whether no other object has its name.
    pub is_unique: bool,
}

impl Named {
    /// Returns whether a text is a name of the object, or its id.
    fn is_called(&self, text: &str) -> bool {
        text == self.name || text == self.id || self.others.iter().any(|other| other == text)
    }
}

/// The meaning of an entry under `workspaces:`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    /// A live workspace that the entry means.
    Live(Named),
    /// An `id` that no live workspace has.
    Gone(WorkspaceId),
}

/// The live meaning of each label. A label without an entry here names a workspace that is to be created, or
/// that is not in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveNames {
    workspaces: BTreeMap<WorkspaceLabel, Meaning>,
    objects: BTreeMap<String, Named>,
    /// The object that each line of the files means.
    lines: BTreeMap<Address, String>,
}

impl LiveNames {
    /// Adds an entry under `workspaces:`, with the live workspace that it means.
    pub fn add_workspace(&mut self, label: WorkspaceLabel, live: Named) {
        self.workspaces.insert(label, Meaning::Live(live));
    }

    /// Adds an entry under `workspaces:` with an `id` that no live workspace has.
    pub fn add_gone_workspace(&mut self, label: WorkspaceLabel, id: WorkspaceId) {
        self.workspaces.insert(label, Meaning::Gone(id));
    }

    /// Adds an object with an id of its own. `line` is the address of the line that means it.
    pub fn add_object(&mut self, live: Named, line: Option<Address>) {
        self.lines.extend(line.map(|line| (line, live.id.clone())));
        self.objects.insert(live.id.clone(), live);
    }

    /// Returns whether the label means a live workspace.
    pub fn is_live(&self, label: &WorkspaceLabel) -> bool {
        matches!(self.workspaces.get(label), Some(Meaning::Live(_)))
    }

    /// Returns the names in an address that differ from the live ones, the workspace first.
    pub fn differing(&self, address: &Address) -> Vec<LiveName> {
        self.differing_with(address, self.lines.get(address).map(String::as_str))
    }

    /// Returns the same for a change.
    pub fn differing_in(&self, change: &Change) -> Vec<LiveName> {
        self.differing_with(&change.address, key_of(change))
    }

    /// Returns the same for an object that is not in the files: an unlisted key or workspace has its live
    /// name.
    pub fn differing_around(&self, address: &Address) -> Vec<LiveName> {
        if matches!(address, Address::Workspace(_)) { Vec::new() } else { self.differing_with(address, None) }
    }

    fn differing_with(&self, address: &Address, key: Option<&str>) -> Vec<LiveName> {
        let differing = |kind: ObjectKind, label: &str, named: &Named| {
            (!named.is_called(label)).then(|| LiveName {
                kind,
                label: label.to_owned(),
                name: named.name.clone(),
                id: named.id.clone(),
            })
        };
        let workspace = address.workspace().and_then(|label| match self.workspaces.get(label)? {
            Meaning::Live(named) => differing(ObjectKind::WORKSPACE, label.as_str(), named),
            Meaning::Gone(_) => None,
        });
        let key = match address {
            Address::WorkspaceObject(_, kind, name) | Address::OrganizationObject(kind, name) => key
                .and_then(|id| self.objects.get(id))
                .and_then(|named| differing(kind.clone(), name.as_str(), named)),
            _ => None,
        };
        workspace.into_iter().chain(key).collect()
    }

    /// Returns every address that means the object of a change, by live names and by ids.
    pub(crate) fn addresses_of(&self, change: &Change) -> Vec<Address> {
        self.addresses(&change.address, key_of(change), user_of(change).as_ref(), false)
    }

    /// Returns every address that means the same as an address of the plan, by live names and by ids.
    pub(crate) fn meanings(&self, address: &Address) -> Vec<Address> {
        self.addresses(address, self.lines.get(address).map(String::as_str), None, false)
    }

    /// Returns the addresses in the plan of the object with this address, by the labels of the files. An address that is
    /// only the label of an object with another name means nothing.
    pub fn in_plan(&self, address: &Address) -> Vec<Address> {
        let Some((kind, name)) = address.object() else { return vec![address.clone()] };
        let is_called =
            |id: &String| self.objects.get(id).is_some_and(|named| named.is_called(name.as_str()));
        let is_beside = |line: &Address| {
            line.workspace() == address.workspace() && line.object().is_some_and(|(other, _)| other == kind)
        };
        let lines = self.lines.iter().filter(|(line, id)| is_beside(line) && is_called(id));
        let mut all: Vec<Address> = lines.map(|(line, _)| line.clone()).collect();
        if !self.lines.contains_key(address) {
            all.push(address.clone());
        }
        all
    }

    /// Returns what an approval may name to cover a change; the first is the one to suggest.
    pub fn pairs(&self, change: &Change) -> Vec<Pair> {
        let addresses = self.addresses(&change.address, key_of(change), user_of(change).as_ref(), true);
        pairs(change.action, addresses)
    }

    /// Returns the same for an action that is not planned.
    pub fn pairs_for(&self, action: Action, address: &Address) -> Vec<Pair> {
        pairs(action, self.addresses(address, self.lines.get(address).map(String::as_str), None, true))
    }

    /// Returns addresses by name, then by id. With `only_unique`, without names that several objects share.
    fn addresses(
        &self,
        address: &Address,
        key: Option<&str>,
        user: Option<&UserId>,
        only_unique: bool,
    ) -> Vec<Address> {
        let words = |named: &Named| {
            let name = (!only_unique || named.is_unique).then(|| named.name.clone());
            name.into_iter().chain(named.others.clone()).chain([named.id.clone()]).collect::<Vec<_>>()
        };
        let labels: Vec<Option<WorkspaceLabel>> =
            match address.workspace().map(|label| self.workspaces.get(label)) {
                Some(Some(Meaning::Live(named))) => {
                    words(named).into_iter().map(|word| Some(WorkspaceLabel::new(word))).collect()
                }
                Some(Some(Meaning::Gone(id))) => vec![Some(WorkspaceLabel::new(id.as_str()))],
                Some(None) | None => vec![None],
            };
        let names: Vec<Option<ObjectName>> = match key.and_then(|id| self.objects.get(id)) {
            Some(named) => words(named).into_iter().map(|word| Some(ObjectName::new(word))).collect(),
            None => vec![None],
        };
        let named = |label: &Option<WorkspaceLabel>, name: &Option<ObjectName>| {
            address.renamed(label.as_ref(), name.as_ref())
        };
        let mut all: Vec<Address> =
            labels.iter().flat_map(|label| names.iter().map(move |name| named(label, name))).collect();
        if let (Address::WorkspaceMember(..), Some(user)) = (address, user) {
            let labels = all.iter().filter_map(Address::workspace);
            let by_id = labels.map(|label| Address::UnknownWorkspaceMember(label.clone(), user.clone()));
            all.extend(by_id.collect::<Vec<_>>());
        }
        all
    }
}

fn pairs(action: Action, addresses: Vec<Address>) -> Vec<Pair> {
    addresses.into_iter().map(|address| Pair { action, address }).collect()
}

/// Returns the id of the object that a change is about, if it is neither a person nor a workspace.
fn key_of(change: &Change) -> Option<&str> {
    change.target().filter(|_| change.address.object().is_some())
}

/// Returns the user whose workspace membership a change is about.
fn user_of(change: &Change) -> Option<UserId> {
    let is_membership = matches!(change.address, Address::WorkspaceMember(..));
    is_membership.then(|| UserId::new(change.write.natural.as_str()))
}

/// Returns whether a text looks like the id of a workspace.
pub fn is_workspace_id(text: &str) -> bool {
    begins_with(text, "wrkspc_")
}

/// Returns whether a text looks like the id of an API key.
pub fn is_key_id(text: &str) -> bool {
    begins_with(text, "apikey_")
}

/// Compares without letter case, and treats letters that look the same as equal.
fn begins_with(text: &str, prefix: &str) -> bool {
    skeleton(text).starts_with(&skeleton(prefix))
}
