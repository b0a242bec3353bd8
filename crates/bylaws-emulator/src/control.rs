//! Control: what a test or rehearsal does besides the API, over HTTP under `/_emulator/` and in process.
//! Both call the functions here; none of it is logged or needs a credential.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State as Shares};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post, put};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Move;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::feed::{Actor, ComplianceSettings, FeedOptions};
use crate::invites;
use crate::object::Object;
use crate::request::Query;
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

    /// Replaces the organization in somebody's name: the Activity Feed stays, and has the differences.
    pub(crate) fn load_as(&self, seed: Seed, actor: &str) -> Result<(), Refusal> {
        let mut state = State::new(seed)?;
        let mut shared = self.lock();
        let actor = Actor::named(&shared.state, actor)?;
        state.follows(&shared.state, &actor);
        shared.replace(state);
        Ok(())
    }

    /// Accepts an invite as the invited person does by e-mail.
    pub(crate) fn accept_invite(&self, id: &str) -> Result<User, Refusal> {
        self.lock().write(Duration::ZERO, |state| {
            let user = invites::accept(state, id)?;
            state.accepted(id, &user);
            Ok(user)
        })
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
        .route("/_emulator/feed", get(feed).put(set_feed))
        .route("/_emulator/{*rest}", axum::routing::any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_SEED))
        .with_state(service)
}

async fn dump(Shares(service): Shared) -> Response {
    reply(&service, Ok(json!(service.dump())))
}

async fn load(Shares(service): Shared, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let load = || {
        let seed = Seed::from_json(text(&body)?)?;
        let mut query = Query::parse(&query.unwrap_or_default())?;
        let actor = query.one("actor")?;
        query.finish()?;
        match actor {
            Some(actor) => service.load_as(seed, &actor),
            None => Ok(service.load(seed)?),
        }
    };
    let answer = load().map(|()| json!(service.dump()));
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

async fn feed(Shares(service): Shared) -> Response {
    let shared = service.lock();
    let FeedOptions { delay, repeats, has_scope } = shared.state.feed.options;
    let activities: Vec<&Value> = shared.state.feed.activities().collect();
    let answer = json!({
        "recording": shared.state.records(),
        "delay_ms": u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        "repeats": repeats,
        "has_scope": has_scope,
        "activities": activities,
    });
    drop(shared);
    reply(&service, Ok(answer))
}

async fn set_feed(Shares(service): Shared, body: Bytes) -> Response {
    let set = || {
        let mut body = object(&body)?;
        let mut shared = service.lock();
        let mut options = shared.state.feed.options;
        if let Some(delay) = body.nullable_count("delay_ms")? {
            options.delay = Duration::from_millis(delay);
        }
        options.repeats = body.nullable_flag("repeats")?.unwrap_or(options.repeats);
        options.has_scope = body.nullable_flag("has_scope")?.unwrap_or(options.has_scope);
        let recording = body.nullable_flag("recording")?;
        body.finish()?;
        shared.state.feed.options = options;
        if let Some(recording) = recording {
            shared.state.rest.compliance_settings = Some(ComplianceSettings::new(recording));
        }
        Ok(json!({}))
    };
    let answer = set();
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
