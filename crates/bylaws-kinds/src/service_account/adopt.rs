//! What the entry of a service account becomes so that it says what is live.

use bylaws_engine::ObjectName;

use super::lists::read;
use super::{LiveAccount, OrganizationAccountRole, ServiceAccount};
use crate::adopt::view::{Difference, View};
use crate::desired::Desired;

/// Adopts the description and the role of an account, or adds an entry for one.
pub(super) fn adopt(
    view: &View<'_>,
    desired: &mut Desired,
    name: &ObjectName,
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(live) = read(view.live) else {
        return refused();
    };
    let Some(accounts) = &mut desired.service_accounts else { return refused() };
    let [(_, account)] = live.named(name.as_str())[..] else {
        // The entry would create it.
        let is_new = live.named(name.as_str()).is_empty() && difference.is_change;
        return if is_new && accounts.remove(name).is_some() { Ok(()) } else { refused() };
    };
    match accounts.get_mut(name) {
        None => {
            let entry = listable(account).ok_or_else(|| difference.reason.clone())?;
            accounts.insert(name.clone(), entry);
        }
        Some(entry) if account.archived => *entry = ServiceAccount { archived: true, ..entry.plain() },
        Some(entry) => {
            let role = OrganizationAccountRole::parse(&account.role);
            let (description, keeps) = (entry.description.is_some(), entry.role.is_some());
            if keeps && role.is_none() {
                return refused();
            }
            *entry = ServiceAccount {
                description: description.then(|| account.description.clone()),
                role: role.filter(|_| keeps),
                ..entry.plain()
            };
        }
    }
    Ok(())
}

impl ServiceAccount {
    /// Returns the entry without any field but its id.
    fn plain(&self) -> Self {
        Self { id: self.id.clone(), ..Self::default() }
    }
}

/// Returns the entry of an account that is not archived, as an import writes it; `None` if files cannot contain it.
pub(super) fn listable(account: &LiveAccount) -> Option<ServiceAccount> {
    let role = OrganizationAccountRole::parse(&account.role)?;
    Some(ServiceAccount {
        id: None,
        description: (!account.description.is_empty()).then(|| account.description.clone()),
        role: (role != OrganizationAccountRole::Developer).then_some(role),
        archived: account.archived,
    })
}
