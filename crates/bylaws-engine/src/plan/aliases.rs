//! The other names of what a change touches. A label in the files is chosen freely, so `protect`
//! must hold for the thing itself: by its live name and by its id as well.

use std::collections::{BTreeMap, BTreeSet};

use super::Planner;
use crate::change::{Change, ChangeId, Write};
use crate::live::KeyScope;
use crate::{Address, ApiKeyId, KeyName, WorkspaceId, WorkspaceLabel};

impl Planner<'_> {
    /// Adds to what each change takes every address that means the same live thing.
    pub(super) fn add_aliases(&self, taken: &mut BTreeMap<ChangeId, BTreeSet<Address>>) {
        for change in self.draft.changes() {
            let aliases = self.aliases(change);
            if !aliases.is_empty() {
                taken.entry(change.id.clone()).or_default().extend(aliases);
            }
        }
    }

    fn aliases(&self, change: &Change) -> Vec<Address> {
        match &change.write {
            Write::ArchiveWorkspace { workspace } => {
                self.labels(workspace).into_iter().map(Address::Workspace).collect()
            }
            Write::SetWorkspaceRole { workspace, .. } | Write::RemoveWorkspaceMember { workspace, .. } => {
                let seat = |label| Some(Address::WorkspaceMember(label, change.address.email()?.clone()));
                self.labels(workspace).into_iter().filter_map(seat).collect()
            }
            Write::SetKeyStatus { key, .. } => self.key_aliases(change, key),
            Write::CreateWorkspace { .. }
            | Write::UpdateWorkspace { .. }
            | Write::Invite { .. }
            | Write::Revoke { .. }
            | Write::SetRole { .. }
            | Write::RemoveMember { .. }
            | Write::AddWorkspaceMember { .. } => Vec::new(),
        }
    }

    fn key_aliases(&self, change: &Change, id: &ApiKeyId) -> Vec<Address> {
        let Some(key) = self.live.api_keys.iter().flatten().find(|key| key.id == *id) else {
            return Vec::new();
        };
        let mut names = vec![key.name.clone(), KeyName::new(id.as_str())];
        let mut labels = Vec::new();
        match &change.address {
            Address::WorkspaceApiKey(label, name) => {
                labels.push(label.clone());
                names.push(name.clone());
            }
            Address::OrganizationApiKey(name) => names.push(name.clone()),
            _ => {}
        }
        match &key.scope {
            KeyScope::Workspace(workspace) => labels.extend(self.labels(workspace)),
            KeyScope::Organization | KeyScope::Unknown(_) => {
                return names.into_iter().map(Address::OrganizationApiKey).collect();
            }
        }
        let all = labels.iter().flat_map(|label| names.iter().map(move |name| (label.clone(), name.clone())));
        all.map(|(label, name)| Address::WorkspaceApiKey(label, name)).collect()
    }

    /// A workspace's live name and its id, as labels.
    fn labels(&self, id: &WorkspaceId) -> Vec<WorkspaceLabel> {
        let name = self.workspaces.get(id).map(|live| WorkspaceLabel::new(live.name.clone()));
        name.into_iter().chain([WorkspaceLabel::new(id.as_str())]).collect()
    }
}
