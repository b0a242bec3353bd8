//! Asks the runner of a GitHub Actions job for an identity token.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::authorization::Authorization;
use crate::redact::Secrets;
use crate::{BaseUrl, InvalidBaseUrl, http};

const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum size of an answer in bytes.
const MOST_BYTES: usize = 1 << 20;

/// The address and the token with which a job asks its runner for identity tokens.
#[derive(Clone)]
pub struct GitHubRunner {
    url: Url,
    origin: BaseUrl,
    token: SecretString,
}

/// Why the runner did not answer with an identity token.
pub(crate) struct NoIdentity {
    pub(crate) why: String,
    /// Whether it may be different the next time.
    pub(crate) may_pass: bool,
}

impl GitHubRunner {
    /// Returns the runner at `url` (`ACTIONS_ID_TOKEN_REQUEST_URL`), whose tokens are for this audience. Fails unless the
    /// address is https, or http on this machine.
    pub fn new(url: &str, token: SecretString, audience: &str) -> Result<Self, InvalidBaseUrl> {
        if url.chars().any(char::is_whitespace) {
            return Err(InvalidBaseUrl::WhiteSpace);
        }
        let mut url = Url::parse(url).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        let origin = BaseUrl::parse(&url.origin().ascii_serialization())?;
        url.query_pairs_mut().append_pair("audience", audience);
        Ok(Self { url, origin, token })
    }

    /// Returns a new identity token, as it was received.
    pub(crate) async fn ask(&self, secrets: &Secrets) -> Result<SecretString, NoIdentity> {
        secrets.add(self.token.expose_secret());
        let asked = tokio::time::timeout(TIMEOUT, self.exchange(secrets)).await;
        asked.unwrap_or_else(|_| {
            Err(NoIdentity { why: format!("no answer within {TIMEOUT:?}"), may_pass: true })
        })
    }

    async fn exchange(&self, secrets: &Secrets) -> Result<SecretString, NoIdentity> {
        #[derive(Deserialize)]
        struct Issued {
            value: SecretString,
        }
        let refused = |why: String| NoIdentity { why, may_pass: false };
        let lost = |error| NoIdentity { why: secrets.clean(&http::chain(error)), may_pass: true };
        let bearer = Authorization::bearer(self.token.expose_secret());
        let bearer = bearer.ok_or_else(|| refused("its request token is not a header".to_owned()))?;
        let client = http::builder(&self.origin, HeaderMap::new()).build().map_err(lost)?;
        let request = client.get(self.url.clone()).header(bearer.name, bearer.value);
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        if !status.is_success() {
            let may_pass = status.is_server_error() || status.as_u16() == 429;
            return Err(NoIdentity { why: format!("status {}", status.as_u16()), may_pass });
        }
        let body = http::body(&mut response, MOST_BYTES).await.map_err(lost)?;
        let issued: Option<Issued> = body.and_then(|body| serde_json::from_slice(&body).ok());
        issued
            .map(|issued| issued.value)
            .ok_or_else(|| refused("its answer has no identity token".to_owned()))
    }
}
