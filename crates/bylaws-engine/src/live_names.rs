//! What the labels of the files mean live. A label beside an `id`, and the name of a line that pins a key, are chosen
//! freely: reviewers must see what is behind them, and approvals and `protect` mean what is live.

use std::collections::BTreeMap;

use crate::action::words;
use crate::change::{Change, Write};
use crate::desired::Desired;
use crate::guards::Pair;
use crate::index::WorkspaceIndex;
use crate::live::{DEFAULT, LiveApiKey, LiveWorkspace};
use crate::lookalike::skeleton;
use crate::matching::Matched;
use crate::name::comparable;
use crate::{Action, Address, ApiKeyId, KeyName, UserId, WorkspaceId, WorkspaceLabel};

words!(
    /// What a name of the files stands for.
    NameKind {
        /// A workspace.
        Workspace = "workspace",
        /// An API key.
        ApiKey = "api_key",
    }
);

/// A name of the files that is not the live name of what it means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveName {
    /// What it stands for.
    pub kind: NameKind,
    /// How the files call it.
    pub label: String,
    /// How it is called live.
    pub name: String,
    /// Its id.
    pub id: String,
}

/// A live thing as approvals and `protect` may name it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    name: String,
    id: String,
    /// Whether its name means it and nothing else.
    is_unique: bool,
}

/// What an entry under `workspaces:` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    /// A workspace that is live.
    Live(Named),
    /// An `id` that nothing live has.
    Gone(WorkspaceId),
}

/// What each label of the files means live. A label without an entry here is the name of a workspace that is to be
/// created, or that is not in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LiveNames {
    workspaces: BTreeMap<WorkspaceLabel, Meaning>,
    keys: BTreeMap<ApiKeyId, Named>,
    /// The key that a line of the files means.
    lines: BTreeMap<Address, ApiKeyId>,
}

impl LiveNames {
    /// Returns the meaning of the entries under `workspaces:`.
    pub(crate) fn of(
        desired: &Desired,
        index: &WorkspaceIndex<'_>,
        matched: &BTreeMap<&WorkspaceLabel, Matched<'_>>,
    ) -> Self {
        let mut names = Self::default();
        for (label, entry) in desired.workspaces.iter().flatten() {
            let live = match (matched.get(label), &entry.id) {
                (Some(Matched::Live(live)), _) => Some(*live),
                (_, Some(id)) => index.get(id),
                (_, None) => continue,
            };
            let meaning = match (live, &entry.id) {
                (Some(live), _) => Meaning::Live(Named {
                    name: live.name.clone(),
                    id: live.id.as_str().to_owned(),
                    is_unique: is_unique(live, index),
                }),
                (None, Some(id)) => Meaning::Gone(id.clone()),
                (None, None) => continue,
            };
            names.workspaces.insert(label.clone(), meaning);
        }
        names
    }

    /// Adds a key. `line` is the address of the line that means it; `is_unique` says whether no other key that may be
    /// meant has its name.
    pub(crate) fn add_key(&mut self, key: &LiveApiKey, line: Option<Address>, is_unique: bool) {
        let (name, id) = (key.name.as_str().to_owned(), key.id.as_str().to_owned());
        let is_unique = is_unique && !is_key_id(&name);
        self.keys.insert(key.id.clone(), Named { name, id, is_unique });
        self.lines.extend(line.map(|line| (line, key.id.clone())));
    }

    /// Whether the files mean a workspace that is live by this label.
    pub(crate) fn is_live(&self, label: &WorkspaceLabel) -> bool {
        matches!(self.workspaces.get(label), Some(Meaning::Live(_)))
    }

    /// Returns the names of the files in an address that are not the live ones, the workspace first.
    pub(crate) fn differing(&self, address: &Address) -> Vec<LiveName> {
        self.differing_with(address, self.lines.get(address))
    }

    /// Returns the same for a change.
    pub(crate) fn differing_in(&self, change: &Change) -> Vec<LiveName> {
        self.differing_with(&change.address, key_of(change))
    }

    /// Returns the same for what is not in the files: a key there, or a workspace itself, is called by its live name.
    pub(crate) fn differing_around(&self, address: &Address) -> Vec<LiveName> {
        if matches!(address, Address::Workspace(_)) { Vec::new() } else { self.differing_with(address, None) }
    }

    fn differing_with(&self, address: &Address, key: Option<&ApiKeyId>) -> Vec<LiveName> {
        let differing = |kind: NameKind, label: &str, named: &Named| {
            (label != named.name && label != named.id).then(|| LiveName {
                kind,
                label: label.to_owned(),
                name: named.name.clone(),
                id: named.id.clone(),
            })
        };
        let workspace = address.workspace().and_then(|label| match self.workspaces.get(label)? {
            Meaning::Live(named) => differing(NameKind::Workspace, label.as_str(), named),
            Meaning::Gone(_) => None,
        });
        let key = match address {
            Address::WorkspaceApiKey(_, name) | Address::OrganizationApiKey(name) => key
                .and_then(|id| self.keys.get(id))
                .and_then(|named| differing(NameKind::ApiKey, name.as_str(), named)),
            _ => None,
        };
        workspace.into_iter().chain(key).collect()
    }

