//! What a role in the organization gives in a workspace (`docs/service-behaviour.md#workspace-members`).

use super::{Because, PlaceKind, Source};
use crate::{LiveWorkspaceRole, OrganizationRole, SettableRole, WorkspaceRole};

/// What follows from a role in the organization; `None` for nothing.
///
/// In the default workspace access follows that role alone. Which workspace role it comes to is documented for
/// none but admins and billing members: `developer` and `user` are taken for their namesakes, everything else
/// is shown by its own word.
pub(super) fn implied(role: &OrganizationRole, place: PlaceKind) -> Option<Source> {
    if let Some(inherited) = role.inherited() {
        let role = LiveWorkspaceRole::Known(inherited.role());
        return Some(Source { because: Because::OrganizationRole, role });
    }
    let role = match (role, place) {
        (_, PlaceKind::Ordinary | PlaceKind::ClaudeCode) => return None,
        (OrganizationRole::Settable(SettableRole::Developer), PlaceKind::Default) => {
            LiveWorkspaceRole::Known(WorkspaceRole::Developer)
        }
        (OrganizationRole::Settable(SettableRole::User), PlaceKind::Default) => {
            LiveWorkspaceRole::Known(WorkspaceRole::User)
        }
        (other, PlaceKind::Default) => LiveWorkspaceRole::Unknown(other.as_str().to_owned()),
    };
    Some(Source { because: Because::OrganizationRole, role })
}
