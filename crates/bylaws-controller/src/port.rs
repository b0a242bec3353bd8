//! The port: a page, metrics, health, and a hook that starts rounds early. Nothing here can write to an organization.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use bylaws_output::document::canonical::sha256;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::folder::StateError;
use crate::health::Health;
use crate::local::is_for_this_machine;
use crate::metrics::Metrics;
use crate::page::{page, policy};
use crate::status::StatusDocument;

/// The type of `OpenMetrics` text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The longest bearer token.
const LONGEST: usize = 4096;

/// What a port that is not on loopback answers instead of the page.
const NOT_LOCAL: &str = "The page names people, so it is shown only on a loopback address. Use `bylaws controller status`, \
                         or listen on 127.0.0.1 and connect through a tunnel.\n";
const OTHER_NAME: &str =
    "This port is for this machine only: use localhost, 127.0.0.1 or [::1] as its name.\n";

/// Reads the status of all organizations, and the time.
pub(crate) type ReadStatus = dyn Fn() -> Result<(StatusDocument, Timestamp), StateError> + Send + Sync;

/// What the port shows and does.
pub(crate) struct Port {
    pub(crate) status: Arc<ReadStatus>,
    /// Whether only this machine can reach the port.
    pub(crate) is_local: bool,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) health: Arc<Health>,
    pub(crate) hook: Arc<Notify>,
    pub(crate) hook_token_file: Option<PathBuf>,
}

/// Returns the routes of the port. Bodies are not read.
pub(crate) fn routes(port: Port) -> Router {
    let port = Arc::new(port);
    let shown = Router::new().route("/", get(status_page)).route("/metrics", get(metrics));
    shown
        .route_layer(from_fn_with_state(Arc::clone(&port), for_this_machine))
        .route("/livez", get(live))
        // This port opens after the configuration was read and the state folder locked.
        .route("/readyz", get(async || "ok\n"))
        .route("/hook", post(hook))
        .layer(map_response(private))
        .with_state(port)
}

/// Refuses what another site could read from a browser on this machine.
async fn for_this_machine(State(port): State<Arc<Port>>, request: Request, next: Next) -> Response {
    if port.is_local && !is_for_this_machine(request.headers()) {
        return (StatusCode::FORBIDDEN, OTHER_NAME).into_response();
    }
    next.run(request).await
}

/// Adds the headers of every response: it is not kept, not guessed at, and part of no other page.
async fn private(mut response: Response) -> Response {
    let policy = format!("{}; frame-ancestors 'none'", policy());
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().extend([
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ]);
    response
}

async fn status_page(State(port): State<Arc<Port>>) -> Response {
    if !port.is_local {
        return (StatusCode::FORBIDDEN, NOT_LOCAL).into_response();
    }
    let status = Arc::clone(&port.status);
    // It reads files.
    let read = tokio::task::spawn_blocking(move || status().map(|(status, now)| page(&status, now)));
    match read.await {
        Ok(Ok(page)) => Html(page).into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "cannot read the state folder\n").into_response()
        }
    }
}

async fn metrics(State(port): State<Arc<Port>>) -> Response {
    ([(CONTENT_TYPE, OPEN_METRICS)], port.metrics.text()).into_response()
}

async fn live(State(port): State<Arc<Port>>) -> Response {
    if port.health.is_alive() {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no round was scheduled for 2 minutes, or a round did not end\n")
            .into_response()
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
