//! The interface for programs: start an emulator, get its address, inspect it, control it, stop it. All of
//! it is also available over HTTP under `/_emulator/`.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use thiserror::Error;

use crate::clock::advanced;
use crate::envelope::Refusal;
use crate::fault_rule::FaultRule;
use crate::faults::Faults;
use crate::feed::FeedOptions;
use crate::ledger::LedgerEntry;
use crate::seed::{Seed, SeedError};
use crate::server::Server;
use crate::service::Service;
use crate::state::State;
use crate::users::User;

/// The start options of an emulator. The default listens on a free port of the loopback address and holds an
/// empty organization, without latency, limits or faults.
#[derive(Clone)]
pub struct Options {
    /// The address to listen on. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The initial organization. The default has no `now`, so the clock is the machine's.
    pub state: Seed,
    /// Latency added to every answer (real time).
    pub latency: Duration,
    /// Maximum requests per minute; `None` for no limit. Above it: 429 with `retry-after` in seconds.
    pub rate_limit: Option<u32>,
    /// The initial fault rules.
    pub faults: Vec<FaultRule>,
    /// The only credentials to accept besides minted tokens; if there is none, anything that looks like an Admin API key
    /// or OAuth token.
    pub credentials: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state: Seed::default(),
            latency: Duration::ZERO,
            rate_limit: None,
            faults: Vec::new(),
            credentials: Vec::new(),
        }
    }
}

/// Omits the credential from the output.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Why an emulator did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is in use or not local.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that was requested.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The seed is invalid.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

/// A refused control call, with the emulator's message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ControlError {
    /// The HTTP status of the same call over HTTP.
    pub status: u16,
    /// The reason for the refusal.
    pub message: String,
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        Self { status: refusal.status, message: refusal.message }
    }
}

/// A running emulator. Dropping it closes its port at once; [`stop`](Self::stop) waits until open requests
/// have been answered.
pub struct Emulator {
    service: Arc<Service>,
    server: Server,
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Emulator {
    /// Starts an emulator, in tasks of the current Tokio runtime.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let Options { listen, state, latency, rate_limit, faults, credentials } = options;
        let service = Arc::new(Service::new(State::new(state)?, faults, latency, rate_limit, credentials));
        let server = Server::start(listen, Arc::clone(&service)).await;
        let server = server.map_err(|source| StartError::Listen { address: listen, source })?;
        Ok(Self { service, server })
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Returns the base URL, for example `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns the organization as it is now.
    pub fn state(&self) -> Seed {
        self.service.lock().state.dump()
    }

    /// Replaces the organization; the request log is kept. Fails as [`Seed::from_json`] does.
    pub fn set_state(&self, seed: Seed) -> Result<(), SeedError> {
        let state = State::new(seed)?;
        self.service.lock().replace(state);
        Ok(())
    }

    /// Replaces the organization in somebody's name: the Activity Feed stays, and has the differences as theirs.
    ///
    /// `actor` is an e-mail address, `directory_sync`, `anthropic`, `system`, an id beginning with `svac_` or
    /// `adminkey_`, or an actor as JSON. Fails on another one, and as [`Seed::from_json`] does.
    pub fn set_state_as(&self, seed: Seed, actor: &str) -> Result<(), ControlError> {
        Ok(self.service.load_as(seed, actor)?)
    }

    /// Returns every activity of the feed, newest first, also what cannot be read yet.
    pub fn activities(&self) -> Vec<Value> {
        self.service.lock().state.feed.activities().cloned().collect()
    }

    /// Sets how the Activity Feed behaves.
    pub fn set_feed(&self, options: FeedOptions) {
        self.service.lock().state.feed.options = options;
    }

    /// Returns every request to the API so far, in the order in which they were processed.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.service.lock().ledger.clone()
    }

    /// Clears the request log.
    pub fn clear_ledger(&self) {
        self.service.lock().ledger.clear();
    }

    /// Accepts a pending invite and returns the new member. Fails on any other invite.
    pub fn accept_invite(&self, id: &str) -> Result<User, ControlError> {
        Ok(self.service.accept_invite(id)?)
    }

    /// Advances the clock and returns the new time. Fails if it is out of range.
    pub fn advance(&self, by: Duration) -> Result<Timestamp, ControlError> {
        let state = &mut self.service.lock().state;
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        Ok(state.set_clock(advanced(state.now, by)?))
    }

    /// Replaces all fault rules and restarts their counts.
    pub fn set_faults(&self, rules: Vec<FaultRule>) {
        self.service.lock().faults = Faults::new(rules);
    }

    /// Stops accepting connections, lets open requests finish (2 seconds at most) and closes.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
