//! What changes bring about without a request of their own.

use super::Planner;
use crate::change::Write;
use crate::desired::WorkspaceState;
use crate::live::{KeyScope, LiveKeyStatus, Principal};
use crate::{Address, ApiKeyId, OrganizationRole, SettableRole, UserId, WorkspaceId};

impl Planner<'_> {
    pub(super) fn list_consequences(&mut self) {
        let found: Vec<(Address, String)> = self
            .draft
            .changes()
            .flat_map(|change| {
                let reasons = match &change.write {
                    Write::RemoveMember { user } => self.after_leaving(user),
                    Write::SetRole { user, .. } => self.after_role(user),
                    Write::ArchiveWorkspace { workspace } => self.after_archive(workspace),
                    _ => Vec::new(),
                };
                reasons.into_iter().map(|reason| (change.address.clone(), reason))
            })
            .collect();
        for (address, reason) in found {
            self.draft.follow(address, reason);
        }
    }

    fn after_leaving(&self, user: &UserId) -> Vec<String> {
        let mut reasons = Vec::new();
        let seats = self.live.workspace_members.iter().filter(|(_, members)| members.contains_key(user));
        let names: Vec<String> = seats.map(|(id, _)| self.workspace_name(id)).collect();
        if !names.is_empty() {
            reasons.push(format!("drops out of {}", counted(&names)));
        }
        let usable = |status: &LiveKeyStatus| matches!(status, LiveKeyStatus::Active);
        let keys = || self.live.api_keys.iter().flatten().filter(|key| usable(&key.status));
        let stay: Vec<String> = keys()
            .filter(|key| key.principal == Principal::None && key.created_by.as_ref() == Some(user))
            .map(|key| self.key_name(&key.id, key.name.as_str(), &key.scope))
            .collect();
        if !stay.is_empty() {
            reasons.push(format!("keys they created stay active: {}", counted(&stay)));
        }
        let go: Vec<String> = keys()
            .filter(|key| key.principal == Principal::User(user.clone()))
            .map(|key| self.key_name(&key.id, key.name.as_str(), &key.scope))
            .collect();
        if !go.is_empty() {
            reasons.push(format!("their personal keys are archived for good: {}", counted(&go)));
        }
        reasons
    }

    /// Somebody who is `billing` no more keeps only the seats given by hand.
    fn after_role(&self, user: &UserId) -> Vec<String> {
        let Some((OrganizationRole::Settable(SettableRole::Billing), _)) = self.roster.changing.get(user)
        else {
            return Vec::new();
        };
        let Some(workspaces) = &self.live.workspaces else {
            return vec!["drops out of every workspace in which they have no seat of their own".to_owned()];
        };
        let (mut named, mut unread) = (Vec::new(), 0_usize);
        for workspace in workspaces.all.values().filter(|workspace| !workspace.archived) {
            match self.live.workspace_members.get(&workspace.id) {
                Some(members) if members.contains_key(user) => {}
                Some(_) => named.push(format!("`{}`", workspace.name)),
                None => unread += 1,
            }
        }
        let mut reasons = Vec::new();
        if !named.is_empty() {
            reasons.push(format!("drops out of {}", counted(&named)));
        }
        if unread > 0 {
            let plural = if unread == 1 { "workspace" } else { "workspaces" };
            reasons.push(format!(
                "drops out of {unread} more {plural}, unless they have a seat of their own there"
            ));
        }
        reasons
    }

    fn after_archive(&self, workspace: &WorkspaceId) -> Vec<String> {
        let mut reasons = vec!["everybody in it loses it".to_owned()];
        let scope = KeyScope::Workspace(workspace.clone());
        let Some(keys) = &self.live.api_keys else {
            reasons.push("its keys are archived for good (not read)".to_owned());
            return reasons;
        };
        let dying: Vec<String> = keys
            .iter()
            .filter(|key| key.scope == scope)
            .filter(|key| !matches!(key.status, LiveKeyStatus::Archived | LiveKeyStatus::Expired))
            .map(|key| format!("`{}`", key.name))
            .collect();
        if !dying.is_empty() {
            reasons.push(format!("its keys are archived for good: {}", counted(&dying)));
        }
        reasons
    }

    fn workspace_name(&self, id: &WorkspaceId) -> String {
        let listed = self.desired.workspaces.iter().flatten().find(|(label, entry)| {
            let open = matches!(entry.state, WorkspaceState::Open(_));
            open && matches!(self.matched.get(label), Some(crate::matching::Matched::Live(live)) if live.id == *id)
        });
        match (listed, self.workspaces.get(id)) {
            (Some((label, _)), _) => format!("`{label}`"),
            (None, Some(live)) => format!("`{}`", live.name),
            (None, None) => id.to_string(),
        }
    }

    fn key_name(&self, id: &ApiKeyId, name: &str, scope: &KeyScope) -> String {
        match scope {
            KeyScope::Workspace(workspace) => {
                format!("`{name}` in {} ({id})", self.workspace_name(workspace))
            }
            KeyScope::Organization | KeyScope::Unknown(_) => format!("`{name}` ({id})"),
        }
    }
}

/// Sorted names; beyond twenty, a count.
fn counted(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..SHOWN].join(", ")),
        _ => names.join(", "),
    }
}
