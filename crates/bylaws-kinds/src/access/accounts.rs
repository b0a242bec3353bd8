//! The access of service accounts: their memberships of workspaces, and that of the default workspace, which every account
//! has.

use std::collections::BTreeMap;

use bylaws_engine::access::{Because, Grant, Holder, Place, PlaceKind, Presence, Source, Who, strength};
use bylaws_engine::{LiveWorkspaceRole, ObjectName, OrganizationRole, WorkspaceRole};

use super::grant::holder;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::service_account::lists::read;
use crate::service_account::plan::address;
use crate::workspace_service_account::AccountRole;

/// Returns the live access of each account.
pub(super) fn held(live: &Live, desired: Option<&Desired>, places: &[Place]) -> Vec<(Who, Holder)> {
    let Some(accounts) = read(live) else { return Vec::new() };
    let held = |(id, account): (&String, &crate::service_account::LiveAccount)| {
        // Names that are not unique are not expected.
        let is_unique = accounts.named(&account.name).len() == 1;
        let name = ObjectName::new(if is_unique { account.name.as_str() } else { id });
        let role = Some(OrganizationRole::from_text(&account.role));
        let explicit = |place: &Place| {
            let role = accounts.memberships.get(place.id.as_ref()?)?.get(id)?.clone();
            let open = place.label.as_ref().and_then(|label| desired?.open_workspace(label));
            let line =
                open.and_then(|open| open.service_accounts.as_ref()).and_then(|lines| lines.get(&name));
            let because = match (desired, line) {
                (None, _) => Because::Membership,
                (Some(_), Some(line))
                    if line.map(AccountRole::role) == WorkspaceRole::from_text(role.as_str()) =>
                {
                    Because::Line
                }
                (Some(_), Some(_)) => Because::Drift,
                (Some(_), None) => Because::Unlisted,
            };
            Some(Source { because, role })
        };
        account_of(&name, role, places.iter().map(|place| (place.kind, explicit(place))))
    };
    accounts.accounts.iter().filter(|(_, account)| !account.archived).map(held).collect()
}

/// Returns the access that the files ask for.
pub(super) fn wanted(desired: &Desired, open: &[(Place, &OpenWorkspace)]) -> Vec<(Who, Holder)> {
    let mut roles: BTreeMap<&ObjectName, Option<OrganizationRole>> = BTreeMap::new();
    for (name, account) in
        desired.service_accounts.iter().flatten().filter(|(_, account)| !account.is_archived())
    {
        roles.insert(name, account.role.map(|role| OrganizationRole::from_text(role.as_str())));
    }
    if desired.service_accounts.is_none() {
        // Accounts that are named only in workspaces have a role that the files do not know.
        let lines = open.iter().flat_map(|(_, open)| open.service_accounts.iter().flatten());
        roles.extend(lines.map(|(name, _)| (name, None)));
    }
    let wanted = |(name, role): (&ObjectName, Option<OrganizationRole>)| {
        let explicit = |open: &OpenWorkspace| {
            let role = (*open.service_accounts.as_ref()?.get(name)?)?;
            Some(Source { because: Because::Line, role: LiveWorkspaceRole::Known(role.role()) })
        };
        account_of(name, role, open.iter().map(|(place, open)| (place.kind, explicit(open))))
    };
    roles.into_iter().map(wanted).collect()
}

/// Returns an account with its explicit memberships, one for each place.
fn account_of(
    name: &ObjectName,
    role: Option<OrganizationRole>,
    explicit: impl Iterator<Item = (PlaceKind, Option<Source>)>,
) -> (Who, Holder) {
    let mut account = holder(None, Presence::Account, role);
    for (at, (kind, explicit)) in explicit.enumerate() {
        let implied = Source {
            because: Because::OrganizationRole,
            role: LiveWorkspaceRole::Known(WorkspaceRole::User),
        };
        let implied = (kind == PlaceKind::Default).then_some(implied);
        let mut sources: Vec<Source> = explicit.into_iter().chain(implied).collect();
        sources.sort_by_key(|source| std::cmp::Reverse(strength(&source.role)));
        if let Some(first) = sources.first() {
            account.grants.insert(at, Grant { role: first.role.clone(), sources });
        }
    }
    (Who::Object(address(name)), account)
}
