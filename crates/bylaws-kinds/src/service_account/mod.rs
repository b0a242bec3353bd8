//! Service accounts: identities for programs. The service knows them by names that never change and stay in use after
//! an account is archived.

mod activities;
mod adopt;
pub(crate) mod lists;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
pub(crate) mod syntax;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Fact, Facts, LiveWorkspaceRole, WorkspaceId, words};
use jiff::Timestamp;

use crate::files::scalars;

/// The key of the section, in files, under `unlisted` and of a blocked section.
pub(crate) const SECTION: &str = "service_accounts";

/// One entry under `service_accounts:`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceAccount {
    /// The id of the live account, `svac_…`.
    pub id: Option<String>,
    /// What the account is for; `None` if the files do not manage it.
    pub description: Option<String>,
    /// The role in the organization; `None` if the files do not manage it.
    pub role: Option<OrganizationAccountRole>,
    /// Whether the account is wanted archived, which is permanent.
    pub archived: bool,
}

impl ServiceAccount {
    /// Returns whether the account is wanted archived.
    pub fn is_archived(&self) -> bool {
        self.archived
    }
}

words!(
    /// The role of a service account in the organization.
    OrganizationAccountRole {
        /// Can use the API in its workspaces.
        Developer = "developer",
        /// Can manage the organization.
        Admin = "admin",
    }
);

/// The service accounts of the organization, and their memberships of workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveServiceAccounts {
    /// The accounts by id, archived ones included.
    pub accounts: BTreeMap<String, LiveAccount>,
    /// The explicit memberships of each workspace that was read, by the id of the account.
    pub memberships: BTreeMap<WorkspaceId, BTreeMap<String, LiveWorkspaceRole>>,
    /// Why the service refused the lists, if it did.
    pub refused: Option<Text>,
}

/// A live service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveAccount {
    /// The name.
    pub name: String,
    /// What the account is for; empty if nothing is said.
    pub description: String,
    /// The role in the organization, in the service's word.
    pub role: String,
    /// Whether the account is archived, which is permanent.
    pub archived: bool,
    /// Whether the credential of this run acts as the account.
    pub in_use: bool,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
}

impl LiveServiceAccounts {
    /// Returns the accounts with a name, archived ones included: one at most, if the service is right.
    pub(crate) fn named(&self, name: &str) -> Vec<(&String, &LiveAccount)> {
        self.accounts.iter().filter(|(_, account)| account.name == name).collect()
    }
}

/// Returns whether files can list an account with this name and role.
pub(crate) fn is_listable(account: &LiveAccount) -> bool {
    scalars::is_plain_name(&account.name) && adopt::listable(account).is_some()
}

/// Returns a description as plans compare it: the service treats an empty one as none.
fn description(text: &str) -> Fact {
    if text.is_empty() { Fact::Null } else { Fact::Text(text.to_owned()) }
}

/// Returns every field of a live account.
fn facts(account: &LiveAccount) -> Facts {
    let text = |text: &str| Fact::Text(text.to_owned());
    Facts(BTreeMap::from([
        ("name", text(&account.name)),
        ("description", description(&account.description)),
        ("organization_role", text(&account.role)),
        ("state", text(if account.archived { "archived" } else { "active" })),
    ]))
}
