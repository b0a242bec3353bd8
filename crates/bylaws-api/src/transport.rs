//! One attempt of one request over HTTP: what was sent and how far the answer got. Others decide about
//! retries.

use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Response, redirect};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::cause::{self, Cause, Resolver};
use crate::redact::Redactor;
use crate::retry::{Seen, asked_wait};
use crate::{BaseUrl, Config, Method, Replay, Request};

/// The API version that this client uses; answers of the newer one are understood as well.
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// The maximum size of an answer in bytes. A page of 1000 items is well below 1 MiB.
const MOST_BYTES: usize = 32 << 20;
/// The maximum number of bytes read of an answer that is not a success.
const MOST_ERROR_BYTES: usize = 1 << 20;

/// A request without the type of its answer.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) shown_path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) replay: Replay,
    pub(crate) beta: Option<&'static str>,
    pub(crate) answered_with: Option<&'static str>,
}

/// How far one attempt got; texts are cleaned, the body of a success is as received.
pub(crate) enum Tried {
    /// No connection was made.
    NotSent(Silence),
    /// Sent, but no answer was received.
    Lost(Silence),
    /// A success with an incomplete body.
    BrokenOff(Head, String),
    /// A success with a larger body than the service ever sends.
    TooLarge(Head),
    /// A success with a complete body.
    Success(Head, Vec<u8>),
    /// Any other status.
    Refused(Head, Envelope),
}

/// Why there is no answer.
pub(crate) struct Silence {
    pub(crate) why: String,
    pub(crate) cause: Option<Cause>,
}

/// The status and headers of an answer.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) date: Option<SystemTime>,
    /// Whether the service says that its clock is fixed.
    pub(crate) has_fixed_clock: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) should_retry: Option<bool>,
    /// The host of a redirect.
    pub(crate) redirect_to: Option<String>,
    content_type: Option<String>,
}

impl Head {
    /// Returns whether the answer is a web page, which the service never sends.
    pub(crate) fn is_web_page(&self, body: &[u8]) -> bool {
        cause::is_web_page(self.content_type.as_deref(), body)
    }
}

/// The content of the service's error body.
#[derive(Default)]
pub(crate) struct Envelope {
    pub(crate) error_type: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) workspace_id: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) is_web_page: bool,
}

impl Tried {
    /// Returns the head of the answer, if there was one.
    pub(crate) fn head(&self) -> Option<&Head> {
        match self {
            Self::NotSent(_) | Self::Lost(_) => None,
            Self::BrokenOff(head, _)
            | Self::TooLarge(head)
            | Self::Success(head, _)
            | Self::Refused(head, _) => Some(head),
        }
    }

    /// Returns the input for the retry decision.
    pub(crate) fn seen(&self) -> Seen<'_> {
        match self {
            Self::NotSent(_) => Seen::NotSent,
            Self::Lost(_) => Seen::Lost,
            Self::BrokenOff(..) => Seen::BrokenOff,
            Self::TooLarge(_) | Self::Success(..) => Seen::OddSuccess,
            Self::Refused(head, envelope) => Seen::Answered {
                status: head.status,
                error_code: envelope.error_code.as_deref(),
                should_retry: head.should_retry,
            },
        }
    }
}

/// The HTTP client with everything that is the same for all requests.
pub(crate) struct Transport {
    http: reqwest::Client,
    base: BaseUrl,
    timeout: Duration,
    redactor: Redactor,
}

impl Call {
    pub(crate) fn of<T>(request: &Request<T>, redactor: &Redactor) -> Self {
        Self {
            method: request.method(),
            path: request.path(),
            shown_path: redactor.clean(&request.display_path()),
            query: request.query().to_vec(),
            body: request.body().cloned(),
            replay: request.replay(),
            beta: request.beta(),
            answered_with: request.kind_of_answer(),
        }
    }
}

