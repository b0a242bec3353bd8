//! The controller: one round for each organization, or rounds until it is asked to stop.

use std::collections::BTreeSet;
use std::fmt;
use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::connections::Connections;
use crate::decided::Decided;
use crate::decisions::Decisions;
use crate::folder::{Folder, Lock, StateError};
use crate::health::Health;
use crate::host::Host;
use crate::local::is_loopback;
use crate::memory::{Memory, Notified};
use crate::metrics::Metrics;
use crate::port::{self, Port};
use crate::reason::{Ending, Reason};
use crate::rounds::{Ended, Rounds};
use crate::schedule::Last;
use crate::scheduler::{AT_ONCE, Scheduler, Work};
use crate::source::Age;
use crate::status::{OrganizationStatus, StatusDocument};
use crate::{exposure, message, post, running};

/// Asks a controller to stop: the first time it finishes the requests in flight, the second time it stops at once.
#[derive(Clone)]
pub struct Signal(Arc<watch::Sender<u8>>);

impl Signal {
    /// Asks to stop.
    pub fn stop(&self) {
        self.0.send_modify(|asked| *asked = asked.saturating_add(1));
    }
}

/// Why the port cannot be opened.
#[derive(Debug)]
pub struct RunError(SocketAddr, io::Error);

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: {}", self.0, self.1)
    }
}

/// A controller that has locked its state folder.
pub struct Controller {
    runner: Arc<Runner>,
    signal: Signal,
    stop: watch::Receiver<u8>,
    _lock: Lock,
}

/// Rounds with what follows from each: metrics and notifications.
struct Runner {
    rounds: Rounds,
    metrics: Arc<Metrics>,
}

impl Controller {
    /// Locks the state folder. Fails if another controller uses it, or if it is not private.
    pub fn open(config: Config, host: Host) -> Result<Self, StateError> {
        let folder = Folder::open(&config.state)?;
        let lock = folder.lock()?;
        // With a full disk it starts all the same: only commands need this file.
        if let Err(error) = running::write(&folder, &config) {
            let fields = json!({ "message": format!("cannot write the state: {error}") });
            host.log.event(host.clock.now(), "error", &fields);
        }
        let (signal, stop) = watch::channel(0);
        let metrics = Arc::new(Metrics::new(config.organizations.keys()));
        let rounds = Rounds::new(config, host, folder, stop.clone());
        let runner = Arc::new(Runner { rounds, metrics });
        runner.warn();
        Ok(Self { runner, signal: Signal(Arc::new(signal)), stop, _lock: lock })
    }

    /// Returns what asks this controller to stop.
    pub fn signal(&self) -> Signal {
        self.signal.clone()
    }

    /// Runs one round for each organization, some at once, and returns how they ended.
    pub async fn once(&self) -> Ending {
        let names = self.runner.rounds.config.organizations.keys();
        // Every fetch of this run is good enough.
        let rounds = names.map(|name| async {
            if self.runner.rounds.is_stopping() {
                return Ending::Failed;
            }
            // This is the round that somebody asked for.
            let _ = self.runner.take_run(name);
            let ended = self.runner.one(name, Age::ANY).await;
            ended.memory.status.reason.ending()
        });
        let endings = futures::stream::iter(rounds).buffer_unordered(AT_ONCE);
        endings.fold(Ending::Done, |strongest, ending| async move { strongest.max(ending) }).await
    }

    /// Runs rounds until it is asked to stop, and serves the port.
    pub async fn run(&self, listen: SocketAddr) -> Result<(), RunError> {
        let failed = |error| RunError(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let config = &self.runner.rounds.config;
        let runner = Arc::clone(&self.runner);
        let (health, hook) = (Arc::new(Health::new()), Arc::new(Notify::new()));
        let (state, names) = (config.state.clone(), config.organizations.keys().cloned().collect::<Vec<_>>());
        let port = Port {
            status: Arc::new(move || {
                let now = runner.rounds.host.clock.now();
                StatusDocument::read(&state, &names, now).map(|status| (status, now))
            }),
            is_local: is_loopback(&address.ip()),
            metrics: Arc::clone(&self.runner.metrics),
            health: Arc::clone(&health),
            hook: Arc::clone(&hook),
            hook_token_file: config.hook_token_file.clone(),
        };
        for name in config.organizations.keys() {
            if let Ok(memory) = self.runner.rounds.memory(name) {
                self.runner.metrics.remembered(name, &memory);
            }
        }
        self.log("listening", &json!({ "address": address.to_string() }));
        let serving = tokio::spawn(axum::serve(Connections::new(listener), port::routes(port)).into_future());
        let scheduler = Scheduler {
            work: Arc::clone(&self.runner),
            names: config.organizations.keys().cloned().collect(),
            every: config.every,
            health,
            hook,
            stop: self.stop.clone(),
        };
        scheduler.run().await;
        serving.abort();
        self.log("stopped", &json!({}));
        Ok(())
    }

    /// Returns the status of all organizations.
    pub fn status(&self) -> StatusDocument {
        let names = self.runner.rounds.config.organizations.keys();
        let status = |name: &String| match self.runner.rounds.memory(name) {
            Ok(memory) => memory.status,
            Err(error) => OrganizationStatus::failed(name, error.to_string()),
        };
        StatusDocument { format_version: 1, organizations: names.map(status).collect() }
    }

    fn log(&self, event: &str, fields: &serde_json::Value) {
        let host = &self.runner.rounds.host;
        host.log.event(host.clock.now(), event, fields);
    }
}

impl Runner {
    /// Logs what is wrong with the files that contain credentials.
    fn warn(&self) {
        let host = &self.rounds.host;
        for exposure::Warning { file, key, message, help } in exposure::warnings(&self.rounds.config) {
            let fields =
                json!({ "file": file.display().to_string(), "key": key, "message": message, "help": help });
            host.log.event(host.clock.now(), "warning", &fields);
        }
    }

