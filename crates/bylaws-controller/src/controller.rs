//! The controller: one round for each organization.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::watch;

use crate::config::Config;
use crate::folder::{Folder, Lock, StateError};
use crate::host::Host;
use crate::reason::{Ending, Reason};
use crate::rounds::Rounds;
use crate::status::{OrganizationStatus, StatusDocument};

/// How many rounds run at once.
const AT_ONCE: usize = 4;

/// Asks a controller to stop: the first time it finishes the requests in flight, the second time it stops at once.
#[derive(Clone)]
pub struct Signal(Arc<watch::Sender<u8>>);

impl Signal {
    /// Asks to stop.
    pub fn stop(&self) {
        self.0.send_modify(|asked| *asked = asked.saturating_add(1));
    }
}

/// A controller that has locked its state folder.
pub struct Controller {
    rounds: Arc<Rounds>,
    signal: Signal,
    _lock: Lock,
}

impl Controller {
    /// Locks the state folder. Fails if another controller uses it, or if it is not private.
    pub fn open(config: Config, host: Host) -> Result<Self, StateError> {
        let folder = Folder::open(&config.state)?;
        let lock = folder.lock()?;
        let (signal, stop) = watch::channel(0);
        let rounds = Arc::new(Rounds::new(config, host, folder, stop));
        Ok(Self { rounds, signal: Signal(Arc::new(signal)), _lock: lock })
    }

    /// Returns what asks this controller to stop.
    pub fn signal(&self) -> Signal {
        self.signal.clone()
    }

    /// Runs one round for each organization, some at once, and returns how they ended.
    pub async fn once(&self) -> Ending {
        let organizations = self.rounds.config.organizations.iter();
        let rounds = organizations.map(|(name, organization)| async move {
            // Every fetch of this run is good enough.
            let ended = self.rounds.run(name, organization, Duration::MAX).await;
            ended.memory.status.reason.ending()
        });
        let endings = futures::stream::iter(rounds).buffer_unordered(AT_ONCE);
        endings.fold(Ending::Done, |strongest, ending| async move { strongest.max(ending) }).await
    }

    /// Returns the status of all organizations.
    pub fn status(&self) -> StatusDocument {
        let names = self.rounds.config.organizations.keys();
        let status = |name: &String| self.rounds.memory(name).unwrap_or_default().status;
        StatusDocument { format_version: 1, organizations: names.map(status).collect() }
    }
}

impl StatusDocument {
    /// Reads the status of all organizations from the state folder of a configuration.
    pub fn read(config: &Config, now: jiff::Timestamp) -> Result<Self, StateError> {
        let folder = Folder::open(&config.state)?;
        let read = |name: &String| {
            let path =
                folder.organization(name).map_err(|error| StateError::Io(config.state.clone(), error))?;
            let mut status = crate::memory::Memory::read(&path, name).status;
            // A decision holds before the next round has seen it.
            let decisions = crate::decisions::Decisions::at(path);
            status.suspended = decisions.suspension(now);
            status.approved = decisions.approval(now);
            if status.suspended.is_some() {
                (status.reason, status.ready) = (Reason::Suspended, Reason::Suspended.ready());
            }
            Ok(status)
        };
        let organizations: Result<Vec<OrganizationStatus>, StateError> =
            config.organizations.keys().map(read).collect();
        Ok(Self { format_version: 1, organizations: organizations? })
    }
}
