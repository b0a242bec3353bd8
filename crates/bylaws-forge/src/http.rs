//! One request to a forge: sent, tried again where that is safe, its answer read within bounds.
//! What the requests mean is for `github.rs` and `gitlab.rs`.

use std::time::Duration;

use bylaws_api::{BaseUrl, InvalidBaseUrl};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url, redirect};
use serde_json::Value;

use crate::error::Error;
use crate::token::Token;

/// How often a request is sent at most.
const TRIES: u32 = 4;
/// The longest a forge may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The longest an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of an answer; a page of 100 comments of the greatest length is below half of it.
const MOST_BYTES: usize = 64 << 20;

/// What becomes of a request that may have been carried out although no answer tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Replay {
    /// Sending it once more changes nothing.
    Safe,
    /// Sending it once more would make a second thing.
    NotSafe,
}

/// Why there is no answer to go on with.
pub(crate) enum Trouble {
    /// It may have been carried out: look before sending it again, after this wait.
    Unsure(Error, Duration),
    /// It was not.
    Failed(u16, Error),
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unsure(error, _) | Trouble::Failed(_, error) => error,
        }
    }
}

/// An answer that is a success.
pub(super) struct Answer {
    pub(super) body: Value,
    headers: HeaderMap,
}

impl Answer {
    /// A header, where it is text and not empty.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
    }

    /// The address of the next page in a `Link` header.
    pub(super) fn next_link(&self) -> Option<&str> {
        let links = self.header(LINK.as_str())?.split(',');
        links.into_iter().find_map(|link| {
            let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            let next = parameters.split(';').any(|one| matches!(one.trim(), "rel=\"next\"" | "rel=next"));
            next.then_some(address)
        })
    }
}

/// The way to one forge, with what is the same for all requests.
pub(super) struct Http {
    client: reqwest::Client,
    base: BaseUrl,
    token: Token,
    /// What to do about a token that is wrong (401), or may not do this (403, 404).
    pub(super) rights: &'static str,
}

impl Http {
    /// `option` names where the address came from.
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
                format!("the forge's address ({option}) {what}"),
                "write the address of its API, such as https://api.github.com or https://gitlab.com/api/v4",
            )
        })?;
        // Somebody may have chosen a provider for the process already; then that one is used.
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
            // No TLS will happen, so a machine without root certificates is no obstacle.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| {
            Error::new(
                format!("cannot set TLS up: {}", error.without_url()),
                "check this machine's certificates",
            )
        })?;
        Ok(Self { client, base, token, rights })
    }

    /// The full address of a path that is already percent-encoded.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str())
    }

    /// An address that an answer gave, where it leads to the same place: elsewhere the token is not sent.
    pub(super) fn same_place(&self, address: &str) -> Result<String, Error> {
        let here = Url::parse(self.base.as_str()).ok();
        let there = Url::parse(address).ok();
        match (here, there) {
            (Some(here), Some(there)) if here.origin() == there.origin() && there.username().is_empty() => {
                Ok(address.to_owned())
            }
            _ => Err(Error::new(
                format!("the forge says that its list goes on elsewhere ({})", self.token.clean(address)),
                "check the forge's address; the token was not sent there",
            )),
        }
    }

    /// A text of the forge, fit to be shown.
    pub(super) fn clean(&self, text: &str) -> String {
        self.token.clean(text)
    }

    pub(super) async fn get(&self, url: &str) -> Result<Answer, Trouble> {
        self.send(Method::GET, url, None, Replay::Safe).await
    }

    /// Sends until an answer stands.
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
                Tried::NotSent(why) => (format!("no connection to the forge: {why}"), None, Verdict::Again),
                Tried::Lost(why) => (format!("the forge's answer was lost: {why}"), None, Verdict::Doubt),
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
            let help = "run this step again later; nothing has to be repaired";
            if wait > LONGEST_WAIT {
                let what = format!("{what}; it asks to wait {} seconds", wait.as_secs());
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
            // A gateway's page, or a text that broke off: what was asked for may have been done.
            None if status.is_success() => Tried::Lost("it is not JSON".to_owned()),
            value => Tried::Refused {
                status: status.as_u16(),
                message: self.message(status.is_redirection(), &headers, &value.unwrap_or_default()),
                retry_after: wait_asked(&headers),
            },
        }
    }

    /// What the forge says about it, to stand behind the status.
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
            401 => "the token is wrong, revoked or expired: make a new one",
            403 | 404 => self.rights,
            422 | 400 => "the forge does not take this text or this target; what it says stands above",
            300..400 => "write the address that the forge moved to; a token is never sent after a redirect",
            _ => "what the forge says stands above",
        }
    }

    /// The address without the forge's own, which says nothing new.
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

/// How far one try got.
enum Tried {
    NotSent(String),
    Lost(String),
    Refused { status: u16, message: String, retry_after: Option<Duration> },
    Success(Answer),
}

#[derive(PartialEq, Eq)]
enum Verdict {
    /// Not carried out, and worth another try.
    Again,
    /// It may have been carried out.
    Doubt,
}

/// The whole body, or nothing where it is larger than any answer of a forge.
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

/// Headers with the token in them.
pub(super) fn headers(name: HeaderName, value: Option<HeaderValue>) -> HeaderMap {
    value.map(|value| (name, value)).into_iter().collect()
}
