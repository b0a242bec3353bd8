//! Service accounts at the service. Reads their memberships of workspaces too, because a credential that may read one
//! list may read the other.

use bylaws_api::{self as api, Error, Reader, collect_all, service_accounts as requests};
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Action, Kind, WorkspaceId, Write};
use futures::future::{BoxFuture, FutureExt, try_join_all};
use serde_json::{Map, Value};

use super::facts;
use super::lists::{ServiceAccountLists, account, are_needed, workspaces};
use super::plan::SERVICE_ACCOUNT;
use crate::call::Call;
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, Remote, RemoteObjects, refusal};

/// The service accounts of the organization.
pub(crate) struct ServiceAccounts;

impl Remote for ServiceAccounts {
    fn kind(&self) -> &'static Kind {
        &SERVICE_ACCOUNT
    }

    fn call(&self, write: &Write) -> Call {
        let body = &write.body;
        let text = |field| body.text(field).map(str::to_owned);
        let organization_role = body.text("organization_role").map(api::OrganizationRole::from);
        let request = match write.target().map(api::ServiceAccountId::new) {
            None => {
                let name = text("name").unwrap_or_default();
                let description = text("description");
                requests::create(&api::ServiceAccountCreate { name, description, organization_role })
            }
            Some(id) if write.action == Action::Archive => requests::archive(&id),
            Some(id) => {
                let description =
                    body.0.contains_key("description").then(|| text("description").unwrap_or_default());
                requests::update(&id, &api::ServiceAccountUpdate { description, organization_role })
            }
        };
        Call::new(request, |one| entry(&one))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let accounts = collect_all(reader.service_accounts(true)).await?;
            Ok(accounts.iter().map(entry).collect())
        };
        entries.boxed()
    }

    /// A name in use has no code of its own; the list decides.
    fn failure(&self, write: &Write, error: &Error) -> Option<FailureKind> {
        (write.creates() && error.status == Some(409)).then_some(FailureKind::AlreadyThere)
    }
}

fn entry(one: &api::ServiceAccount) -> Entry {
    let account = account(one);
    Entry { id: one.id.as_str().to_owned(), facts: facts(&account), natural: account.name }
}

impl RemoteObjects for ServiceAccounts {
    /// To know whose memberships to read.
    fn needs_workspaces(&self) -> bool {
        true
    }

    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let lists = async move {
            let of: Vec<WorkspaceId> = match desired {
                Some(desired) if !are_needed(desired) => return Ok(None),
                Some(desired) => workspaces(desired, live),
                None => {
                    let all = live.workspaces.iter().flat_map(|all| all.all.values());
                    all.filter(|workspace| !workspace.archived).map(|one| one.id.clone()).collect()
                }
            };
            let read = async {
                let accounts = collect_all(reader.service_accounts(true)).await?;
                let memberships = try_join_all(of.iter().map(|id| async {
                    let workspace = api::WorkspaceId::new(id.as_str());
                    collect_all(reader.workspace_service_accounts(&workspace)).await
                }));
                Ok::<_, Error>((accounts, memberships.await?.into_iter().flatten().collect()))
            };
            let lists = match read.await {
                Ok((accounts, memberships)) => {
                    ServiceAccountLists { accounts, memberships, workspaces: Some(of), refused: None }
                }
                Err(error) => ServiceAccountLists::refused(refusal(&error).ok_or(error)?),
            };
            Ok(Some(Box::new(lists) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(ServiceAccountLists::parse(snapshot)?))
    }
}
