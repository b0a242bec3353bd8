//! Sockets: the accept loop, reading requests, sending answers completely, truncated or not at all.
//! Independent of the organization.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as Shares};
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::control;
use crate::envelope::Refusal;
use crate::foreign_page::{self, Door};
use crate::request::Call;
use crate::response::{Drop, response};
use crate::service::{Sending, Service};

/// The maximum size of a request body.
const LARGEST_BODY: usize = 1024 * 1024;
/// A larger body is read up to this size, so that the client receives the refusal.
const LARGEST_READ: usize = 16 * 1024 * 1024;
/// How long open requests may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(2);

/// A listening server. Dropping it ends every connection at once.
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(listen: SocketAddr, service: Arc<Service>) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let door = Door { service: Arc::clone(&service), address };
        let router = control::router(Arc::clone(&service))
            .merge(Router::new().fallback(api).with_state(service))
            .layer(middleware::from_fn_with_state(door, foreign_page::refuse));
        let accepting = tokio::spawn(accept(listener, router, stopping));
        Ok(Self { address, stop, accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting connections, lets open requests finish (2 seconds at most) and closes.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.accepting).await {
            tracing::warn!(%error, "the accept loop did not end by itself");
        }
    }
}

impl std::ops::Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, router.clone(), stopping.clone()))),
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be accepted");
                    // Probably out of file descriptors: retrying at once would only spin.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            _ = stopping.changed() => break,
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    // Connections that are still open after the grace period end with the set.
    let _ = tokio::time::timeout(GRACE, ended).await;
}

async fn serve(stream: TcpStream, router: Router, mut stopping: watch::Receiver<bool>) {
    // Small answers should not wait for the client's acknowledgements.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request| {
        let answer = router.call(request);
        async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            match response.extensions().get::<Drop>() {
                // An error here closes the connection with nothing sent.
                Some(Drop) => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
                None => Ok(response),
            }
        }
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn api(Shares(service): Shares<Arc<Service>>, request: Request) -> Response {
    let (call, unreadable) = read(request).await;
    if let Some(refusal) = unreadable {
        return response(service.refuse(&call, refusal));
    }
    // A separate task: a received request is carried out even if the client disconnects before the answer.
    let service_of_call = Arc::clone(&service);
    let answered = tokio::spawn(async move { service_of_call.answer(&call).await }).await;
    response(answered.unwrap_or_else(|error| {
        tracing::error!(%error, "a request could not be answered");
        service.lock().reply(Err(Refusal::internal()), Sending::Whole)
    }))
}

/// Returns the request and, if its body cannot be read, the reason.
async fn read(request: Request) -> (Call, Option<Refusal>) {
    let (head, body) = request.into_parts();
    let header =
        |name: &HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let named = |name: &'static str| header(&HeaderName::from_static(name));
    let length = header(&CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
    let body = read_body(body, length).await;
    let betas = head.headers.get_all("anthropic-beta").iter().filter_map(|value| value.to_str().ok());
    let betas = betas.flat_map(|line| line.split(',')).map(|beta| beta.trim().to_owned()).collect();
    let authorization = header(&AUTHORIZATION);
    let (body, unreadable) = match body {
        Ok(body) => (body, None),
        Err(refusal) => (Bytes::new(), Some(refusal)),
    };
    let call = Call {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        version: named("anthropic-version"),
        betas,
        content_type: header(&CONTENT_TYPE),
        user_agent: named("user-agent"),
        api_key: named("x-api-key"),
        bearer: authorization.as_deref().and_then(bearer).map(str::to_owned),
        body,
    };
    (call, unreadable)
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

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
