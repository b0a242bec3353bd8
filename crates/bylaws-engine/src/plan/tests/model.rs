//! The service as a pure function of a plan; it refuses what the real one would refuse.

use std::collections::BTreeMap;

use super::live_side::day;
use crate::change::{WorkspacePatch, WorkspaceRef, WorkspaceSettings, Write};
use crate::desired::WantedStatus;
use crate::live::{
    InviteStatus, KeyScope, Live, LiveInvite, LiveKeyStatus, LivePeople, LiveUser, LiveWorkspace, Principal,
};
use crate::plan::Plan;
use crate::{
    ApiKeyId, Email, HeldRole, InviteId, LiveWorkspaceRole, OrganizationRole, SettableRole, UserId,
    WorkspaceId, WorkspaceLabel, WorkspaceRole,
};

/// Returns the live state after every change; panics if the service would refuse one.
pub(super) fn applied(live: &Live, plan: &Plan) -> Live {
    let mut model = Model { live: live.clone(), created: BTreeMap::new() };
    for change in &plan.changes {
        model.write(&change.write);
    }
    model.live
}

struct Model {
    live: Live,
    created: BTreeMap<WorkspaceLabel, WorkspaceId>,
}

impl Model {
    fn write(&mut self, write: &Write) {
        match write {
            Write::CreateWorkspace { label, settings } => self.create(label, settings),
            Write::UpdateWorkspace { workspace, patch } => self.update(workspace, patch),
            Write::SetKeyStatus { key, status } => self.set_status(key, *status),
            Write::ArchiveWorkspace { workspace } => {
                assert!(!self.is_special(workspace), "archives {workspace}");
                self.open(workspace).archived = true;
                let scope = KeyScope::Workspace(workspace.clone());
                for key in self.live.api_keys.iter_mut().flatten().filter(|key| key.scope == scope) {
                    key.status = LiveKeyStatus::Archived;
                }
            }
            Write::Invite { email, role } => self.invite(email, *role),
            Write::Revoke { invite } => {
                let invites = &mut self.people().invites;
                let invite = invites.iter_mut().find(|known| known.id == *invite).expect("an invite");
                assert_eq!(invite.status, InviteStatus::Pending);
                invite.status = InviteStatus::Deleted;
            }
            Write::SetRole { user, role } => {
                let user = self.user(user);
                assert!(matches!(user.role, OrganizationRole::Settable(_)), "{write:?}");
                user.role = OrganizationRole::Settable(*role);
            }
            Write::RemoveMember { user } => {
                assert!(matches!(self.user(user).role, OrganizationRole::Settable(_)), "{write:?}");
                let gone = self.people().users.remove(user).expect("a member");
                // The invite of a member was accepted after the invites were read.
                let invites = self.people().invites.iter_mut();
                let stale = invites.filter(|invite| invite.email.person() == gone.email.person());
                for invite in stale.filter(|invite| invite.status == InviteStatus::Pending) {
                    invite.status = InviteStatus::Accepted;
                }
                for memberships in self.live.workspace_members.values_mut() {
                    memberships.remove(user);
                }
                let personal = Principal::User(user.clone());
                for key in self.live.api_keys.iter_mut().flatten().filter(|key| key.principal == personal) {
                    key.status = LiveKeyStatus::Archived;
                }
            }
            Write::AddWorkspaceMember { workspace, user, role } => {
                let id = match workspace {
                    WorkspaceRef::Live(id) => id.clone(),
                    WorkspaceRef::Created(label) => self.created[label].clone(),
                };
                let before = self.membership(&id, user, Some(*role));
                assert_eq!(before, None, "{write:?}");
            }
            Write::SetWorkspaceRole { workspace, user, role } => {
                let before = self.membership(workspace, user, Some(*role));
                assert!(
                    matches!(before, Some(LiveWorkspaceRole::Known(known)) if known != *role),
                    "{write:?}"
                );
            }
            Write::RemoveWorkspaceMember { workspace, user } => {
                let before = self.membership(workspace, user, None);
                assert!(matches!(before, Some(LiveWorkspaceRole::Known(_))), "{write:?}");
                let (place, owner) = (KeyScope::Workspace(workspace.clone()), Principal::User(user.clone()));
                let keys = self.live.api_keys.iter_mut().flatten();
                for key in keys.filter(|key| key.scope == place && key.principal == owner) {
                    if key.status == LiveKeyStatus::Active {
                        key.status = LiveKeyStatus::Inactive;
                    }
                }
            }
        }
    }

    fn create(&mut self, label: &WorkspaceLabel, settings: &WorkspaceSettings) {
        let id = WorkspaceId::new(format!("ws_new_{label}"));
        let residency = settings.data_residency.clone().unwrap_or_default();
        let made = LiveWorkspace {
            id: id.clone(),
            name: settings.name.clone(),
            archived: false,
            created_at: None,
            display_color: settings.display_color.clone().unwrap_or_else(|| "#777777".to_owned()),
            tags: settings.tags.clone().unwrap_or_default(),
            workspace_geo: residency.workspace_geo.unwrap_or_else(|| "us".to_owned()),
            allowed_inference_geos: residency
                .allowed_inference_geos
                .unwrap_or(crate::desired::AllowedGeos::Unrestricted),
            default_inference_geo: residency.default_inference_geo.unwrap_or_else(|| "global".to_owned()),
        };
        assert!(made.allowed_inference_geos.allows(&made.default_inference_geo), "{label}");
        self.live.workspace_members.insert(id.clone(), BTreeMap::new());
        self.live.workspaces.get_or_insert_default().all.insert(id.clone(), made);
        self.created.insert(label.clone(), id);
    }

