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
use crate::foreign_page;
use crate::request::Call;
use crate::response::Drop;
use crate::service::Service;

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
        let door = (Arc::clone(&service), address);
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
