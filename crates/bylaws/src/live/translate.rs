//! Converts objects of the API to the engine's types without loss. Unknown values are kept as text.

use std::collections::BTreeMap;

use bylaws_api as api;
use bylaws_engine as engine;
use bylaws_engine::desired::AllowedGeos;
use bylaws_engine::live::{KeyScope, LiveKeyStatus, Principal};

/// Converts members and invites.
pub(crate) fn people(users: &[api::User], invites: &[api::Invite]) -> engine::live::LivePeople {
    engine::live::LivePeople {
        users: users.iter().map(|user| (engine::UserId::new(user.id.as_str()), self::user(user))).collect(),
        invites: invites.iter().map(invite).collect(),
    }
}

/// Converts one member.
pub(crate) fn user(user: &api::User) -> engine::live::LiveUser {
    engine::live::LiveUser {
        id: engine::UserId::new(user.id.as_str()),
        email: engine::Email::live(&user.email),
        role: engine::OrganizationRole::from_text(user.role.as_str()),
        added_at: time(&user.added_at),
    }
}

/// Converts one invite.
pub(crate) fn invite(invite: &api::Invite) -> engine::live::LiveInvite {
    engine::live::LiveInvite {
        id: engine::InviteId::new(invite.id.as_str()),
        email: engine::Email::live(&invite.email),
        role: engine::OrganizationRole::from_text(invite.role.as_str()),
        status: engine::live::InviteStatus::from_text(invite.status.as_str()),
        // A time that cannot be parsed sorts as the oldest and has no effect.
        invited_at: time(&invite.invited_at).unwrap_or(jiff::Timestamp::MIN),
        expires_at: time(&invite.expires_at),
        accepted_at: invite.accepted_at.as_ref().and_then(time),
    }
}

/// Converts all workspaces, and the list without the default one.
pub(crate) fn workspaces(
    all: &[api::Workspace],
    without_default: &[api::Workspace],
) -> engine::live::LiveWorkspaces {
    // Of several candidates none is guessed: a change of the default workspace must not reach another one.
    let default = match only_in(all, without_default).as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let live = all.iter().map(workspace).map(|workspace| (workspace.id.clone(), workspace));
    engine::live::LiveWorkspaces {
        all: live.collect(),
        default: default.map(|workspace| engine::WorkspaceId::new(workspace.id.as_str())),
    }
}

/// Returns the open workspaces that are only in the first list: the default one, and those created after the second list
/// was read.
pub(super) fn only_in<'a>(
    all: &'a [api::Workspace],
    without_default: &[api::Workspace],
) -> Vec<&'a api::Workspace> {
    let plain: std::collections::BTreeSet<&str> = without_default.iter().map(|w| w.id.as_str()).collect();
    all.iter().filter(|w| !plain.contains(w.id.as_str()) && w.archived_at.is_none()).collect()
}

/// Converts one workspace.
pub(crate) fn workspace(workspace: &api::Workspace) -> engine::live::LiveWorkspace {
    // Older responses lack data residency; these are the defaults at creation.
    let residency = workspace.data_residency.as_ref();
    engine::live::LiveWorkspace {
        id: engine::WorkspaceId::new(workspace.id.as_str()),
        name: workspace.name.clone(),
        archived: workspace.archived_at.is_some(),
        created_at: time(&workspace.created_at),
        display_color: workspace.display_color.clone(),
        tags: workspace.tags.clone(),
        workspace_geo: residency.map_or("us", |residency| residency.workspace_geo.as_str()).to_owned(),
        allowed_inference_geos: residency
            .map_or(AllowedGeos::Unrestricted, |residency| allowed(&residency.allowed_inference_geos)),
        default_inference_geo: residency
            .map_or("global", |residency| residency.default_inference_geo.as_str())
            .to_owned(),
    }
}

fn allowed(geos: &api::AllowedInferenceGeos) -> AllowedGeos {
    match geos {
        api::AllowedInferenceGeos::Unrestricted => AllowedGeos::Unrestricted,
        api::AllowedInferenceGeos::List(geos) => {
            AllowedGeos::Only(geos.iter().map(|geo| geo.as_str().to_owned()).collect())
        }
        api::AllowedInferenceGeos::Unknown(text) => AllowedGeos::Only([text.clone()].into()),
    }
}

/// Converts the explicit members of one workspace.
pub(crate) fn workspace_members(
    members: &[api::WorkspaceMember],
) -> BTreeMap<engine::UserId, engine::LiveWorkspaceRole> {
    let membership = |member: &api::WorkspaceMember| {
        let role = engine::LiveWorkspaceRole::from_text(member.workspace_role.as_str());
        (engine::UserId::new(member.user_id.as_str()), role)
    };
    members.iter().map(membership).collect()
}

/// Converts API keys. `credential` is the one in use; a key whose hint matches it is marked.
pub(crate) fn api_keys(
    keys: &[api::ApiKey],
    credential: Option<&api::Credential>,
) -> Vec<engine::live::LiveApiKey> {
    keys.iter().map(|key| api_key(key, credential)).collect()
}

fn api_key(key: &api::ApiKey, credential: Option<&api::Credential>) -> engine::live::LiveApiKey {
    let hint = key.partial_key_hint.as_deref();
    engine::live::LiveApiKey {
        id: engine::ApiKeyId::new(key.id.as_str()),
        name: engine::KeyName::new(key.name.clone()),
        status: LiveKeyStatus::from_text(key.status.as_str()),
        scope: match &key.scope {
            api::KeyScope::Organization => KeyScope::Organization,
            api::KeyScope::Workspace { workspace_id } => {
                KeyScope::Workspace(engine::WorkspaceId::new(workspace_id.as_str()))
            }
            api::KeyScope::Unknown(value) => KeyScope::Unknown(value.to_string()),
        },
        principal: match &key.principal {
            None => Principal::None,
            Some(api::Principal::User { user_id }) => Principal::User(engine::UserId::new(user_id.as_str())),
            Some(api::Principal::ServiceAccount { .. } | api::Principal::Unknown(_)) => Principal::Other,
        },
        created_at: time(&key.created_at),
        expires_at: key.expires_at.as_ref().and_then(time),
        created_by: key.created_by.as_ref().map(|by| engine::UserId::new(by.id.clone())),
        in_use: hint.zip(credential).is_some_and(|(hint, credential)| credential.matches_hint(hint)),
    }
}

fn time(text: &api::Timestamp) -> Option<jiff::Timestamp> {
    text.as_str().parse().ok()
}
