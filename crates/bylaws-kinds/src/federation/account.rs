//! The service accounts that rules name.

use bylaws_engine::{ObjectName, Reference, WorkspaceLabel};

use crate::plan::Planner;
use crate::service_account::{SECTION, plan::address};
use crate::unlisted::Policy;

impl Planner<'_> {
    /// Returns the live service account with this id, under its live name.
    pub(super) fn account_called(&self, id: &str) -> Option<Reference> {
        let account = self.live_accounts()?.accounts.get(id)?;
        let address = address(&ObjectName::new(account.name.as_str()));
        Some(Reference { address, id: Some(id.to_owned()) })
    }

    /// Returns whether a service account is a member of a workspace after the plan; `None` if that is not known.
    pub(super) fn is_account_member(&self, account: &ObjectName, label: &WorkspaceLabel) -> Option<bool> {
        let open = self.desired.open_workspace(label);
        let listed = open.and_then(|open| open.service_accounts.as_ref());
        match listed.and_then(|listed| listed.get(account)) {
            Some(role) => Some(role.is_some()),
            None if listed.is_some() && self.desired.unlisted.of(SECTION) == Policy::Remove => Some(false),
            None => {
                let members = self.live_accounts()?.memberships.get(&self.live_place(label)?)?;
                let id = self.service_account(account)?.id;
                Some(id.is_some_and(|id| members.contains_key(&id)))
            }
        }
    }
}
