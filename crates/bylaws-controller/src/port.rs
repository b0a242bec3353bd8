//! The port: metrics, health, and a hook that starts rounds early. Nothing here can write to an organization.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bylaws_output::document::canonical::sha256;
use tokio::sync::Notify;

use crate::health::Health;
use crate::metrics::Metrics;

/// The type of `OpenMetrics` text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The longest bearer token.
const LONGEST: usize = 4096;

/// What the port shows and does.
pub(crate) struct Port {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) health: Arc<Health>,
    pub(crate) hook: Arc<Notify>,
    pub(crate) hook_token_file: Option<PathBuf>,
}

/// Returns the routes of the port. Bodies are not read.
pub(crate) fn routes(port: Port) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(live))
        // This port opens after the configuration was read and the state folder locked.
        .route("/readyz", get(async || "ok\n"))
        .route("/hook", post(hook))
        .with_state(Arc::new(port))
}

async fn metrics(State(port): State<Arc<Port>>) -> Response {
    ([(CONTENT_TYPE, OPEN_METRICS)], port.metrics.text()).into_response()
}

async fn live(State(port): State<Arc<Port>>) -> Response {
    if port.health.is_alive() {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the scheduler has not turned for 2 minutes\n").into_response()
    }
}

async fn hook(State(port): State<Arc<Port>>, headers: HeaderMap) -> Response {
    let Some(file) = &port.hook_token_file else {
        return (StatusCode::NOT_FOUND, "the configuration has no `hook`\n").into_response();
    };
    // Read at each use, so that a new token needs no restart.
    let token = std::fs::read_to_string(file).unwrap_or_default();
    let token = token.trim();
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    // The time to compare hashes says nothing about the token.
    if token.is_empty() || sent.len() > LONGEST || sha256(sent) != sha256(token) {
        return (StatusCode::UNAUTHORIZED, "a bearer token is needed\n").into_response();
    }
    port.hook.notify_one();
    (StatusCode::ACCEPTED, "rounds start within a minute\n").into_response()
}
