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
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Move;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::invites;
use crate::object::Object;
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
        .route(
            "/_emulator/state",
            on(MethodFilter::GET, |service, _| Ok(json!(service.dump()))).merge(on(MethodFilter::PUT, load)),
        )
        .route(
            "/_emulator/ledger",
            on(MethodFilter::GET, |service, _| Ok(json!(service.lock().ledger))).merge(on(
                MethodFilter::DELETE,
                |service, _| {
                    service.lock().ledger.clear();
                    Ok(json!([]))
                },
            )),
        )
        .route("/_emulator/invites/{id}/accept", post(accept))
        .route(
            "/_emulator/clock",
            on(MethodFilter::GET, |service, _| Ok(json!({"now": service.lock().state.now})))
                .merge(on(MethodFilter::POST, move_clock)),
        )
        .route(
            "/_emulator/faults",
            on(MethodFilter::PUT, set_faults).merge(on(MethodFilter::GET, |service, _| Ok(service.faults()))),
        )
        .route("/_emulator/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_SEED))
        .with_state(service)
}

/// Answers one method with what `run` makes of the body.
fn on(method: MethodFilter, run: fn(&Service, &[u8]) -> Answer) -> MethodRouter<Arc<Service>> {
    routing::on(method, move |Shares(service): Shared, body: Bytes| async move {
        let answer = run(&service, &body);
        service.reply(answer)
    })
}

fn load(service: &Service, body: &[u8]) -> Answer {
    service.load(Seed::from_json(text(body)?)?)?;
    Ok(json!(service.dump()))
}

fn move_clock(service: &Service, body: &[u8]) -> Answer {
    let body =
        serde_json::from_slice(body).map_err(|_| Refusal::invalid("The request body is not valid JSON."))?;
    let now = service.move_clock(Move::read(Object::new(body)?)?)?;
    Ok(json!({"now": now}))
}

fn set_faults(service: &Service, body: &[u8]) -> Answer {
    let rules = FaultRule::list_from_json(text(body)?);
    service.set_faults(rules.map_err(|error| Refusal::invalid(error.to_string()))?);
    Ok(service.faults())
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
