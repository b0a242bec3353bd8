//! One request to GitHub or GitLab: sent, retried if that is safe, and its response read up to a limit. The meaning of
//! requests is defined in `github.rs` and `gitlab.rs`.

use std::time::Duration;

use bylaws_api::{BaseUrl, InvalidBaseUrl};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url, redirect};
use serde_json::Value;

use crate::error::Error;
use crate::token::Token;

/// The maximum number of tries.
const TRIES: u32 = 4;
/// The longest wait to accept from the server.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The timeout of one request.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum size of a response in bytes; a page of 100 comments of maximum length is less than half of it.
const MOST_BYTES: usize = 64 << 20;

/// Whether a request without a response may be sent again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Replay {
    /// Sending it again changes nothing.
    Safe,
    /// Sending it again would create a second object.
    NotSafe,
}

/// Why there is no usable response.
pub(crate) enum Trouble {
    /// The request may have taken effect: check before sending it again, after this wait.
    Unsure(Error, Duration),
    /// The request did not take effect.
    Failed(u16, Error),
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unsure(error, _) | Trouble::Failed(_, error) => error,
        }
    }
}

/// A successful response.
pub(super) struct Answer {
    pub(super) body: Value,
    headers: HeaderMap,
}

impl Answer {
    /// Returns a header if it is text and not empty.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
    }

    /// Returns the URL of the next page from a `Link` header.
    pub(super) fn next_link(&self) -> Option<&str> {
        let links = self.header(LINK.as_str())?.split(',');
        links.into_iter().find_map(|link| {
            let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            let next = parameters.split(';').any(|one| matches!(one.trim(), "rel=\"next\"" | "rel=next"));
            next.then_some(address)
        })
    }
}

/// The connection to one server, with the settings that all requests share.
pub(super) struct Http {
    client: reqwest::Client,
    base: BaseUrl,
    token: Token,
    /// The next step if a token is invalid (401) or not allowed (403, 404).
    pub(super) rights: &'static str,
}

