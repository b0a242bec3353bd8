//! One attempt of one request over HTTP: what was sent and how far the answer got. Others decide about
//! retries.

use std::error::Error;
use std::time::{Duration, Instant};

use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use serde::de::IgnoredAny;

use crate::authorization::Authorization;
use crate::cause::{self, Cause, Resolver};
use crate::error::ErrorBody;
use crate::redact::Secrets;
use crate::request::Call;
use crate::tried::{Failed, Head, NoAnswer};
use crate::{BaseUrl, Config, Method, http};

/// The API version that this client uses; answers of the newer one are understood as well.
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// The maximum size of an answer in bytes. A page of 1000 items is well below 1 MiB.
const MOST_BYTES: usize = 32 << 20;
/// The maximum number of bytes read of an answer that is not a success.
const MOST_ERROR_BYTES: usize = 1 << 20;
/// The same for a token exchange, and its timeout.
const MOST_EXCHANGE_BYTES: usize = 1 << 20;
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP client with everything that is the same for all requests.
pub(crate) struct Transport {
    http: reqwest::Client,
    base: BaseUrl,
    timeout: Duration,
    /// The maximum size of a successful answer in bytes.
    most: usize,
    /// Whether requests are those of the API, which have a version.
    has_version: bool,
    pub(crate) secrets: Secrets,
}

impl Transport {
    /// Creates the HTTP client. Fails, with a cleaned text, if TLS cannot be set up.
    pub(crate) fn new(config: &Config) -> Result<Self, NoAnswer> {
        let secrets = config.credential.secrets();
        if let Some(token) = &config.org_token {
            secrets.add(token.secret());
        }
        let http = http::builder(&config.base_url, HeaderMap::new())
            .dns_resolver(Resolver)
            .build()
            .map_err(|error| no_answer(error, cause::of_setup, &secrets))?;
        let base = config.base_url.clone();
        Ok(Self { http, base, timeout: config.timeout, most: MOST_BYTES, has_version: true, secrets })
    }

    /// Returns one for token exchanges, over the same connections.
    pub(crate) fn for_exchange(&self) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            timeout: EXCHANGE_TIMEOUT,
            most: MOST_EXCHANGE_BYTES,
            has_version: false,
            secrets: self.secrets.clone(),
        }
    }

    /// Sends the request once. Returns a success with its complete body, as received.
    pub(crate) async fn attempt(
        &self,
        call: &Call,
        shown_path: &str,
        authorization: Option<&Authorization>,
    ) -> Result<(Head, Vec<u8>), Failed> {
        let start = Instant::now();
        let tried = match tokio::time::timeout(self.timeout, self.exchange(call, authorization)).await {
            Ok(tried) => tried,
            Err(_) => {
                let why = format!("no answer within {:?}", self.timeout);
                Err(Failed::Lost(NoAnswer { why, cause: None }))
            }
        };
        let (method, elapsed) = (call.method.as_str(), start.elapsed());
        let head = tried.as_ref().map_or_else(Failed::head, |(head, _)| Some(head));
        if let Err(Failed::NotSent(no_answer) | Failed::Lost(no_answer)) = &tried {
            tracing::debug!(method, path = shown_path, why = no_answer.why, ?elapsed, "not answered");
        } else {
            let request_id = head.and_then(|head| head.request_id.as_deref());
            let status = head.map(|head| head.status);
            tracing::debug!(method, path = shown_path, status, request_id, ?elapsed, "answered");
        }
        tried
    }

    async fn exchange(
        &self,
        call: &Call,
        authorization: Option<&Authorization>,
    ) -> Result<(Head, Vec<u8>), Failed> {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, self.base.join(&call.path(), &call.query));
        if call.method != Method::Get {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if self.has_version {
            request = request.header("anthropic-version", ANTHROPIC_VERSION);
        }
        if let Some(Authorization { name, value, .. }) = authorization {
            request = request.header(name, value);
        }
        let own = authorization.and_then(|authorization| authorization.beta);
        let betas: Vec<&str> = own.into_iter().chain(call.beta).collect();
        if !betas.is_empty() {
            request = request.header("anthropic-beta", betas.join(","));
        }
        request = match &call.body {
            Some(body) => request.body(body.to_string()),
            // Set explicitly: some servers refuse a POST without a content length.
            None if call.method == Method::Post => request.header(CONTENT_LENGTH, "0"),
            None => request,
        };
        let response = request.send().await.map_err(|error| {
            let not_sent = error.is_connect() || error.is_builder();
            let no_answer = no_answer(error, cause::of, &self.secrets);
            if not_sent { Failed::NotSent(no_answer) } else { Failed::Lost(no_answer) }
        })?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<(Head, Vec<u8>), Failed> {
        let mut head = Head::of(&response, &self.secrets);
        let success = response.status().is_success();
        let content_type = response.headers().get(CONTENT_TYPE).cloned();
        let body = http::body(&mut response, if success { self.most } else { MOST_ERROR_BYTES }).await;
        if let Ok(Some(body)) = &body {
            head.is_web_page =
                cause::is_web_page(content_type.as_ref().and_then(|text| text.to_str().ok()), body);
        }
        match body {
            // The status alone is enough to decide.
            Ok(None) | Err(_) if !success => Err(Failed::Refused(head, ErrorBody::default())),
            Ok(Some(body)) if !success => {
                let body = serde_json::from_slice(&body).unwrap_or_default();
                Err(Failed::Refused(head, ErrorBody::of(&body, &self.secrets)))
            }
            Ok(Some(body)) if is_cut_short(&body) => {
                Err(Failed::BrokenOff(head, "its body is truncated".to_owned()))
            }
            Ok(Some(body)) => Ok((head, body)),
            Ok(None) => Err(Failed::TooLarge(head)),
            Err(error) => Err(Failed::BrokenOff(head, self.secrets.clean(&http::chain(error)))),
        }
    }
}

/// Returns whether a body is a truncated JSON text. An empty one counts.
fn is_cut_short(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// Converts an error of the HTTP library, with the cause that its types show.
fn no_answer(
    error: reqwest::Error,
    cause: fn(&(dyn Error + 'static)) -> Option<Cause>,
    secrets: &Secrets,
) -> NoAnswer {
    let cause = cause(&error);
    let why = cause.as_ref().and_then(Cause::sentence).unwrap_or_else(|| http::chain(error));
    NoAnswer { why: secrets.clean(&why), cause }
}
