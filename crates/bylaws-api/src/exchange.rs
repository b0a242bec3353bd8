//! Exchanges an identity token for an access token, when that is first needed and before it ends: `POST /v1/oauth/token`
//! (`docs/service-behaviour.md#token-exchange`).

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::access_token::{RESERVE, Token};
use crate::authorization::Authorization;
use crate::error::{ErrorBody, ErrorDetails, ExchangeProblem};
use crate::failure::{self, Course};
use crate::federation::Federation;
use crate::identity_token::{IdentityClaims, IdentitySource, IdentityToken, InvalidIdentityToken};
use crate::request::Call;
use crate::retry::{Decision, backoff, decide};
use crate::token_source::TokenSource;
use crate::transport::Transport;
use crate::tried::{Failed, Head};
use crate::{Cause, Config, Error, ErrorKind, Notice, Replay, Request, WorkspaceId};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The beta names that the official clients send.
const BETAS: &str = "oauth-2025-04-20,oidc-federation-2026-04-01";
/// The scope that the Admin API needs.
const SCOPE: &str = "org:admin";
/// The maximum number of attempts.
const ATTEMPTS: u32 = 3;

#[derive(Serialize)]
struct Body<'a> {
    grant_type: &'static str,
    assertion: &'a str,
    federation_rule_id: &'a str,
    organization_id: &'a str,
    service_account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_id: Option<&'a str>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    token_type: String,
    expires_in: u64,
    #[serde(default)]
    scope: String,
}

/// Sends exchanges with the settings of a client.
pub(crate) struct Exchange {
    transport: Transport,
    config: Config,
}

/// Why an attempt failed, and the wait before the next one; `None` for the last attempt.
type Trouble = (Error, Option<Duration>);

impl Exchange {
    pub(crate) fn new(transport: &Transport, config: &Config) -> Self {
        Self { transport: transport.for_exchange(), config: config.clone() }
    }

    /// Returns a token that a request can be sent with, after an exchange if it is time for one. Requests that wait for
    /// the same exchange share its result.
    pub(crate) async fn token(&self, source: &TokenSource, is_write: bool) -> Result<Arc<Token>, Error> {
        if let Some(token) = source.current().filter(|token| !token.is_due()) {
            return Ok(token);
        }
        let mut renewal = source.renewal.lock().await;
        let former = source.current();
        // Another request may have renewed it in the meantime.
        if let Some(token) = former.clone().filter(|token| !token.is_due()) {
            return Ok(token);
        }
        let renewed = match renewal.pause() {
            Some(error) => Err(error),
            None => {
                let last = former.clone().or_else(|| renewal.rejected.clone());
                let renewed = self.run(&source.federation, last.as_deref(), &mut renewal.denied).await;
                renewal.ended(&renewed);
                renewed
            }
        };
        match (renewed, former) {
            (Ok(token), _) => {
                let token = Arc::new(token);
                source.set(Some(Arc::clone(&token)));
                Ok(token)
            }
            (Err(_), Some(former)) if former.is_usable(is_write) => Ok(former),
            (Err(error), _) => Err(error),
        }
    }

