//! `POST /v1/oauth/token`: exchanges an identity token for an access token.

use jiff::SignedDuration;
use serde_json::json;

use super::assertion::Assertion;
use super::checks;
use super::history::{Exchange, Outcome};
use super::minted::Minted;
use super::request::read;
use crate::envelope::{Answer, Refusal};
use crate::ids;
use crate::request::{Call, Query};
use crate::state::State;

/// Answers a request. All denials look the same; the history has the reason.
pub(crate) fn exchange(state: &mut State, call: &Call) -> Answer {
    if call.method != "POST" {
        return Err(Refusal::method_not_allowed(&call.method));
    }
    Query::parse(&call.query)?.finish()?;
    state.rest.kind.require_console()?;
    let wanted = read(call)?;
    let assertion = Assertion::parse(&wanted.assertion);
    let checked = checks::check(state, &wanted, assertion.as_ref());
    let issuer_id = checks::rule(state, &wanted).map(|rule| rule.issuer_id.clone());
    let claims = assertion.map(|assertion| assertion.claims);
    state.workloads.history.push(Exchange {
        at: state.now,
        federation_rule_id: wanted.rule_id,
        issuer_id,
        outcome: if checked.is_ok() { Outcome::Allowed } else { Outcome::Denied },
        reason: checked.as_ref().err().copied(),
        claims,
    });
    let grant = checked.map_err(|_| Refusal::unauthenticated("Authentication failed"))?;
    state.workloads.used.extend(grant.once);
    let number = (state.workloads.minted.len() + 1).to_string();
    let token = ids::id("sk-ant-oat01-workload-", &["minted token", &state.rest.organization.id, &number]);
    let lifetime = SignedDuration::from_secs(grant.lifetime);
    let minted = Minted {
        scope: grant.scope.clone(),
        service_account_id: grant.service_account_id,
        expires_at: state.now.checked_add(lifetime).unwrap_or(state.now),
    };
    state.workloads.minted.insert(token.clone(), minted);
    Ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": grant.lifetime,
        "scope": grant.scope,
    }))
}
