//! Who manages the listed workspaces, and which keys work in them, before the plan. `review_first.rs`
//! computes the effect of the changes, so that it fits a limited plan too.

use std::collections::BTreeMap;

use bylaws_engine::guards::Guards;
use bylaws_engine::review_first::{Holdings, ReviewKind};
use bylaws_engine::{
    Address, ApiKeyId, Inherited, Item, LiveWorkspaceRole, UserId, WorkspaceId, WorkspaceRole,
};

use crate::live::{KeyScope, LiveKeyStatus, Principal};
use crate::plan::Planner;
use crate::workspace::matching::Matched;

impl Planner<'_> {
    pub(crate) fn holdings(&self) -> Holdings {
        let mut holdings = Holdings { look_alikes: self.look_alikes(), ..Holdings::default() };
        let mut keys = self.active_keys_by_workspace();
        for (label, open) in self.desired.open() {
            let Some(Matched::Live(live)) = self.matched.get(label) else { continue };
            let members = self.live.workspace_members.get(&live.id).filter(|_| open.manages_members());
            if let Some(members) = members {
                let admins = members.iter().filter(|(user, role)| {
                    **role == LiveWorkspaceRole::Known(WorkspaceRole::Admin)
                        && !self.has_every_workspace(user)
                });
                holdings.admins.insert(label.clone(), admins.map(|(user, _)| user.clone()).collect());
            }
            if open.api_keys.is_some() {
                holdings.keys.insert(label.clone(), keys.remove(&live.id).unwrap_or_default());
            }
        }
        holdings
    }

    fn active_keys_by_workspace(&self) -> BTreeMap<&WorkspaceId, BTreeMap<ApiKeyId, Option<UserId>>> {
        let mut keys: BTreeMap<&WorkspaceId, BTreeMap<ApiKeyId, Option<UserId>>> = BTreeMap::new();
        for key in self.live.api_keys.iter().flatten().filter(|key| key.status == LiveKeyStatus::Active) {
            let KeyScope::Workspace(workspace) = &key.scope else { continue };
            let owner = match &key.principal {
                Principal::User(user) => Some(user.clone()),
                Principal::None | Principal::ServiceAccount(_) | Principal::Other => None,
            };
            keys.entry(workspace).or_default().insert(key.id.clone(), owner);
        }
        keys
    }

    fn has_every_workspace(&self, user: &UserId) -> bool {
        let role = self.people.user(user).map(|user| user.role.seen_in(self.desired.organization.kind));
        role.and_then(|role| role.inherited()) == Some(Inherited::Admin)
    }

    /// Marks unlisted members and pending invites outside `allowed_domains` of the files or the guards file.
    pub(crate) fn mark_outsiders(&mut self, guards_file: Option<&Guards>) {
        let guards: Vec<&Guards> = std::iter::once(&self.desired.guards).chain(guards_file).collect();
        let is_outside = |item: &Item| match &item.address {
            Address::Member(email) | Address::Invite(email) => {
                guards.iter().any(|guards| guards.is_outside(email))
            }
            _ => false,
        };
        for item in self.draft.plan.unlisted.iter_mut().filter(|item| is_outside(item)) {
            item.review = Some(ReviewKind::OutsideAllowedDomains);
        }
    }
}