    /// Runs one round, counts it and posts what it changed.
    async fn one(&self, name: &str, age: Age) -> Ended {
        let mut ended = self.rounds.run(name, age).await;
        self.metrics.round(name, &ended);
        if ended.is_remembered {
            self.notify(&mut ended.memory).await;
        }
        ended
    }

    /// Posts a change of state. Who could not be told is told after the next round.
    async fn notify(&self, memory: &mut Memory) {
        let host = &self.rounds.host;
        let due = message::due(memory, host.clock.now());
        // Of a state that is over nobody has to be told.
        let is_owed = |last: &&Notified| !memory.owed.is_empty() && last.reason == memory.status.reason;
        let Some(event) = due.as_ref().or(memory.notified.as_ref().filter(is_owed)) else { return };
        let mut owed = BTreeSet::new();
        for target in self.rounds.config.notify.iter().filter(|target| target.on.contains(&event.event)) {
            if due.is_none() && !memory.owed.contains(&target.url_file) {
                continue;
            }
            let document = message::document(memory, event, target.names);
            if let Err(message) = post::post(&target.url_file, &document).await {
                let fields = json!({ "organization": memory.status.name, "message": message });
                host.log.event(host.clock.now(), "notification_failed", &fields);
                owed.insert(target.url_file.clone());
            }
        }
        memory.owed = owed;
        memory.notified = due.or_else(|| memory.notified.take());
        let name = memory.status.name.clone();
        self.rounds.save(&name, memory);
    }
}

impl Work for Runner {
    fn round(self: Arc<Self>, name: String, is_asked: bool) -> BoxFuture<'static, Last> {
        Box::pin(async move {
            let age = if is_asked { Age::NEW } else { Age::shared(self.rounds.config.every) };
            let Ended { outcome, memory, .. } = self.one(&name, age).await;
            let (reason, retry_after) = (memory.status.reason, outcome.retry_after);
            let (requests, is_partial) = (outcome.counts.total(), outcome.counts.is_partial);
            Last { reason, requests, is_partial, failures: memory.failures, retry_after }
        })
    }

    fn take_run(&self, name: &str) -> bool {
        let Some(decisions) = self.rounds.decisions(name) else { return false };
        // A suspension that ends by itself asks for a round.
        let _ = decisions.suspension(self.rounds.host.clock.now());
        decisions.take_run()
    }

    fn planned_before(&self, name: &str) -> Duration {
        let next = self.rounds.memory(name).ok().and_then(|memory| memory.status.next_round);
        let wait = next.map(|next| next.duration_since(self.rounds.host.clock.now()));
        wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or_default()
    }

    fn plan(&self, name: &str, wait: Duration) {
        if let Ok(mut memory) = self.rounds.memory(name) {
            memory.status.next_round = self.rounds.host.clock.now().checked_add(wait).ok();
            self.rounds.save(name, &memory);
        }
    }
}

impl StatusDocument {
    /// Reads the status of these organizations from a state folder, which need not exist.
    pub fn read(state: &Path, names: &[String], now: jiff::Timestamp) -> Result<Self, StateError> {
        let folder = Folder::existing(state)?;
        let read = |name: &String| {
            let Some(path) = folder.as_ref().map(|folder| folder.path_of(name)) else {
                return OrganizationStatus { name: name.clone(), ..OrganizationStatus::default() };
            };
            let mut status = match Memory::read(&path, name) {
                Ok(memory) => memory.status,
                Err(error) => OrganizationStatus::failed(name, error.to_string()),
            };
            // A decision holds before the next round has seen it.
            status.decisions = Decided::last(&path);
            let decisions = Decisions::at(path);
            let was_suspended = status.suspended.is_some();
            status.suspended = decisions.suspension(now);
            status.approved = decisions.approval(now);
            if status.suspended.is_some() {
                (status.reason, status.ready) = (Reason::Suspended, Reason::Suspended.ready());
            } else if was_suspended {
                "the suspension has ended; the next round may write".clone_into(&mut status.message);
            }
            status
        };
        Ok(Self { format_version: 1, organizations: names.iter().map(read).collect() })
    }
}
