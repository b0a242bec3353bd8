//! What a role in the organization and the sources of one membership give a person in a workspace
//! (`docs/service-behaviour.md#workspace-members`).

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::access::{Because, Grant, Holder, PlaceKind, Presence, Source, strength};
use bylaws_engine::{LiveWorkspaceRole, OrganizationRole, SettableRole, UserId, WorkspaceRole};

/// Returns what results from a role in the organization and the sources of one membership, which all give
/// the same role.
pub(crate) fn grant(
    role: Option<&OrganizationRole>,
    place: PlaceKind,
    mut membership: Vec<Source>,
) -> Option<Grant> {
    // Of several teams, the strongest role applies; it comes first.
    membership
        .sort_by(|a, b| strength(&b.role).cmp(&strength(&a.role)).then_with(|| a.because.cmp(&b.because)));
    let implied = role.and_then(|role| implied(role, place));
    let is_redundant = |membership: &Source| {
        let inherited = role.and_then(OrganizationRole::inherited);
        inherited.is_none_or(|inherited| inherited.makes_redundant(&membership.role))
    };
    let sources: Vec<Source> = match (implied, membership.first()) {
        (Some(implied), Some(first)) if !is_redundant(first) => {
            membership.into_iter().chain([implied]).collect()
        }
        (implied, _) => implied.into_iter().chain(membership).collect(),
    };
    let role = sources.first()?.role.clone();
    Some(Grant { role, sources })
}

/// Returns what a role in the organization implies in a workspace; `None` if nothing.
///
/// In the default workspace, access follows from that role alone. The resulting workspace role is documented
/// only for admins and billing members: `developer` and `user` are taken for the workspace roles of the same
/// name, all other roles are shown by their own word.
fn implied(role: &OrganizationRole, place: PlaceKind) -> Option<Source> {
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

/// Returns somebody without teams and without access to any workspace.
pub(super) fn holder(user: Option<UserId>, standing: Presence, role: Option<OrganizationRole>) -> Holder {
    Holder { user, standing, role, teams: BTreeSet::new(), identity: None, grants: BTreeMap::new() }
}