impl Http {
    /// `option` names the source of the URL.
    pub(super) fn new(
        address: &str,
        option: &str,
        token: Token,
        mut headers: HeaderMap,
        rights: &'static str,
    ) -> Result<Self, Error> {
        let base = BaseUrl::parse(address).map_err(|error| {
            let what = match error {
                InvalidBaseUrl::NotAUrl => "is not a URL".to_owned(),
                InvalidBaseUrl::Scheme => "must begin with https://".to_owned(),
                InvalidBaseUrl::Version => {
                    "belongs to neither GitHub nor GitLab: it contains `/v1`".to_owned()
                }
                other => other.to_string(),
            };
            Error::new(
                format!("the API URL ({option}) {what}"),
                "write a URL such as https://api.github.com or https://gitlab.com/api/v4",
            )
        })?;
        // Another part of the process may have installed a provider already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("bylaws/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .referer(false);
        if base.is_loopback() {
            builder = builder.no_proxy();
        }
        if base.as_str().starts_with("http://") {
            // Plain HTTP uses no TLS, so a machine without root certificates must not fail here.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| {
            Error::new(
                format!("cannot set up TLS: {}", error.without_url()),
                "check the root certificates of this machine",
            )
        })?;
        Ok(Self { client, base, token, rights })
    }

    /// Returns the full URL of a percent-encoded path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str())
    }

    /// Returns a URL from a response if it is on the same server: the token is not sent elsewhere.
    pub(super) fn same_place(&self, address: &str) -> Result<String, Error> {
        let here = Url::parse(self.base.as_str()).ok();
        let there = Url::parse(address).ok();
        match (here, there) {
            (Some(here), Some(there)) if here.origin() == there.origin() && there.username().is_empty() => {
                Ok(address.to_owned())
            }
            _ => Err(Error::new(
                format!("the next page of the list is on another server ({})", self.token.clean(address)),
                "check the API URL; the token was not sent to the other server",
            )),
        }
    }

    /// Returns a text of the server, safe to print.
    pub(super) fn clean(&self, text: &str) -> String {
        self.token.clean(text)
    }

    pub(super) async fn get(&self, url: &str) -> Result<Answer, Trouble> {
        self.send(Method::GET, url, None, Replay::Safe).await
    }

    /// Sends a request until the result is final.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
        replay: Replay,
    ) -> Result<Answer, Trouble> {
        let mut tries = 0;
        loop {
            tries += 1;
            let tried = self.attempt(method.clone(), url, body).await;
            let (what, asked, verdict) = match tried {
                Tried::Success(answer) => return Ok(answer),
                Tried::NotSent(why) => (format!("cannot connect to the API: {why}"), None, Verdict::Again),
                Tried::Lost(why) => {
                    (format!("the response of the API was lost: {why}"), None, Verdict::Doubt)
                }
                Tried::Refused { status, message, retry_after } => {
                    let what = format!("{method} {}: status {status}{message}", self.path(url));
                    let verdict = match status {
                        429 => Verdict::Again,
                        403 if retry_after.is_some() => Verdict::Again,
                        408 | 500.. => Verdict::Doubt,
                        _ => return Err(Trouble::Failed(status, Error::new(what, self.advice(status)))),
                    };
                    (what, retry_after, verdict)
                }
            };
            let wait = asked.unwrap_or_else(|| Duration::from_millis(500 << tries.min(4)) / 2);
            let help = "run this step again later; nothing needs repair";
            if wait > LONGEST_WAIT {
                let what = format!("{what}; the server asks to wait {} seconds", wait.as_secs());
                return Err(Trouble::Failed(0, Error::new(what, help)));
            }
            if verdict == Verdict::Doubt && replay == Replay::NotSafe {
                return Err(Trouble::Unsure(Error::new(what, help), wait));
            }
            if tries >= TRIES {
                return Err(Trouble::Failed(0, Error::new(format!("{what} ({tries} tries)"), help)));
            }
            tracing::debug!(what, ?wait, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, method: Method, url: &str, body: Option<&Value>) -> Tried {
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Tried::NotSent(self.cause(error));
            }
            Err(error) => return Tried::Lost(self.cause(error)),
        };
        let status = response.status();
        let headers = response.headers().clone();
        let body = match read(response).await {
            Ok(body) => body,
            Err(error) if status.is_success() => return Tried::Lost(self.cause(error)),
            Err(_) => None,
        };
        let value = body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
        match value {
            Some(body) if status.is_success() => Tried::Success(Answer { body, headers }),
            // A gateway's error page or a truncated response: the request may have taken effect.
            None if status.is_success() => Tried::Lost("not JSON".to_owned()),
            value => Tried::Refused {
                status: status.as_u16(),
                message: self.message(status.is_redirection(), &headers, &value.unwrap_or_default()),
                retry_after: wait_asked(&headers),
            },
        }
    }

    /// Returns the message of the server, to follow the status.
    fn message(&self, redirect: bool, headers: &HeaderMap, body: &Value) -> String {
        if redirect {
            let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("elsewhere");
            return format!(", a redirect to {}, which is not followed", self.token.clean(to));
        }
        let said = body.get("message").or_else(|| body.get("error"));
        let mut said = match said {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => return String::new(),
        };
        let details = body.get("errors").and_then(Value::as_array).into_iter().flatten();
        for detail in details.filter_map(|detail| detail.get("message").and_then(Value::as_str)) {
            said.push_str("; ");
            said.push_str(detail);
        }
        format!(" ({})", self.token.clean(&said))
    }

    fn advice(&self, status: u16) -> &'static str {
        match status {
            401 => "create a new token: this one is wrong, revoked or expired",
            403 | 404 => self.rights,
            422 | 400 => "check the text and the target: the server rejected them, see its message above",
            300..400 => {
                "use the URL that the server redirects to; the token is never sent to a redirect target"
            }
            _ => "see the message of the server above",
        }
    }

    /// Returns the path of a URL without the server's own part, which adds nothing.
    fn path<'a>(&self, url: &'a str) -> &'a str {
        let path = url.strip_prefix(self.base.as_str()).unwrap_or(url);
        path.split('?').next().unwrap_or(path)
    }

    fn cause(&self, error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.ends_with(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        self.token.clean(&text)
    }
}

/// The result of one try.
enum Tried {
    NotSent(String),
    Lost(String),
    Refused { status: u16, message: String, retry_after: Option<Duration> },
    Success(Answer),
}

#[derive(PartialEq, Eq)]
enum Verdict {
    /// The request did not take effect, and may be retried.
    Again,
    /// The request may have taken effect.
    Doubt,
}

/// Returns the whole body, or nothing if it exceeds the maximum size.
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > MOST_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn wait_asked(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Returns headers that contain the token.
pub(super) fn headers(name: HeaderName, value: Option<HeaderValue>) -> HeaderMap {
    value.map(|value| (name, value)).into_iter().collect()
}