    fn update(&mut self, workspace: &WorkspaceId, patch: &WorkspacePatch) {
        let special = self.is_special(workspace);
        let live = self.open(workspace);
        assert!(patch.name.is_none() || !special, "renames {workspace}");
        live.name = patch.name.clone().unwrap_or_else(|| live.name.clone());
        live.display_color = patch.display_color.clone().unwrap_or_else(|| live.display_color.clone());
        for (key, value) in &patch.tags {
            assert!(!key.starts_with("anthropic"), "touches {key}");
            match value {
                Some(value) => live.tags.insert(key.clone(), value.clone()),
                None => live.tags.remove(key),
            };
        }
        if let Some(residency) = &patch.data_residency {
            assert_eq!(residency.workspace_geo, None);
            if let Some(geos) = &residency.allowed_inference_geos {
                live.allowed_inference_geos = geos.clone();
            }
            if let Some(geo) = &residency.default_inference_geo {
                live.default_inference_geo = geo.clone();
            }
            assert!(live.allowed_inference_geos.allows(&live.default_inference_geo), "{workspace}");
        }
    }

    fn set_status(&mut self, key: &ApiKeyId, status: WantedStatus) {
        let keys = self.live.api_keys.as_mut().expect("keys");
        let key = keys.iter_mut().find(|known| known.id == *key).expect("a key");
        let (status, possible) = match (&key.status, status) {
            (LiveKeyStatus::Active | LiveKeyStatus::Inactive, WantedStatus::Active) => {
                (LiveKeyStatus::Active, true)
            }
            (LiveKeyStatus::Active | LiveKeyStatus::Inactive, WantedStatus::Inactive) => {
                (LiveKeyStatus::Inactive, true)
            }
            (status, WantedStatus::Archived) => {
                let known = !matches!(status, LiveKeyStatus::Archived | LiveKeyStatus::Unknown(_));
                (LiveKeyStatus::Archived, known)
            }
            (status, _) => (status.clone(), false),
        };
        assert!(possible && !key.in_use && key.status != status, "{}", key.id);
        key.status = status;
    }

    fn invite(&mut self, email: &Email, role: SettableRole) {
        let people = self.people();
        let person = email.person();
        assert!(!people.users.values().any(|user| user.email.person() == person), "already_member {email}");
        let known = people.invites.iter().filter(|invite| invite.email.person() == person);
        let pending = known.filter(|invite| invite.status == InviteStatus::Pending).count();
        assert_eq!(pending, 0, "invite_already_exists {email}");
        let number = people.invites.len() + 1;
        people.invites.push(LiveInvite {
            id: InviteId::new(format!("invite_{number}")),
            email: email.clone(),
            role: OrganizationRole::Settable(role),
            status: InviteStatus::Pending,
            invited_at: day(1000 + number),
            expires_at: None,
            accepted_at: None,
        });
    }

    fn membership(
        &mut self,
        workspace: &WorkspaceId,
        user: &UserId,
        role: Option<WorkspaceRole>,
    ) -> Option<LiveWorkspaceRole> {
        use OrganizationRole::{Held, Settable};
        assert!(!self.is_special(workspace), "a membership in {workspace}");
        self.open(workspace);
        assert_ne!(role, Some(WorkspaceRole::Billing));
        match (&self.user(user).role, role) {
            (Held(HeldRole::Admin | HeldRole::Owner | HeldRole::PrimaryOwner), _) => {
                panic!("{user} has every workspace")
            }
            (Settable(SettableRole::Billing), Some(role)) => assert_eq!(role, WorkspaceRole::Admin),
            _ => {}
        }
        let memberships = self.live.workspace_members.entry(workspace.clone()).or_default();
        match role {
            Some(role) => memberships.insert(user.clone(), LiveWorkspaceRole::Known(role)),
            None => memberships.remove(user),
        }
    }

    fn people(&mut self) -> &mut LivePeople {
        self.live.people.as_mut().expect("people")
    }

    fn user(&mut self, id: &UserId) -> &mut LiveUser {
        self.people().users.get_mut(id).expect("a member")
    }

    fn open(&mut self, id: &WorkspaceId) -> &mut LiveWorkspace {
        let workspaces = self.live.workspaces.as_mut().expect("workspaces");
        let workspace = workspaces.all.get_mut(id).expect("a workspace");
        assert!(!workspace.archived, "{id} is archived");
        workspace
    }

    fn is_special(&self, id: &WorkspaceId) -> bool {
        let workspaces = self.live.workspaces.as_ref().expect("workspaces");
        workspaces.default.as_ref() == Some(id) || workspaces.all[id].is_claude_code()
    }
}
