//! The workspace role that a role in the organization implies
//! (`docs/service-behaviour.md#workspace-members`).

use bylaws_engine::access::{Because, PlaceKind, Source};
use bylaws_engine::{LiveWorkspaceRole, OrganizationRole, SettableRole, WorkspaceRole};

/// Returns what a role in the organization implies in a workspace; `None` if nothing.
///
/// In the default workspace, access follows from that role alone. The resulting workspace role is documented
/// only for admins and billing members: `developer` and `user` are taken for the workspace roles of the same
/// name, all other roles are shown by their own word.
pub(crate) fn implied(role: &OrganizationRole, place: PlaceKind) -> Option<Source> {
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
