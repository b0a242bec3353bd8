//! The service as a pure function of a plan; it refuses what the real one would refuse.

use std::collections::BTreeMap;

use bylaws_engine::{
    ApiKeyId, Email, Fact, Facts, HeldRole, InviteId, LiveWorkspaceRole, OrganizationRole, Plan,
    SettableRole, UserId, WorkspaceId, WorkspaceLabel, WorkspaceRef, WorkspaceRole, Write,
};

use super::live_side::day;
use super::typed::{Typed, geos, typed};
use crate::desired::{AllowedGeos, WantedStatus};
use crate::live::{
    InviteStatus, KeyScope, Live, LiveInvite, LiveKeyStatus, LivePeople, LiveUser, LiveWorkspace, Principal,
};

/// Returns the live state after every change; panics if the service would refuse one.
pub(crate) fn applied(live: &Live, plan: &Plan) -> Live {
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
        match &typed(write) {
            Typed::CreateWorkspace { name, body } => self.create(name, body),
            Typed::UpdateWorkspace { workspace, body } => self.update(workspace, body),
            Typed::UpdateKey { key, status, name } => {
                if let Some(status) = status {
                    self.set_status(key, *status);
                }
                if let Some(name) = name {
                    let mut keys = self.live.api_keys.iter_mut().flatten();
                    let key = keys.find(|known| known.id == *key).expect("a key");
                    assert!(key.name != *name && !key.in_use, "{}", key.id);
                    key.name = name.clone();
                }
            }
            Typed::ArchiveWorkspace { workspace } => {
                assert!(!self.is_special(workspace), "archives {workspace}");
                self.open(workspace).archived = true;
                let scope = KeyScope::Workspace(workspace.clone());
                for key in self.live.api_keys.iter_mut().flatten().filter(|key| key.scope == scope) {
                    key.status = LiveKeyStatus::Archived;
                }
            }
            Typed::Invite { email, role } => self.invite(email, *role),
            Typed::Revoke { invite } => {
                let invites = &mut self.people().invites;
                let invite = invites.iter_mut().find(|known| known.id == *invite).expect("an invite");
                assert_eq!(invite.status, InviteStatus::Pending);
                invite.status = InviteStatus::Deleted;
            }
            Typed::SetRole { user, role } => {
                let user = self.user(user);
                assert!(matches!(user.role, OrganizationRole::Settable(_)), "{write:?}");
                user.role = OrganizationRole::Settable(*role);
            }
            Typed::RemoveMember { user } => {
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
            Typed::AddWorkspaceMember { workspace, user, role } => {
                let id = match workspace {
                    WorkspaceRef::Live(id) => id.clone(),
                    WorkspaceRef::Created(label) => self.created[label].clone(),
                };
                let before = self.membership(&id, user, Some(*role));
                assert_eq!(before, None, "{write:?}");
            }
            Typed::SetWorkspaceRole { workspace, user, role } => {
                let before = self.membership(workspace, user, Some(*role));
                assert!(
                    matches!(before, Some(LiveWorkspaceRole::Known(known)) if known != *role),
                    "{write:?}"
                );
            }
            Typed::RemoveWorkspaceMember { workspace, user } => {
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

    fn create(&mut self, name: &str, body: &Facts) {
        let id = WorkspaceId::new(format!("ws_new_{name}"));
        let mut made = LiveWorkspace {
            id: id.clone(),
            name: name.to_owned(),
            archived: false,
            created_at: None,
            display_color: "#777777".to_owned(),
            tags: BTreeMap::new(),
            workspace_geo: "us".to_owned(),
            allowed_inference_geos: AllowedGeos::Unrestricted,
            default_inference_geo: "global".to_owned(),
            external_key_id: None,
            user_profile_id: None,
        };
        if let Some(Fact::Text(geo)) =
            body.record("data_residency").and_then(|geos| geos.get("workspace_geo"))
        {
            made.workspace_geo.clone_from(geo);
        }
        set(&mut made, body);
        self.live.workspace_members.insert(id.clone(), BTreeMap::new());
        self.live.workspaces.get_or_insert_default().all.insert(id.clone(), made);
        self.created.insert(WorkspaceLabel::new(name), id);
    }

    fn update(&mut self, workspace: &WorkspaceId, body: &Facts) {
        let special = self.is_special(workspace);
        let live = self.open(workspace);
        assert!(body.text("name").is_none() || !special, "renames {workspace}");
        let residency = body.record("data_residency");
        assert!(residency.is_none_or(|geos| !geos.contains_key("workspace_geo")), "{workspace}");
        set(live, body);
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

/// Sets the fields of a request.
fn set(live: &mut LiveWorkspace, body: &Facts) {
    if let Some(name) = body.text("name") {
        name.clone_into(&mut live.name);
    }
    if let Some(color) = body.text("display_color") {
        color.clone_into(&mut live.display_color);
    }
    for (key, value) in body.record("tags").into_iter().flatten() {
        assert!(!key.starts_with("anthropic"), "touches {key}");
        match value {
            Fact::Text(value) => live.tags.insert(key.clone(), value.clone()),
            _ => live.tags.remove(key),
        };
    }
    let residency = |field: &str| body.record("data_residency").and_then(|geos| geos.get(field));
    if let Some(allowed) = residency("allowed_inference_geos") {
        live.allowed_inference_geos = geos(allowed);
    }
    if let Some(Fact::Text(geo)) = residency("default_inference_geo") {
        live.default_inference_geo.clone_from(geo);
    }
    assert!(live.allowed_inference_geos.allows(&live.default_inference_geo), "{}", live.id);
}
