//! One request to GitHub or GitLab: sent, retried if that is safe, and its response read up to a limit. `host.rs`
//! defines the meaning of requests.

use std::time::Duration;

use bylaws_api::{BaseUrl, InvalidBaseUrl, Replay, http};
use reqwest::header::{HeaderMap, LINK, LOCATION, RETRY_AFTER};
use reqwest::{Method, Url};
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

    /// Returns the items, if it is a list.
    pub(super) fn list(&self, forge: &str) -> Result<&[Value], Error> {
        self.body.as_array().map(Vec::as_slice).ok_or_else(|| Error::odd_answer(forge, "is not a list"))
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
    pub(super) token: Token,
    /// The next step if a token is invalid (401) or not allowed (403, 404).
    pub(super) rights: &'static str,
}

impl Http {
    /// `option` names the source of the URL.
    pub(super) fn new(
        address: &str,
        option: &str,
        token: Token,
        headers: HeaderMap,
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
        let client = http::builder(&base, headers).timeout(TIMEOUT).build().map_err(|error| {
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
            let Missed { what, asked, outcome } = match self.attempt(method.clone(), url, body).await {
                Ok(answer) => return Ok(answer),
                Err(missed) => missed,
            };
            if let Outcome::Final(status) = outcome {
                return Err(Trouble::Failed(status, Error::new(what, self.advice(status))));
            }
            let wait = asked.unwrap_or_else(|| Duration::from_millis(500 << tries.min(4)) / 2);
            let help = "run this step again later; nothing needs repair";
            if wait > LONGEST_WAIT {
                let what = format!("{what}; the server asks to wait {} seconds", wait.as_secs());
                return Err(Trouble::Failed(0, Error::new(what, help)));
            }
            if outcome == Outcome::Unknown && replay == Replay::NotSafe {
                return Err(Trouble::Unsure(Error::new(what, help), wait));
            }
            if tries >= TRIES {
                return Err(Trouble::Failed(0, Error::new(format!("{what} ({tries} tries)"), help)));
            }
            tracing::debug!(what, ?wait, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, method: Method, url: &str, body: Option<&Value>) -> Result<Answer, Missed> {
        let missed = |what, outcome| Missed { what, asked: None, outcome };
        let lost = |why: &str| missed(format!("the response of the API was lost: {why}"), Outcome::Unknown);
        let mut request = self.client.request(method.clone(), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let mut response = request.send().await.map_err(|error| {
            let not_sent = error.is_connect() || error.is_builder();
            let why = self.token.clean(&http::chain(error));
            let unreachable = || missed(format!("cannot connect to the API: {why}"), Outcome::NothingDone);
            if not_sent { unreachable() } else { lost(&why) }
        })?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = match http::body(&mut response, MOST_BYTES).await {
            Err(error) if status.is_success() => return Err(lost(&self.token.clean(&http::chain(error)))),
            body => body.ok().flatten(),
        };
        let value = body.and_then(|body| serde_json::from_slice::<Value>(&body).ok());
        if status.is_success() {
            // A gateway's error page or a truncated response: the request may have taken effect.
            return value.map(|body| Answer { body, headers }).ok_or_else(|| lost("not JSON"));
        }
        let message = self.message(status.is_redirection(), &headers, &value.unwrap_or_default());
        let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let asked = asked.map(Duration::from_secs);
        let status = status.as_u16();
        let outcome = match status {
            429 => Outcome::NothingDone,
            403 if asked.is_some() => Outcome::NothingDone,
            408 | 500.. => Outcome::Unknown,
            _ => Outcome::Final(status),
        };
        Err(Missed { what: format!("{method} {}: status {status}{message}", self.path(url)), asked, outcome })
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
}

/// The result of an attempt that was not a success.
struct Missed {
    what: String,
    /// The wait that the server asks for.
    asked: Option<Duration>,
    outcome: Outcome,
}

#[derive(PartialEq, Eq)]
enum Outcome {
    /// The request did not take effect, and may be retried.
    NothingDone,
    /// The request may have taken effect.
    Unknown,
    /// The request was refused with this status.
    Final(u16),
}
