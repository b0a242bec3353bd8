//! Control: what a test or rehearsal does besides the API, over HTTP under `/_emulator/` and in process.
//! Both call the functions here; none of it is logged or needs a credential.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State as Shares};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{self, MethodFilter, MethodRouter, any, get, post, put};
use serde_json::{Value, json};

use crate::clock::read_move;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::feed::{Actor, ComplianceSettings, FeedOptions};
use crate::invites;
use crate::request::{Query, json_object};
use crate::seed::{Seed, SeedError};
use crate::service::Service;
use crate::state::State;
use crate::users::User;
use crate::workload;

type Shared = Shares<Arc<Service>>;

/// The maximum size of a seed in bytes: several times a dump of 100,000 memberships.
const LARGEST_SEED: usize = 256 * 1024 * 1024;

impl Service {
    /// Accepts an invite as the invited person does by e-mail.
    pub(crate) fn accept_invite(&self, id: &str) -> Result<User, Refusal> {
        self.lock().write(Duration::ZERO, |state| {
            let user = invites::accept(state, id)?;
            state.accepted(id, (&user.email, &user.id));
            Ok(user)
        })
    }

    /// Replaces the organization in somebody's name: the Activity Feed stays, and has the differences.
    pub(crate) fn load_as(&self, seed: Seed, actor: &str) -> Result<(), Refusal> {
        let mut state = State::new(seed)?;
        let mut shared = self.lock();
        let actor = Actor::named(&shared.state, actor)?;
        state.follows(&shared.state, &actor);
        shared.replace(state);
        Ok(())
    }
}

/// Returns the routes under `/_emulator/`.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let clear: Run = |service, _| {
        service.lock().ledger.clear();
        Ok(json!([]))
    };
    let all: [(&str, MethodFilter, Run); 11] = [
        ("/_emulator/state", MethodFilter::GET, |service, _| Ok(json!(service.lock().state.dump()))),
        ("/_emulator/feed", MethodFilter::GET, |service, _| Ok(feed(service))),
        ("/_emulator/feed", MethodFilter::PUT, set_feed),
        ("/_emulator/ledger", MethodFilter::GET, |service, _| Ok(json!(service.lock().ledger))),
        ("/_emulator/ledger", MethodFilter::DELETE, clear),
        ("/_emulator/clock", MethodFilter::GET, |service, _| Ok(json!({"now": service.lock().state.now}))),
        ("/_emulator/clock", MethodFilter::POST, move_clock),
        ("/_emulator/faults", MethodFilter::PUT, set_faults),
        ("/_emulator/faults", MethodFilter::GET, |service, _| Ok(faults(service))),
        ("/_emulator/federation/history", MethodFilter::GET, |service, _| {
            Ok(workload::history(&service.lock().state))
        }),
        ("/_emulator/oidc/claims", MethodFilter::PUT, |service, body| {
            workload::set_claims(&mut service.lock().state, json_object(body)?)
        }),
    ];
    all.into_iter()
        .fold(Router::new(), |router, (path, method, run)| router.route(path, on(method, run)))
        .route("/_emulator/state", put(load))
        .route("/_emulator/invites/{id}/accept", post(accept))
        .route("/_emulator/oidc/token", get(identity_token))
        .route("/_emulator/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_SEED))
        .with_state(service)
}

/// Makes an answer of the body of a request.
type Run = fn(&Service, &[u8]) -> Answer;

/// Answers one method with what `run` returns.
fn on(method: MethodFilter, run: Run) -> MethodRouter<Arc<Service>> {
    routing::on(method, move |Shares(service): Shared, body: Bytes| async move {
        let answer = run(&service, &body);
        service.reply(answer)
    })
}

/// Replaces the organization, by another one or in the name of `actor`.
async fn load(Shares(service): Shared, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let load = || {
        let seed = Seed::from_json(text(&body)?)?;
        let mut query = Query::parse(&query.unwrap_or_default())?;
        let actor = query.one("actor")?;
        query.finish()?;
        match actor {
            Some(actor) => service.load_as(seed, &actor)?,
            None => service.lock().replace(State::new(seed)?),
        }
        Ok(json!(service.lock().state.dump()))
    };
    let answer = load();
    service.reply(answer)
}

fn feed(service: &Service) -> Value {
    let shared = service.lock();
    let FeedOptions { delay, repeats, has_scope } = shared.state.feed.options;
    json!({
        "recording": shared.state.records(),
        "delay_ms": u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        "repeats": repeats,
        "has_scope": has_scope,
        "activities": shared.state.feed.activities().collect::<Vec<_>>(),
    })
}

fn set_feed(service: &Service, body: &[u8]) -> Answer {
    let mut body = json_object(body)?;
    let state = &mut service.lock().state;
    let FeedOptions { delay, repeats, has_scope } = state.feed.options;
    let options = FeedOptions {
        delay: body.nullable_count("delay_ms")?.map_or(delay, Duration::from_millis),
        repeats: body.nullable_flag("repeats")?.unwrap_or(repeats),
        has_scope: body.nullable_flag("has_scope")?.unwrap_or(has_scope),
    };
    let recording = body.nullable_flag("recording")?;
    body.finish()?;
    state.feed.options = options;
    if let Some(recording) = recording {
        state.rest.compliance_settings = Some(ComplianceSettings::new(recording));
    }
    Ok(json!({}))
}

fn move_clock(service: &Service, body: &[u8]) -> Answer {
    let state = &mut service.lock().state;
    let to = read_move(json_object(body)?, state.now)?;
    Ok(json!({"now": state.set_clock(to)}))
}

fn set_faults(service: &Service, body: &[u8]) -> Answer {
    let rules = FaultRule::list_from_json(text(body)?);
    let rules = rules.map_err(|error| Refusal::invalid(error.to_string()))?;
    service.lock().faults = Faults::new(rules);
    Ok(faults(service))
}

fn faults(service: &Service) -> Value {
    service.lock().faults.rules().map(|rule| json!(rule)).collect()
}

fn text(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|_| Refusal::invalid("The request body is not UTF-8."))
}

async fn accept(Shares(service): Shared, Path(id): Path<String>) -> Response {
    service.reply(service.accept_invite(&id).map(|user| json!(user)))
}

async fn identity_token(Shares(service): Shared, RawQuery(query): RawQuery) -> Response {
    let query = Query::parse(&query.unwrap_or_default());
    let answer = query.and_then(|query| workload::token(&mut service.lock().state, query));
    service.reply(answer)
}

async fn unknown(Shares(service): Shared) -> Response {
    service.reply(Err(Refusal::not_found("Control path")))
}

async fn wrong_method(Shares(service): Shared, method: Method) -> Response {
    service.reply(Err(Refusal::method_not_allowed(method.as_str())))
}

impl From<SeedError> for Refusal {
    fn from(error: SeedError) -> Self {
        Self::invalid(error.to_string())
    }
}
