//! The HTTP settings that keep a credential safe, and reading of bodies up to a limit. Clients of other
//! services can use them too.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{ClientBuilder, Response, redirect};

use crate::BaseUrl;

/// The value of `User-Agent`.
pub const USER_AGENT: &str = concat!("bylaws/", env!("CARGO_PKG_VERSION"));

/// Returns the builder of a client for one address that accepts JSON, connects within 10 s, follows no
/// redirect, and uses no proxy to this machine.
pub fn builder(base: &BaseUrl, mut headers: HeaderMap) -> ClientBuilder {
    // The process may have installed a provider already; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent(USER_AGENT)
        .connect_timeout(Duration::from_secs(10))
        // The library strips `authorization` on a redirect to another host, but not `x-api-key`.
        .redirect(redirect::Policy::none())
        .referer(false);
    if base.is_loopback() {
        builder = builder.no_proxy();
    }
    if base.is_plain() {
        // Without TLS, missing root certificates do not matter.
        builder = builder.tls_certs_only([]);
    }
    builder
}

/// Returns the whole body, or `None` if it has more than `most` bytes.
pub async fn body(response: &mut Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > most {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Returns the error and its sources in one line, without the URL, which may hold ids.
pub fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
