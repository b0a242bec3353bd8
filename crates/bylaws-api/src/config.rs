//! How a client behaves: where the service is, as whom, how patiently; and what it tells while it works.

use std::sync::Arc;
use std::time::Duration;

use crate::{BaseUrl, Credential, Method};

/// Settings of a client. Begin with [`Config::new`] and change what differs.
#[derive(Clone)]
pub struct Config {
    /// Where the service is.
    pub base_url: BaseUrl,
    /// As whom.
    pub credential: Credential,
    /// Sent as `User-Agent`.
    pub user_agent: String,
    /// The most time one try may take, from connecting to the last byte. Waiting between tries is not
    /// in it.
    pub timeout: Duration,
    /// The most time connecting may take.
    pub connect_timeout: Duration,
    /// How often one request is tried before it is given up. A "too many requests" does not count
    /// while other requests of this client get through.
    pub max_attempts: u32,
    /// The longest pause a service may ask for; asked for more, a request is given up at once.
    pub max_wait: Duration,
    /// How many requests may be under way at once.
    pub max_in_flight: usize,
    /// Whether a write is tried again. If not, every failure of a write is returned at once, so that the caller
    /// can read the object again first: a wait may take minutes. The next request still waits as long as the
    /// service asked for.
    pub retry_writes: bool,
    /// Told what the client does, for progress lines. Called from within requests: must not block.
    pub notices: Option<Arc<dyn Fn(Notice) + Send + Sync>>,
}

impl Config {
    /// The usual patience: 60 s a try, 10 s to connect, 8 tries, pauses up to 5 minutes, 128 requests
    /// at once.
    pub fn new(base_url: BaseUrl, credential: Credential) -> Self {
        Self {
            base_url,
            credential,
            user_agent: concat!("bylaws/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(10),
            max_attempts: 8,
            max_wait: Duration::from_mins(5),
            max_in_flight: 128,
            retry_writes: true,
            notices: None,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url.as_str())
            .field("credential", &self.credential)
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_attempts", &self.max_attempts)
            .field("max_wait", &self.max_wait)
            .field("max_in_flight", &self.max_in_flight)
            .field("retry_writes", &self.retry_writes)
            .finish_non_exhaustive()
    }
}

/// Something the client does that a person waiting for it may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// A request goes out.
    Sent {
        /// Its method.
        method: Method,
        /// Its path, for people.
        path: String,
        /// Which try this is, from 1.
        attempt: u32,
    },
    /// A request will be tried again, after a while.
    Waiting {
        /// How long.
        duration: Duration,
        /// Why, in a few words: `status 429`.
        reason: String,
        /// Which try failed, from 1.
        attempt: u32,
    },
}

/// What a client has sent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads; each counts once, however often it was tried.
    pub reads: u64,
    /// Tries after the first, of reads and writes.
    pub retries: u64,
    /// Writes; each counts once, however often it was tried.
    pub writes: u64,
}
