//! The configuration of a client: address, credential, retries and timeouts, and progress notices.

use std::sync::Arc;
use std::time::Duration;

use crate::{BaseUrl, Credential};

/// Settings of a client. Start with [`Config::new`] and change what differs.
#[derive(Clone)]
pub struct Config {
    /// The address of the service.
    pub base_url: BaseUrl,
    /// The credential sent with every request that is not for `org_token`.
    pub credential: Credential,
    /// An OAuth token with `org:admin`, sent with the requests that the service refuses to admin keys. Without it they
    /// are sent with `credential` if that is a token, and otherwise not at all.
    pub org_token: Option<Credential>,
    /// The maximum time of one attempt, from connecting to the last byte. Waits between attempts are not
    /// included.
    pub timeout: Duration,
    /// The maximum number of attempts per request. Throttled attempts do not count while other requests of
    /// this client get through.
    pub max_attempts: u32,
    /// The longest wait that the service may ask for; a request with a longer one fails at once.
    pub max_wait: Duration,
    /// The maximum number of requests in flight.
    pub max_in_flight: usize,
    /// Whether writes are retried. If not, every failed write is returned at once, so that the caller can
    /// first read the object again. The next request still waits as long as the service asked.
    pub retry_writes: bool,
    /// Called for progress lines, from within requests: it must not block.
    pub notices: Option<Arc<dyn Fn(Notice) + Send + Sync>>,
}

impl Config {
    /// Returns the defaults: 60 s per attempt, 8 attempts, waits up to 5 minutes, 128
    /// requests in flight.
    pub fn new(base_url: BaseUrl, credential: Credential) -> Self {
        Self {
            base_url,
            credential,
            org_token: None,
            timeout: Duration::from_mins(1),
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
            .field("org_token", &self.org_token)
            .finish_non_exhaustive()
    }
}

/// A request will be retried after a wait, which a waiting person may want to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The length of the wait.
    pub duration: Duration,
    /// The reason in a few words: `status 429`.
    pub reason: String,
    /// The number of the failed attempt, from 1.
    pub attempt: u32,
}

/// What a client has sent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads; each counts once, however often it was sent.
    pub reads: u64,
    /// Attempts after the first, of reads and writes.
    pub retries: u64,
    /// Writes; each counts once, however often it was sent.
    pub writes: u64,
}
