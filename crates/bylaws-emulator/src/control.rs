//! Control: what a test or rehearsal does besides the API, over HTTP under `/_emulator/` and in process.
//! Both call the functions here; none of it is logged or needs a credential.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State as Shares};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{self, MethodFilter, MethodRouter, any, post};
use serde_json::{Value, json};

use crate::clock::read_move;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::invites;
use crate::request::json_object;
use crate::seed::{Seed, SeedError};
use crate::service::Service;
use crate::state::State;
use crate::users::User;

type Shared = Shares<Arc<Service>>;

/// The maximum size of a seed in bytes: several times a dump of 100,000 memberships.
const LARGEST_SEED: usize = 256 * 1024 * 1024;

impl Service {
    /// Returns the organization as a seed.
    pub(crate) fn dump(&self) -> Seed {
        self.lock().state.dump()
    }

    /// Accepts an invite as the invited person does by e-mail.
    pub(crate) fn accept_invite(&self, id: &str) -> Result<User, Refusal> {
        self.lock().write(Duration::ZERO, |state| invites::accept(state, id))
    }
}

/// Returns the routes under `/_emulator/`.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let clear: Run = |service, _| {
        service.lock().ledger.clear();
        Ok(json!([]))
    };
    let all: [(&str, MethodFilter, Run); 8] = [
        ("/_emulator/state", MethodFilter::GET, |service, _| Ok(json!(service.dump()))),
        ("/_emulator/state", MethodFilter::PUT, load),
        ("/_emulator/ledger", MethodFilter::GET, |service, _| Ok(json!(service.lock().ledger))),
        ("/_emulator/ledger", MethodFilter::DELETE, clear),
        ("/_emulator/clock", MethodFilter::GET, |service, _| Ok(json!({"now": service.lock().state.now}))),
        ("/_emulator/clock", MethodFilter::POST, move_clock),
        ("/_emulator/faults", MethodFilter::PUT, set_faults),
        ("/_emulator/faults", MethodFilter::GET, |service, _| Ok(faults(service))),
    ];
    all.into_iter()
        .fold(Router::new(), |router, (path, method, run)| router.route(path, on(method, run)))
        .route("/_emulator/invites/{id}/accept", post(accept))
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

fn load(service: &Service, body: &[u8]) -> Answer {
    let state = State::new(Seed::from_json(text(body)?)?)?;
    service.lock().replace(state);
    Ok(json!(service.dump()))
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
