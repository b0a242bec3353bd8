//! The service accounts in use, for the page.

use bylaws_kinds::Live;

use super::document::{Section, ServiceAccount};
use super::federation;
use super::names::{NOT_REQUESTED, sorted, workspace_name};

/// Returns the accounts with their memberships and the rules that act as them, sorted by name.
pub fn service_accounts(live: &Live) -> Section<Vec<ServiceAccount>> {
    let Some(read) = &live.service_accounts else { return Section::not_read(NOT_REQUESTED) };
    if let Some(why) = &read.refused {
        return Section::not_read(why.to_string());
    }
    let accounts = read.accounts.iter().filter(|(_, account)| !account.archived).map(|(id, account)| {
        let memberships = read.memberships.iter().filter_map(|(workspace, members)| {
            Some((workspace_name(live, Some(workspace.as_str())), members.get(id)?.to_string()))
        });
        ServiceAccount {
            name: account.name.clone(),
            id: id.clone(),
            description: account.description.clone(),
            role: account.role.clone(),
            memberships: sorted(memberships),
            rules: federation::rules_of(live, id),
        }
    });
    let mut accounts: Vec<_> = accounts.collect();
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Section::Read(accounts)
}
