//! The listening socket, and reading requests. Independent of the organization.

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as Shares};
use axum::middleware;
use axum::response::Response;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::control;
use crate::envelope::Refusal;
use crate::foreign_page;
use crate::request::Call;
use crate::service::Service;

/// The maximum size of a request body.
const LARGEST_BODY: usize = 1024 * 1024;
/// A larger body is read up to this size, so that the client receives the refusal.
const LARGEST_READ: usize = 16 * 1024 * 1024;
/// How long open requests may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(2);

/// A listening server. Dropping it closes the port and idle connections; open requests finish.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Arc<Notify>,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    pub(crate) async fn start(listen: SocketAddr, service: Arc<Service>) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let door = (Arc::clone(&service), address);
        let router = control::router(Arc::clone(&service))
            .merge(Router::new().fallback(api).with_state(service))
            .layer(middleware::from_fn_with_state(door, foreign_page::refuse));
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop).notified_owned();
        // Small answers should not wait for the client's acknowledgements.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopped);
        Ok(Self { address, stop, serving: tokio::spawn(serving.into_future()) })
    }

    /// Stops accepting connections, lets open requests finish (2 seconds at most) and closes.
    pub(crate) async fn stop(mut self) {
        self.stop.notify_one();
        if !matches!(tokio::time::timeout(GRACE, &mut self.serving).await, Ok(Ok(Ok(())))) {
            tracing::warn!("some requests did not end by themselves");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn api(Shares(service): Shares<Arc<Service>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut call = Call {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: Bytes::new(),
    };
    let length = call.header("content-length").and_then(|text| text.parse().ok());
    call.body = match read_body(body, length).await {
        Ok(body) => body,
        Err(refusal) => return service.refuse(&call, refusal),
    };
    // A separate task: a received request is carried out even if the client disconnects before the answer.
    let service_of_call = Arc::clone(&service);
    let answered = tokio::spawn(async move { service_of_call.answer(&call).await }).await;
    answered.unwrap_or_else(|error| {
        tracing::error!(%error, "a request could not be answered");
        service.reply(Err(Refusal::internal()))
    })
}

async fn read_body(body: Body, length: Option<usize>) -> Result<Bytes, Refusal> {
    if length.is_some_and(|length| length > LARGEST_READ) {
        return Err(Refusal::too_large(LARGEST_BODY));
    }
    let body = to_bytes(body, LARGEST_READ).await.map_err(|_| match length {
        Some(_) => Refusal::invalid("The request body broke off."),
        None => Refusal::too_large(LARGEST_BODY),
    })?;
    if body.len() > LARGEST_BODY { Err(Refusal::too_large(LARGEST_BODY)) } else { Ok(body) }
}
