//! A minted access token: until when it is valid, and what it may do.

use jiff::Timestamp;

use crate::envelope::Refusal;
use crate::service_accounts;
use crate::state::State;

/// The scope that opens the Admin API.
pub(super) const ADMIN: &str = "org:admin";

/// What is known about a minted token, besides the token itself.
#[derive(Debug, Clone)]
pub(crate) struct Minted {
    pub(super) scope: String,
    pub(crate) service_account_id: String,
    pub(super) expires_at: Timestamp,
}

impl Minted {
    /// Refuses a request with this token if it has expired, or may not use the Admin API. What it may do is limited by
    /// its scope and by the role that its service account has now.
    pub(crate) fn check(&self, state: &State) -> Result<(), Refusal> {
        if self.expires_at <= state.now {
            return Err(Refusal::unauthenticated("The access token has expired."));
        }
        let account = service_accounts::find(state, &self.service_account_id).ok();
        let Some(account) = account.filter(|account| account.lifecycle.is_live()) else {
            return Err(Refusal::unauthenticated("The service account of the access token is archived."));
        };
        if !has_scope(&self.scope, ADMIN) {
            return Err(Refusal::forbidden("The access token does not have the scope org:admin."));
        }
        if account.organization_role != "admin" {
            return Err(Refusal::forbidden("The service account of the access token is not an admin."));
        }
        Ok(())
    }
}

/// Returns whether a list of scopes has one of them.
pub(super) fn has_scope(scopes: &str, wanted: &str) -> bool {
    scopes.split(' ').any(|scope| scope == wanted)
}