    /// Exchanges an identity token. `former` is the token to renew, and `denied` an identity token that the service
    /// denied before, which is not sent again.
    async fn run(
        &self,
        federation: &Federation,
        former: Option<&Token>,
        denied: &mut Option<SecretString>,
    ) -> Result<Token, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (error, wait) = match self.attempt(federation, attempt, former, denied).await {
                Ok(token) => return Ok(token),
                Err(trouble) => trouble,
            };
            let Some(duration) = wait.filter(|wait| attempt < ATTEMPTS && *wait <= self.config.max_wait)
            else {
                return Err(error);
            };
            if let Some(listener) = &self.config.notices {
                listener(Notice { duration, reason: "no access token".to_owned(), attempt });
            }
            tokio::time::sleep(duration).await;
        }
    }

    async fn attempt(
        &self,
        federation: &Federation,
        attempt: u32,
        former: Option<&Token>,
        denied: &mut Option<SecretString>,
    ) -> Result<Token, Trouble> {
        let identity = self.identity(&federation.identity, attempt).await?;
        if denied.as_ref().is_some_and(|denied| identity.is(denied)) {
            return Err((cannot_renew(None), None));
        }
        identity.hide(&self.transport.secrets);
        let workspace_id = federation.workspace.as_ref().map(WorkspaceId::as_str);
        let request: Request<Granted> = Request::post(&["token"], Replay::Safe)
            .under("/v1/oauth/")
            .with_beta(Some(BETAS))
            .with_body(&Body {
                grant_type: GRANT,
                assertion: identity.secret.expose_secret(),
                federation_rule_id: federation.rule.as_str(),
                organization_id: federation.organization.as_str(),
                service_account_id: federation.service_account.as_str(),
                workspace_id,
            });
        let course = course(&request, attempt);
        let start = Instant::now();
        match self.transport.attempt(&request, &course.path, None).await {
            Ok((head, body)) => {
                self.granted(&course, &head, &body, start, federation, identity).map_err(|e| (e, None))
            }
            Err(failed) => {
                let is_denied = failed.head().is_some_and(|head| head.status == 401);
                if is_denied {
                    let is_again = former.is_some_and(|former| identity.is(&former.assertion));
                    *denied = Some(identity.secret);
                    let id = failed.head().and_then(|head| head.request_id.clone());
                    let error =
                        if is_again { cannot_renew(id) } else { of_denial(federation, id, identity.claims) };
                    return Err((error, None));
                }
                Err(refused(&course, failed, federation))
            }
        }
    }

    /// Returns a token to exchange: the runner makes a new one for each attempt.
    async fn identity(&self, source: &IdentitySource, attempt: u32) -> Result<IdentityToken, Trouble> {
        if let IdentitySource::GitHubActions(runner) = source {
            let failed = |why: &str, wait| {
                let what = format!("the GitHub runner did not make an identity token: {why}");
                (problem(ExchangeProblem::Runner, what, None), wait)
            };
            let token = runner.ask(&self.transport.secrets).await;
            let token =
                token.map_err(|none| failed(&none.why, none.may_pass.then(|| backoff(attempt, 0))))?;
            return IdentityToken::parse(token.expose_secret())
                .map_err(|error| failed(&format!("its token {error}"), None));
        }
        let stored = source.stored().unwrap_or(Err(InvalidIdentityToken::Empty));
        stored.map_err(|error| {
            (problem(ExchangeProblem::IdentityToken, format!("the identity token {error}"), None), None)
        })
    }

    fn granted(
        &self,
        course: &Course<'_>,
        head: &Head,
        body: &[u8],
        start: Instant,
        federation: &Federation,
        identity: IdentityToken,
    ) -> Result<Token, Error> {
        let odd = |why: &str| failure::of_odd_success(course, head, why.to_owned());
        let granted: Granted = serde_json::from_slice(body)
            .map_err(|_| odd("the answer of the token exchange does not have the documented shape"))?;
        if !granted.token_type.eq_ignore_ascii_case("bearer")
            || Authorization::bearer(granted.access_token.expose_secret()).is_none()
        {
            return Err(odd("the token exchange did not return a bearer token"));
        }
        self.transport.secrets.add(granted.access_token.expose_secret());
        let scope = self.transport.secrets.clean(&granted.scope);
        if !granted.scope.split(' ').any(|scope| scope == SCOPE) {
            let shown = if scope.is_empty() { "no scope" } else { &scope };
            let what = format!("rule {} grants {shown}; Bylaws needs {SCOPE}", federation.rule);
            return Err(problem(ExchangeProblem::WrongScope, what, None));
        }
        let lifetime = Duration::from_secs(granted.expires_in);
        if lifetime <= RESERVE {
            let what =
                format!("rule {} grants a token for {lifetime:?}, which is too short", federation.rule);
            return Err(problem(ExchangeProblem::TooShort, what, None));
        }
        let until = start.checked_add(lifetime).unwrap_or(start);
        let IdentityToken { secret: assertion, claims } = identity;
        Ok(Token { secret: granted.access_token, until, lifetime, scope, claims, assertion })
    }
}

fn course(call: &Call, sent: u32) -> Course<'_> {
    Course { call, path: call.display_path(), sent, counted: sent, lost: false, progress: 0 }
}

/// Returns the error of an attempt that was not denied, and the wait before the next one.
fn refused(course: &Course<'_>, failed: Failed, federation: &Federation) -> Trouble {
    let status = failed.head().map_or(0, |head| head.status);
    let asked = failed.head().and_then(|head| head.retry_after);
    let is_web_page = failed.head().is_some_and(|head| head.is_web_page);
    let decision = if status == 400 { Decision::Final } else { decide(&failed, Replay::Safe) };
    let lasts =
        matches!(&failed, Failed::NotSent(none) if none.cause.as_ref().is_some_and(Cause::is_lasting));
    let again = decision == Decision::Again && !lasts;
    let wait = again.then(|| asked.unwrap_or_else(|| backoff(course.sent, 0)));
    let error = failure::of_try(course, failed, decision, None);
    if is_web_page || !matches!(status, 400..=499) || matches!(status, 408 | 429) {
        return (error, wait);
    }
    // Not the kinds of the Admin API: nothing was asked of it, so nothing was refused or not found there.
    let mut details = ErrorDetails::clone(&error);
    details.kind = ErrorKind::Exchange;
    details.exchange = Some(ExchangeProblem::Refused);
    details.what = format!("the service refused the token exchange for rule {}", federation.rule);
    (Error::new(details), wait)
}

fn of_denial(federation: &Federation, request_id: Option<String>, sent: IdentityClaims) -> Error {
    let what = format!("the service denied the token exchange for rule {}", federation.rule);
    problem(ExchangeProblem::Denied(sent), what, request_id)
}

fn cannot_renew(request_id: Option<String>) -> Error {
    let what = "the credential expired and the identity token cannot be exchanged again";
    problem(ExchangeProblem::CannotRenew, what.to_owned(), request_id)
}

fn problem(problem: ExchangeProblem, what: String, request_id: Option<String>) -> Error {
    let body = ErrorBody { request_id, ..ErrorBody::default() };
    Error::new(ErrorDetails {
        kind: ErrorKind::Exchange,
        what,
        body,
        exchange: Some(problem),
        ..ErrorDetails::default()
    })
}
