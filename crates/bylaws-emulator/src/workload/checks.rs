//! Whether an identity token is exchanged, by the rule that the request names. Changes nothing.

use serde_json::{Map, Value};

use super::assertion::Assertion;
use super::history::Reason;
use super::minted::{ADMIN, has_scope};
use super::request::Wanted;
use super::signature::{Algorithm, is_for};
use super::test_issuer;
use crate::federation_issuers::FederationIssuer;
use crate::federation_rules::FederationRule;
use crate::rule_match::RuleMatch;
use crate::service_accounts;
use crate::state::State;
use crate::workspace_service_accounts;
use crate::workspaces::Workspace;

/// How far the clocks of the issuer and of the service may differ, in seconds.
const LEEWAY: i64 = 30;
/// The shortest lifetime of a minted token in seconds.
const SHORTEST: i64 = 60;

/// An exchange that is allowed.
pub(super) struct Grant {
    pub(super) scope: String,
    pub(super) service_account_id: String,
    /// In seconds.
    pub(super) lifetime: i64,
    /// The id of the identity token, if it can be exchanged only once.
    pub(super) once: Option<(String, String)>,
}

/// Returns what a token may be exchanged for. `token` is `None` if it cannot be read.
pub(super) fn check(state: &State, wanted: &Wanted, token: Option<&Assertion<'_>>) -> Result<Grant, Reason> {
    let rule = rule(state, wanted).ok_or(Reason::RuleNotFound)?;
    let issuer = issuer(state, rule).ok_or(Reason::RuleNotFound)?;
    if !rule.lifecycle.is_live() {
        return Err(Reason::RuleArchived);
    }
    if !issuer.lifecycle.is_live() {
        return Err(Reason::IssuerArchived);
    }
    let token = token.ok_or(Reason::AssertionMalformed)?;
    if token.text("iss") != Some(&issuer.issuer_url) {
        return Err(Reason::IssuerMismatch);
    }
    check_signature(issuer, token)?;
    let left = check_times(state.now.as_second(), i64::from(issuer.max_jwt_lifetime_seconds), token)?;
    check_match(&rule.matching, token)?;
    check_account(state, wanted, rule)?;
    let once = match token.claims.get("jti").filter(|_| issuer.check_jti) {
        Some(Value::String(jti)) => Some((issuer.id.clone(), jti.clone())),
        Some(_) => return Err(Reason::AssertionMalformed),
        None => None,
    };
    if once.as_ref().is_some_and(|id| state.workloads.used.contains(id)) {
        return Err(Reason::JtiReused);
    }
    Ok(Grant {
        scope: rule.oauth_scope.clone(),
        service_account_id: rule.target.service_account_id.clone(),
        lifetime: i64::from(rule.token_lifetime_seconds).min(left.saturating_mul(2)).max(SHORTEST),
        once,
    })
}

/// Returns the rule that a request names, in the organization that it names.
pub(super) fn rule<'a>(state: &'a State, wanted: &Wanted) -> Option<&'a FederationRule> {
    let is_here = wanted.organization_id == state.rest.organization.id;
    state.rest.federation_rules.iter().find(|rule| is_here && rule.id == wanted.rule_id)
}

fn issuer<'a>(state: &'a State, rule: &FederationRule) -> Option<&'a FederationIssuer> {
    state.rest.federation_issuers.iter().find(|issuer| issuer.id == rule.issuer_id)
}

fn check_signature(issuer: &FederationIssuer, token: &Assertion<'_>) -> Result<(), Reason> {
    let name = token.header("alg").unwrap_or_default();
    let algorithm = Algorithm::named(name).ok_or(Reason::UnsupportedAlgorithm)?;
    let id = token.header("kid").ok_or(Reason::KeyNotFound)?;
    let is_it =
        |jwk: &&Map<String, Value>| jwk.get("kid").and_then(Value::as_str) == Some(id) && is_for(jwk, name);
    let keys = test_issuer::keys_of(issuer);
    let mut keys = keys.iter().filter(is_it).filter_map(|jwk| algorithm.key(jwk)).peekable();
    keys.peek().ok_or(Reason::KeyNotFound)?;
    let is_signed = keys.any(|key| key.verifies(token.signed, &token.signature));
    if is_signed { Ok(()) } else { Err(Reason::SignatureInvalid) }
}

