//! Workspace memberships at the service.

use std::collections::BTreeMap;

use bylaws_api::{self as api, Error, ErrorKind, Reader, collect_all, workspace_members as requests};
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Action, Fact, Facts, Kind, LiveWorkspaceRole, UserId, Write};
use futures::future::{BoxFuture, FutureExt};

use crate::WORKSPACE_MEMBER;
use crate::call::Call;
use crate::readings::membership;
use crate::remote::{Remote, workspace_id};

/// The explicit members of a workspace.
pub(crate) struct WorkspaceMembers;

impl Remote for WorkspaceMembers {
    fn kind(&self) -> &'static Kind {
        &WORKSPACE_MEMBER
    }

    fn call(&self, write: &Write) -> Call {
        let (workspace, user) = (workspace_id(write), api::UserId::new(write.natural.as_str()));
        let role = api::WorkspaceRole::from(write.body.text("workspace_role").unwrap_or_default());
        let request = match write.action {
            Action::Remove => {
                return Call::new(requests::remove(&workspace, &user), |gone| Entry {
                    id: gone.user_id.as_str().to_owned(),
                    natural: String::new(),
                    facts: Facts::one("workspace_id", gone.workspace_id.as_str()),
                });
            }
            Action::Create => requests::add(&workspace, &user, &role),
            _ => requests::set_role(&workspace, &user, &role),
        };
        Call::new(request, |member| {
            let mut facts = Facts::one("workspace_role", member.workspace_role.as_str());
            facts.set("workspace_id", Fact::Text(member.workspace_id.as_str().to_owned()));
            Entry { id: member.user_id.as_str().to_owned(), natural: String::new(), facts }
        })
    }

    fn list<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let members = async {
            let Some(workspace) = &list.workspace else { return Ok(Vec::new()) };
            let id = api::WorkspaceId::new(workspace.as_str());
            let members = collect_all(reader.workspace_members(&id)).await?;
            Ok(workspace_members(&members).iter().map(membership).collect())
        };
        members.boxed()
    }

    /// The service has no code for a member who already exists or does not exist; the list decides
    /// (`docs/service-behaviour.md#workspace-members`).
    fn failure(&self, write: &Write, error: &Error) -> Option<FailureKind> {
        let is_unnamed = error.kind == ErrorKind::Refused && error.error_code().is_none();
        let kind = if write.creates() { FailureKind::AlreadyThere } else { FailureKind::NotThere };
        (is_unnamed && error.status == Some(400)).then_some(kind)
    }
}

/// Converts the explicit members of one workspace.
pub fn workspace_members(members: &[api::WorkspaceMember]) -> BTreeMap<UserId, LiveWorkspaceRole> {
    let membership = |member: &api::WorkspaceMember| {
        let role = LiveWorkspaceRole::from_text(member.workspace_role.as_str());
        (UserId::new(member.user_id.as_str()), role)
    };
    members.iter().map(membership).collect()
}
