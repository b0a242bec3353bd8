//! What a rule gives out, compared with the memberships of its account.

use super::Scope;
use crate::workspace_service_account::AccountRole;

/// Returns whether scopes give more than these memberships allow. A role that this version does not know may allow
/// everything; without memberships, nothing can be said.
pub(crate) fn exceeds(mut scopes: impl Iterator<Item = Scope>, roles: &[Option<AccountRole>]) -> bool {
    let is_user = |role: &Option<AccountRole>| *role == Some(AccountRole::User);
    !roles.is_empty() && roles.iter().all(is_user) && scopes.any(|scope| scope == Scope::Developer)
}
