//! Control: what a test or rehearsal does besides the API, over HTTP under `/_emulator/` and in process.
//! Both call the functions here; none of it is logged or needs a credential.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State as Shares};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post, put};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Move;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::invites;
use crate::object::Object;
use crate::response::response;
use crate::seed::{Seed, SeedError};
use crate::service::{Sending, Service};
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

    /// Replaces the organization. The request log is kept.
    pub(crate) fn load(&self, seed: Seed) -> Result<(), SeedError> {
        let state = State::new(seed)?;
        self.lock().replace(state);
        Ok(())
    }

    /// Accepts an invite as the invited person does by e-mail.
    pub(crate) fn accept_invite(&self, id: &str) -> Result<User, Refusal> {
        self.lock().write(Duration::ZERO, |state| invites::accept(state, id))
    }

    /// Moves the clock and applies the new time to invites and keys.
    pub(crate) fn move_clock(&self, how: Move) -> Result<Timestamp, Refusal> {
        self.lock().state.move_clock(how)
    }

    /// Replaces all fault rules and restarts their counts.
    pub(crate) fn set_faults(&self, rules: Vec<FaultRule>) {
        self.lock().faults = Faults::new(rules);
    }

    fn faults(&self) -> Value {
        self.lock().faults.rules().map(FaultRule::to_value).collect()
    }
}

/// Returns the routes under `/_emulator/`.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/_emulator/state", get(dump).put(load))
        .route("/_emulator/ledger", get(ledger).delete(clear))
        .route("/_emulator/invites/{id}/accept", post(accept))
        .route("/_emulator/clock", get(clock).post(move_clock))
        .route("/_emulator/faults", put(set_faults).get(faults))
        .route("/_emulator/{*rest}", axum::routing::any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_SEED))
        .with_state(service)
}

async fn dump(Shares(service): Shared) -> Response {
    reply(&service, Ok(json!(service.dump())))
}

async fn load(Shares(service): Shared, body: Bytes) -> Response {
    let seed = text(&body).and_then(|text| Ok(Seed::from_json(text)?));
    let answer = seed.and_then(|seed| Ok(service.load(seed)?)).map(|()| json!(service.dump()));
    reply(&service, answer)
}

async fn ledger(Shares(service): Shared) -> Response {
    let entries = json!(service.lock().ledger.entries());
    reply(&service, Ok(entries))
}

async fn clear(Shares(service): Shared) -> Response {
    service.lock().ledger.clear();
    reply(&service, Ok(json!([])))
}

async fn accept(Shares(service): Shared, Path(id): Path<String>) -> Response {
    let answer = service.accept_invite(&id).map(|user| json!(user));
    reply(&service, answer)
}

async fn clock(Shares(service): Shared) -> Response {
    let now = service.lock().state.now;
    reply(&service, Ok(json!({"now": now})))
}

async fn move_clock(Shares(service): Shared, body: Bytes) -> Response {
    let how = object(&body).and_then(Move::read);
    let answer = how.and_then(|how| service.move_clock(how)).map(|now| json!({"now": now}));
    reply(&service, answer)
}

async fn faults(Shares(service): Shared) -> Response {
    reply(&service, Ok(service.faults()))
}

async fn set_faults(Shares(service): Shared, body: Bytes) -> Response {
    let rules = text(&body).and_then(|text| {
        FaultRule::list_from_json(text).map_err(|error| Refusal::invalid(error.to_string()))
    });
    let answer = rules.map(|rules| {
        service.set_faults(rules);
        service.faults()
    });
    reply(&service, answer)
}

async fn unknown(Shares(service): Shared) -> Response {
    reply(&service, Err(Refusal::not_found("Control path")))
}

async fn wrong_method(Shares(service): Shared, method: Method) -> Response {
    reply(&service, Err(Refusal::method_not_allowed(method.as_str())))
}

impl From<SeedError> for Refusal {
    fn from(error: SeedError) -> Self {
        Self::invalid(error.to_string())
    }
}

fn text(body: &Bytes) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|_| Refusal::invalid("The request body is not UTF-8."))
}

fn object(body: &Bytes) -> Result<Object, Refusal> {
    let value =
        serde_json::from_slice(body).map_err(|_| Refusal::invalid("The request body is not valid JSON."))?;
    Ok(Object::new(value)?)
}

fn reply(service: &Service, answer: Answer) -> Response {
    let reply = service.lock().reply(answer, Sending::Whole);
    response(reply)
}