    /// Returns every address that means what a change is about, by live names and by ids.
    pub(crate) fn addresses_of(&self, change: &Change) -> Vec<Address> {
        self.addresses(&change.address, key_of(change), user_of(change), false)
    }

    /// Returns every address that means the same as an address of the plan, by live names and by ids.
    pub(crate) fn meanings(&self, address: &Address) -> Vec<Address> {
        self.addresses(address, self.lines.get(address), None, false)
    }

    /// Returns what an approval may name to cover a change; the first is the one to paste.
    pub(crate) fn pairs(&self, change: &Change) -> Vec<Pair> {
        let addresses = self.addresses(&change.address, key_of(change), user_of(change), true);
        pairs(change.action, addresses)
    }

    /// Returns the same for an action that is not planned.
    pub(crate) fn pairs_for(&self, action: Action, address: &Address) -> Vec<Pair> {
        pairs(action, self.addresses(address, self.lines.get(address), None, true))
    }

    /// Names come before ids. With `only_unique` without the names that several things bear.
    fn addresses(
        &self,
        address: &Address,
        key: Option<&ApiKeyId>,
        user: Option<&UserId>,
        only_unique: bool,
    ) -> Vec<Address> {
        let words = |named: &Named| {
            let name = (!only_unique || named.is_unique).then(|| named.name.clone());
            name.into_iter().chain([named.id.clone()]).collect::<Vec<_>>()
        };
        let labels: Vec<WorkspaceLabel> = match address.workspace() {
            None => Vec::new(),
            Some(label) => match self.workspaces.get(label) {
                Some(Meaning::Live(named)) => words(named).into_iter().map(WorkspaceLabel::new).collect(),
                Some(Meaning::Gone(id)) => vec![WorkspaceLabel::new(id.as_str())],
                None => vec![label.clone()],
            },
        };
        let keys = |name: &KeyName| match key.and_then(|id| self.keys.get(id)) {
            Some(named) => words(named).into_iter().map(KeyName::new).collect(),
            None => vec![name.clone()],
        };
        match address {
            Address::Organization | Address::Member(_) | Address::Invite(_) => vec![address.clone()],
            Address::Workspace(_) => labels.into_iter().map(Address::Workspace).collect(),
            Address::WorkspaceMember(_, email) => {
                let by_address =
                    labels.iter().map(|label| Address::WorkspaceMember(label.clone(), email.clone()));
                let by_id = user.into_iter().flat_map(|user| {
                    labels.iter().map(|label| Address::UnknownWorkspaceMember(label.clone(), user.clone()))
                });
                by_address.chain(by_id).collect()
            }
            Address::UnknownWorkspaceMember(_, user) => {
                labels.into_iter().map(|label| Address::UnknownWorkspaceMember(label, user.clone())).collect()
            }
            Address::WorkspaceApiKey(_, name) => {
                let keys = keys(name);
                let all = labels.iter().flat_map(|label| keys.iter().map(move |key| (label, key)));
                all.map(|(label, key)| Address::WorkspaceApiKey(label.clone(), key.clone())).collect()
            }
            Address::OrganizationApiKey(name) => {
                keys(name).into_iter().map(Address::OrganizationApiKey).collect()
            }
        }
    }
}

/// Whether the name of a workspace means it and nothing else. `Default` means the default workspace alone.
fn is_unique(live: &LiveWorkspace, index: &WorkspaceIndex<'_>) -> bool {
    if index.is_default(&live.id) {
        return live.name == DEFAULT;
    }
    let others = index.open_named(&live.name).into_iter().filter(|other| other.id != live.id);
    !is_workspace_id(&live.name) && comparable(&live.name) != DEFAULT && others.count() == 0
}

fn pairs(action: Action, addresses: Vec<Address>) -> Vec<Pair> {
    addresses.into_iter().map(|address| Pair { action, address }).collect()
}

fn key_of(change: &Change) -> Option<&ApiKeyId> {
    match &change.write {
        Write::SetKeyStatus { key, .. } => Some(key),
        _ => None,
    }
}

fn user_of(change: &Change) -> Option<&UserId> {
    match &change.write {
        Write::AddWorkspaceMember { user, .. }
        | Write::SetWorkspaceRole { user, .. }
        | Write::RemoveWorkspaceMember { user, .. } => Some(user),
        _ => None,
    }
}

/// Whether a text looks like the id of a workspace.
pub(crate) fn is_workspace_id(text: &str) -> bool {
    begins_with(text, "wrkspc_")
}

pub(crate) fn is_key_id(text: &str) -> bool {
    begins_with(text, "apikey_")
}

/// Letter case and letters that look the same make no difference.
fn begins_with(text: &str, prefix: &str) -> bool {
    skeleton(text).starts_with(&skeleton(prefix))
}
