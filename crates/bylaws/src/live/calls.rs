//! Converts a write of the plan to the API request. Plans are shown and applied with this same code, so they cannot
//! differ.

use bylaws_api as api;
use bylaws_api::{Request, api_keys, invites, users, workspace_members, workspaces};
use bylaws_engine::desired::{AllowedGeos, DataResidency};
use bylaws_engine::{Change, WorkspacePatch, WorkspaceRef, WorkspaceSettings, Write};
use bylaws_output::document::plan::{ChangeDocument, RequestDocument};

/// A write as a request, by the type of its response.
pub(crate) enum Call {
    /// A request that returns a workspace.
    Workspace(Request<api::Workspace>),
    /// A request that returns an invite.
    Invite(Request<api::Invite>),
    /// A request that returns the id of the removed object.
    Revoke(Request<api::InviteDeleted>),
    /// A request that returns a member.
    User(Request<api::User>),
    /// A request that returns the id of the removed member.
    RemoveMember(Request<api::UserDeleted>),
    /// A request that returns a workspace membership.
    Membership(Request<api::WorkspaceMember>),
    /// A request that returns the ids of the removed workspace membership.
    RemoveMembership(Request<api::WorkspaceMemberDeleted>),
    /// A request that returns an API key.
    Key(Request<api::ApiKey>),
}

/// Returns method, path and body of a write. The id of a workspace that is still to be created is shown as
/// `{workspace/production}`.
pub(crate) fn request(write: &Write) -> RequestDocument {
    Call::of(write).shown()
}

/// Returns a change as documents show it, without its line in the files.
pub(crate) fn document(change: &Change) -> ChangeDocument {
    ChangeDocument::bare(change, request(&change.write))
}

impl Call {
    pub(crate) fn of(write: &Write) -> Self {
        match write {
            Write::CreateWorkspace { settings, .. } => Self::Workspace(workspaces::create(&create(settings))),
            Write::UpdateWorkspace { workspace, patch } => Self::Workspace(workspaces::update(
                &api::WorkspaceId::new(workspace.as_str()),
                &update(patch),
            )),
            Write::ArchiveWorkspace { workspace } => {
                Self::Workspace(workspaces::archive(&api::WorkspaceId::new(workspace.as_str())))
            }
            Write::Invite { email, role } => {
                Self::Invite(invites::create(email.as_str(), &api::OrganizationRole::from(role.as_str())))
            }
            Write::Revoke { invite } => Self::Revoke(invites::delete(&api::InviteId::new(invite.as_str()))),
            Write::SetRole { user, role } => {
                let role = api::OrganizationRole::from(role.as_str());
                Self::User(users::set_role(&api::UserId::new(user.as_str()), &role))
            }
            Write::RemoveMember { user } => {
                Self::RemoveMember(users::remove(&api::UserId::new(user.as_str())))
            }
            Write::AddWorkspaceMember { workspace, user, role } => Self::Membership(workspace_members::add(
                &id_of(workspace),
                &api::UserId::new(user.as_str()),
                &api::WorkspaceRole::from(role.as_str()),
            )),
            Write::SetWorkspaceRole { workspace, user, role } => {
                Self::Membership(workspace_members::set_role(
                    &api::WorkspaceId::new(workspace.as_str()),
                    &api::UserId::new(user.as_str()),
                    &api::WorkspaceRole::from(role.as_str()),
                ))
            }
            Write::RemoveWorkspaceMember { workspace, user } => {
                Self::RemoveMembership(workspace_members::remove(
                    &api::WorkspaceId::new(workspace.as_str()),
                    &api::UserId::new(user.as_str()),
                ))
            }
            Write::SetKeyStatus { key, status } => {
                let status = Some(api::KeyStatus::from(status.as_str()));
                let update = api::ApiKeyUpdate { name: None, status };
                Self::Key(api_keys::update(&api::ApiKeyId::new(key.as_str()), &update))
            }
        }
    }

    fn shown(&self) -> RequestDocument {
        match self {
            Self::Workspace(request) => shown(request),
            Self::Invite(request) => shown(request),
            Self::Revoke(request) => shown(request),
            Self::User(request) => shown(request),
            Self::RemoveMember(request) => shown(request),
            Self::Membership(request) => shown(request),
            Self::RemoveMembership(request) => shown(request),
            Self::Key(request) => shown(request),
        }
    }
}

fn shown<T>(request: &Request<T>) -> RequestDocument {
    RequestDocument {
        method: request.method().as_str().to_owned(),
        path: request.display_path(),
        body: request.body().cloned(),
    }
}

fn id_of(workspace: &WorkspaceRef) -> api::WorkspaceId {
    match workspace {
        WorkspaceRef::Live(id) => api::WorkspaceId::new(id.as_str()),
        WorkspaceRef::Created(label) => {
            let address = bylaws_engine::Address::Workspace(label.clone());
            api::WorkspaceId::new(format!("{{{address}}}"))
        }
    }
}

fn create(settings: &WorkspaceSettings) -> api::WorkspaceCreate {
    api::WorkspaceCreate {
        name: settings.name.clone(),
        display_color: settings.display_color.clone(),
        data_residency: settings.data_residency.as_ref().map(residency),
        tags: settings.tags.clone().unwrap_or_default(),
        external_key_id: None,
    }
}

fn update(patch: &WorkspacePatch) -> api::WorkspaceUpdate {
    api::WorkspaceUpdate {
        name: patch.name.clone(),
        display_color: patch.display_color.clone(),
        data_residency: patch.data_residency.as_ref().map(residency),
        tags: (!patch.tags.is_empty()).then(|| patch.tags.clone()),
        external_key_id: None,
    }
}

fn residency(wanted: &DataResidency) -> api::DataResidencyWrite {
    api::DataResidencyWrite {
        allowed_inference_geos: wanted.allowed_inference_geos.as_ref().map(|geos| match geos {
            AllowedGeos::Unrestricted => api::AllowedInferenceGeos::Unrestricted,
            AllowedGeos::Only(geos) => api::AllowedInferenceGeos::List(
                geos.iter().map(|geo| api::InferenceGeo::from(geo.as_str())).collect(),
            ),
        }),
        default_inference_geo: wanted.default_inference_geo.as_deref().map(api::InferenceGeo::from),
        workspace_geo: wanted.workspace_geo.as_deref().map(api::WorkspaceGeo::from),
    }
}
