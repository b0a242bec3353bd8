//! The lists of service accounts and of their memberships as they were read, and as a snapshot contains them; and which
//! of them the files need.

use std::collections::BTreeMap;

use bylaws_api as api;
use bylaws_engine::text::Text;
use bylaws_engine::{LiveWorkspaceRole, WorkspaceId};
use serde_json::{Map, Value, json};

use super::{LiveAccount, LiveServiceAccounts, SECTION};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, list, time};
use crate::workspace::matching::all_listed_with;

/// The list of memberships in snapshots.
const MEMBERSHIPS: &str = "workspace_service_accounts";

/// Returns the accounts and memberships, if the service listed them.
pub(crate) fn read(live: &Live) -> Option<&LiveServiceAccounts> {
    live.service_accounts.as_ref().filter(|live| live.refused.is_none())
}

/// Returns whether the files have anything to do with service accounts.
pub(crate) fn are_needed(desired: &Desired) -> bool {
    let are_named = desired.federation.as_ref().is_some_and(|federation| federation.rules.is_some());
    are_named
        || desired.service_accounts.is_some()
        || desired.open().any(|(_, open)| open.service_accounts.is_some())
}

/// Returns the live workspaces whose memberships the files list.
pub(super) fn workspaces(desired: &Desired, live: &Live) -> Vec<WorkspaceId> {
    all_listed_with(desired, live, |open| open.service_accounts.is_some())
}

/// The accounts, and the memberships of workspaces.
#[derive(Default)]
pub(super) struct ServiceAccountLists {
    pub(super) accounts: Vec<api::ServiceAccount>,
    pub(super) memberships: Vec<api::ServiceAccountWorkspaceMember>,
    /// The workspaces that were read; `None` for all of them, as in a snapshot.
    pub(super) workspaces: Option<Vec<WorkspaceId>>,
    /// Why the service refused them.
    pub(super) refused: Option<Text>,
}

impl ServiceAccountLists {
    pub(super) fn refused(reason: Text) -> Self {
        Self { refused: Some(reason), workspaces: Some(Vec::new()), ..Self::default() }
    }

    pub(super) fn parse(snapshot: &Map<String, Value>) -> serde_json::Result<Self> {
        if !snapshot.contains_key(SECTION) {
            return Ok(Self::refused("the snapshot does not contain them".into()));
        }
        let (accounts, memberships) = (list(snapshot, SECTION)?, list(snapshot, MEMBERSHIPS)?);
        Ok(Self { accounts, memberships, workspaces: None, refused: None })
    }
}

impl Lists for ServiceAccountLists {
    fn add_to(&self, live: &mut Live, credential: Option<&api::Credential>) {
        let all = || live.workspaces.iter().flat_map(|all| all.all.keys().cloned()).collect();
        let read: Vec<WorkspaceId> = self.workspaces.clone().unwrap_or_else(all);
        let mut accounts = LiveServiceAccounts {
            accounts: self.accounts.iter().map(|one| (one.id.as_str().to_owned(), account(one))).collect(),
            memberships: read.into_iter().map(|id| (id, BTreeMap::new())).collect(),
            refused: self.refused.clone(),
        };
        for one in &self.accounts {
            if let Some(account) = accounts.accounts.get_mut(one.id.as_str()) {
                account.in_use =
                    credential.is_some_and(|credential| credential.uses_service_account(&one.id));
            }
        }
        for membership in self.memberships.iter().filter(|membership| membership.is_explicit()) {
            let workspace = WorkspaceId::new(membership.workspace_id.as_str());
            let role = LiveWorkspaceRole::from_text(membership.workspace_role.as_str());
            let of = accounts.memberships.entry(workspace).or_default();
            of.insert(membership.service_account_id.as_str().to_owned(), role);
        }
        live.service_accounts = Some(accounts);
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        // Without the list, a plan with this snapshot says that the accounts are not known.
        if self.refused.is_some() {
            return;
        }
        let mut accounts: Vec<_> = self.accounts.iter().collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        let explicit = self.memberships.iter().filter(|membership| membership.is_explicit());
        let mut memberships: Vec<_> = explicit.collect();
        memberships.sort_by(|a, b| {
            (&a.workspace_id, &a.service_account_id).cmp(&(&b.workspace_id, &b.service_account_id))
        });
        snapshot.insert(SECTION.to_owned(), json!(accounts));
        if !memberships.is_empty() {
            snapshot.insert(MEMBERSHIPS.to_owned(), json!(memberships));
        }
    }
}

/// Returns an account of the service.
pub(super) fn account(account: &api::ServiceAccount) -> LiveAccount {
    LiveAccount {
        name: account.name.clone(),
        description: account.description.clone().unwrap_or_default(),
        role: account.organization_role.as_str().to_owned(),
        archived: account.archived_at.is_some(),
        in_use: false,
        created_at: time(&account.created_at),
    }
}
