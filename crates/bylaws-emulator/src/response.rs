//! The HTTP form of an answer: complete, truncated or not sent at all.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures::stream;

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Completely.
    Whole,
    /// Half of it, then the connection closes.
    Truncated,
    /// Not at all: the connection closes.
    Dropped,
}

/// Returns the HTTP form of an answer.
pub(crate) fn response(
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    sending: Sending,
) -> Response {
    let length = body.len();
    let mut response = Response::new(match sending {
        Sending::Whole => Body::from(body),
        Sending::Truncated => Body::from_stream(half(body)),
        // An error before the first byte closes the connection with nothing sent, not even the head. (Without
        // a length, which if it was zero would be believed.)
        Sending::Dropped => Body::from_stream(stream::iter([Err::<Bytes, _>(broken())])),
    });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if sending != Sending::Dropped {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// Returns the first half of a body, a pause for it to be sent, and then an error.
fn half(mut body: Vec<u8>) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    body.truncate(body.len() / 2);
    stream::unfold(Some(body), |rest| async move {
        if let Some(rest) = rest {
            return Some((Ok(Bytes::from(rest)), None));
        }
        // Without a pause the connection would close before the first half was sent.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Err(broken()), None))
    })
}

fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}
