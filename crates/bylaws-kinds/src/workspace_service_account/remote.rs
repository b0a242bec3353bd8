//! Workspace memberships of service accounts at the service, from the side of the workspace.

use bylaws_api::{
    self as api, Error, Reader, ServiceAccountWorkspaceMember, collect_all,
    workspace_service_accounts as requests,
};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Action, Fact, Kind, Write};
use futures::future::{BoxFuture, FutureExt};

use super::facts;
use super::plan::MEMBERSHIP;
use crate::call::Call;
use crate::remote::{Remote, RemoteObjects, workspace_id};

/// The explicit memberships of service accounts. They are read together with the accounts.
pub(crate) struct WorkspaceServiceAccounts;

impl Remote for WorkspaceServiceAccounts {
    fn kind(&self) -> &'static Kind {
        &MEMBERSHIP
    }

    fn call(&self, write: &Write) -> Call {
        let (workspace, account) = (workspace_id(write), api::ServiceAccountId::new(write.natural.as_str()));
        let role = api::WorkspaceRole::from(write.body.text("workspace_role").unwrap_or_default());
        let request = match write.action {
            Action::Remove => {
                return Call::new(requests::remove(&workspace, &account), |gone| Entry {
                    id: gone.service_account_id.as_str().to_owned(),
                    natural: String::new(),
                    facts: bylaws_engine::Facts::one("workspace_id", gone.workspace_id.as_str()),
                });
            }
            Action::Create => requests::add(&workspace, &account, &role),
            _ => requests::set_role(&workspace, &account, &role),
        };
        Call::new(request, |member| {
            let mut shown = entry(&member);
            shown.facts.set("workspace_id", Fact::Text(member.workspace_id.as_str().to_owned()));
            shown
        })
    }

    fn list<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let members = async {
            let Some(workspace) = &list.workspace else { return Ok(Vec::new()) };
            let id = api::WorkspaceId::new(workspace.as_str());
            let members = collect_all(reader.workspace_service_accounts(&id)).await?;
            Ok(members.iter().filter(|member| member.is_explicit()).map(entry).collect())
        };
        members.boxed()
    }
}

fn entry(member: &ServiceAccountWorkspaceMember) -> Entry {
    let id = member.service_account_id.as_str().to_owned();
    Entry { natural: id.clone(), id, facts: facts(member.workspace_role.as_str()) }
}

impl RemoteObjects for WorkspaceServiceAccounts {}