/// Checks the times, and returns how many seconds the token has left.
fn check_times(now: i64, longest: i64, token: &Assertion<'_>) -> Result<i64, Reason> {
    let required = |name: &str| token.seconds(name).ok_or(Reason::AssertionMalformed);
    let (issued, end) = (required("iat")?, required("exp")?);
    let begin = if token.claims.contains_key("nbf") { required("nbf")? } else { issued };
    if end.saturating_add(LEEWAY) <= now {
        return Err(Reason::Expired);
    }
    if issued.max(begin) > now.saturating_add(LEEWAY) {
        return Err(Reason::NotYetValid);
    }
    if end.saturating_sub(issued) > longest {
        return Err(Reason::LifetimeExceeded);
    }
    Ok(end.saturating_sub(now))
}

fn check_match(wanted: &RuleMatch, token: &Assertion<'_>) -> Result<(), Reason> {
    let subject =
        token.text("sub").filter(|subject| !subject.is_empty()).ok_or(Reason::AssertionMalformed)?;
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(prefix) => subject.starts_with(prefix),
        None => subject == pattern,
    };
    if !wanted.subject_prefix.as_ref().is_none_or(fits) {
        return Err(Reason::MatchSubjectPrefix);
    }
    if !wanted.audience.as_ref().is_none_or(|audience| token.is_for(audience)) {
        return Err(Reason::MatchAudience);
    }
    let mut claims = wanted.claims.iter().flatten();
    if !claims.all(|(name, value)| token.text(name) == Some(value)) {
        return Err(Reason::MatchClaims);
    }
    if wanted.condition.is_some() {
        return Err(Reason::ConditionNotSupported);
    }
    Ok(())
}

/// Checks the service account, and its membership in the workspace of the exchange.
fn check_account(state: &State, wanted: &Wanted, rule: &FederationRule) -> Result<(), Reason> {
    let id = &rule.target.service_account_id;
    let is_live = service_accounts::find(state, id).is_ok_and(|account| account.lifecycle.is_live());
    if wanted.service_account_id != *id || !is_live {
        return Err(Reason::ServiceAccountMismatch);
    }
    let Some(workspace) = workspace(state, wanted.workspace_id.as_deref(), rule)? else { return Ok(()) };
    if workspace_service_accounts::is_member(state, &workspace, id) {
        Ok(())
    } else {
        Err(Reason::NotAMember)
    }
}

/// Returns the workspace of the exchange. If the request names none, it is the only one of the rule, or else the default
/// workspace if the rule covers it. A rule for the organization needs none if it has none.
fn workspace(state: &State, named: Option<&str>, rule: &FederationRule) -> Result<Option<String>, Reason> {
    let (enabled, default) = (rule.enabled(), &state.default_workspace);
    let covers = |id: &String| rule.applies_to_all_workspaces || enabled.contains(id);
    let id = match (named, enabled.as_slice()) {
        (Some("default"), _) => default.clone(),
        (Some(id), _) => id.to_owned(),
        (None, [one]) if !rule.applies_to_all_workspaces => one.clone(),
        (None, _) if covers(default) => default.clone(),
        (None, []) if has_scope(&rule.oauth_scope, ADMIN) => return Ok(None),
        (None, []) => return Err(Reason::WorkspaceNotEnabled),
        (None, _) => return Err(Reason::WorkspaceIdRequired),
    };
    let is_open = state.workspaces.get(&id).is_some_and(Workspace::is_open);
    if is_open && covers(&id) { Ok(Some(id)) } else { Err(Reason::WorkspaceNotEnabled) }
}
