//! Checks credentials (`docs/service-behaviour.md#wire-and-credentials`). Never repeats, prints or keeps
//! what a request sent.

use crate::envelope::Refusal;
use crate::organization::OrganizationKind;
use crate::request::Call;
use crate::state::State;

/// Accepts only the credentials `only` if there are any, otherwise anything that looks like a valid one. A minted token
/// is always known, and limited.
pub(crate) fn check(only: &[String], call: &Call, state: &State) -> Result<(), Refusal> {
    if let Some(minted) = call.token().and_then(|token| state.workloads.minted(token)) {
        return minted.check(state);
    }
    // The service accepts keys in either header, but tokens only as bearer tokens.
    let (sent, bearer) = match (call.header("x-api-key"), call.bearer()) {
        (Some(key), _) => (key, false),
        (None, Some(token)) => (token, true),
        (None, None) => {
            return Err(Refusal::unauthenticated("x-api-key or authorization header is required."));
        }
    };
    let is_token = sent.starts_with("sk-ant-oat");
    let is_known = if only.is_empty() {
        is_token
            || sent.starts_with("sk-ant-admin")
            || (state.rest.kind == OrganizationKind::Enterprise && sent.starts_with("sk-ant-api01-"))
    } else {
        only.iter().any(|one| one == sent)
    };
    if is_known && (bearer || !is_token) {
        Ok(())
    } else {
        Err(Refusal::unauthenticated("The credential is not valid here."))
    }
}