impl Transport {
    /// Creates the HTTP client. Fails, with a cleaned text, if TLS cannot be set up or a setting cannot be
    /// sent.
    pub(crate) fn new(config: &Config, redactor: Redactor) -> Result<Self, Silence> {
        // The process may have installed a provider already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();

        let mut headers = HeaderMap::new();
        headers.insert("anthropic-version", HeaderValue::from_static(ANTHROPIC_VERSION));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let unsendable = || Silence { why: "the credential cannot be sent".to_owned(), cause: None };
        let (name, value) = config.credential.header().ok_or_else(unsendable)?;
        headers.insert(name, value);

        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(&config.user_agent)
            .connect_timeout(config.connect_timeout)
            .dns_resolver(Resolver)
            // The library strips `authorization` on a redirect to another host, but not `x-api-key`.
            .redirect(redirect::Policy::none())
            .referer(false);
        if config.base_url.is_loopback() {
            builder = builder.no_proxy();
        }
        if config.base_url.is_plain() {
            // Without TLS, missing root certificates do not matter.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| {
            let cause = cause::of_setup(&error);
            let why = cause.as_ref().and_then(Cause::sentence).unwrap_or_else(|| chain(error));
            Silence { why: redactor.clean(&why), cause }
        })?;
        Ok(Self { http, base: config.base_url.clone(), timeout: config.timeout, redactor })
    }

    /// Sends the request once.
    pub(crate) async fn attempt(&self, call: &Call) -> Tried {
        let start = Instant::now();
        let tried = match tokio::time::timeout(self.timeout, self.exchange(call)).await {
            Ok(tried) => tried,
            Err(_) => {
                Tried::Lost(Silence { why: format!("no answer within {:?}", self.timeout), cause: None })
            }
        };
        let elapsed = start.elapsed();
        match (&tried, tried.head()) {
            (Tried::NotSent(silence) | Tried::Lost(silence), _) => tracing::debug!(
                method = call.method.as_str(),
                path = call.shown_path,
                why = silence.why,
                ?elapsed,
                "not answered"
            ),
            (_, head) => tracing::debug!(
                method = call.method.as_str(),
                path = call.shown_path,
                status = head.map(|head| head.status),
                request_id = head.and_then(|head| head.request_id.as_deref()),
                ?elapsed,
                "answered"
            ),
        }
        tried
    }

    async fn exchange(&self, call: &Call) -> Tried {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, self.base.join(&call.path, &call.query));
        if call.method != Method::Get {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(beta) = call.beta {
            request = request.header(HeaderName::from_static("anthropic-beta"), beta);
        }
        request = match &call.body {
            Some(body) => request.body(body.to_string()),
            // Set explicitly: some servers refuse a POST without a content length.
            None if call.method == Method::Post => request.header(CONTENT_LENGTH, "0"),
            None => request,
        };
        match request.send().await {
            Ok(response) => self.read(response).await,
            Err(error) if error.is_connect() || error.is_builder() => {
                Tried::NotSent(silence(error, &self.redactor))
            }
            Err(error) => Tried::Lost(silence(error, &self.redactor)),
        }
    }

    async fn read(&self, mut response: Response) -> Tried {
        let head = self.head(&response);
        let success = response.status().is_success();
        let most = if success { MOST_BYTES } else { MOST_ERROR_BYTES };
        let mut body = Vec::new();
        let end = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) > most => break End::TooFar,
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break End::Whole,
                Err(error) => break End::BrokenOff(self.redactor.clean(&chain(error))),
            }
        };
        match end {
            End::Whole if !success => {
                let is_web_page = head.is_web_page(&body);
                Tried::Refused(head, Envelope { is_web_page, ..self.envelope(&body) })
            }
            // The status alone is enough to decide.
            _ if !success => Tried::Refused(head, Envelope::default()),
            End::Whole if is_cut_short(&body) => Tried::BrokenOff(head, "its body is truncated".to_owned()),
            End::Whole => Tried::Success(head, body),
            End::TooFar => Tried::TooLarge(head),
            End::BrokenOff(why) => Tried::BrokenOff(head, why),
        }
    }

    fn head(&self, response: &Response) -> Head {
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let date = header(DATE.as_str()).and_then(|text| httpdate::parse_http_date(text).ok());
        Head {
            status: response.status().as_u16(),
            request_id: header("request-id").map(|id| self.redactor.clean(id)),
            date,
            has_fixed_clock: header("bylaws-clock") == Some("fixed"),
            retry_after: asked_wait(header("retry-after-ms"), header(RETRY_AFTER.as_str()), date),
            should_retry: match header("x-should-retry") {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            redirect_to: header(LOCATION.as_str())
                .and_then(|to| response.url().join(to).ok())
                .and_then(|url| url.host_str().map(|host| self.redactor.clean(host))),
            content_type: header(CONTENT_TYPE.as_str()).map(str::to_owned),
        }
    }

    /// Parses as much as possible of the service's error envelope.
    fn envelope(&self, body: &[u8]) -> Envelope {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |pointer: &str| {
            value.pointer(pointer).and_then(Value::as_str).map(|text| self.redactor.clean(text))
        };
        Envelope {
            error_type: text("/error/type"),
            error_code: text("/error/details/error_code"),
            field: text("/error/details/field"),
            workspace_id: text("/error/details/workspace_id"),
            message: text("/error/message"),
            request_id: text("/request_id"),
            is_web_page: false,
        }
    }
}

/// How reading a body ended.
enum End {
    Whole,
    TooFar,
    BrokenOff(String),
}

/// Returns whether a body is a truncated JSON text. An empty one counts.
fn is_cut_short(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// Converts an error of the HTTP library, with the cause that its types show.
fn silence(error: reqwest::Error, redactor: &Redactor) -> Silence {
    let cause = cause::of(&error);
    let why = cause.as_ref().and_then(Cause::sentence).unwrap_or_else(|| chain(error));
    Silence { why: redactor.clean(&why), cause }
}

/// Returns the error chain in one line, without the URL, which may hold ids.
fn chain(error: reqwest::Error) -> String {
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
