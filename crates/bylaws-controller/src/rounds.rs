//! The rounds of all organizations: fetches, runs and remembers.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bylaws_output::document::canonical::sha256;
use serde_json::json;

use crate::child::Stop;
use crate::config::{Config, Organization, Source};
use crate::decisions::Decisions;
use crate::folder::Folder;
use crate::host::Host;
use crate::memory::Memory;
use crate::outcome::Outcome;
use crate::reason::{Reason, Status};
use crate::round::Round;
use crate::source::{Age, Sources};
use crate::status::OrganizationStatus;

/// What is said about a suspended organization.
const NOTHING: &str = "nothing is written";

/// What all rounds share.
pub(crate) struct Rounds {
    pub(crate) config: Config,
    pub(crate) host: Host,
    folder: Folder,
    sources: Sources,
    stop: Stop,
    /// The name that manages each organization id.
    names: Mutex<BTreeMap<String, String>>,
}

/// The result of a round, and the memory of the organization after it.
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) memory: Memory,
    /// Whether it is what is written down; it is not if that cannot be read.
    pub(crate) is_remembered: bool,
    pub(crate) took: Duration,
}

impl Rounds {
    pub(crate) fn new(config: Config, host: Host, folder: Folder, stop: Stop) -> Self {
        let sources = Sources::new(folder.mirrors(), host.clone(), stop.clone());
        let rounds = Self { config, host, folder, sources, stop, names: Mutex::default() };
        for name in rounds.config.organizations.keys() {
            if let Some(id) = rounds.memory(name).ok().and_then(|memory| memory.status.organization_id) {
                rounds.other_name(&id, name);
            }
        }
        rounds
    }

    /// Returns whether this process was asked to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow() > 0
    }

    /// Returns the memory of an organization.
    pub(crate) fn memory(&self, name: &str) -> io::Result<Memory> {
        Memory::read(&self.folder.organization(name)?, name)
    }

    /// Returns the decisions about an organization.
    pub(crate) fn decisions(&self, name: &str) -> Option<Decisions> {
        self.folder.organization(name).ok().map(Decisions::at)
    }

    /// Runs one round. The result of a fetch of this age is good enough.
    pub(crate) async fn run(&self, name: &str, age: Age) -> Ended {
        let start = tokio::time::Instant::now();
        let Some(organization) = self.config.organizations.get(name) else {
            return self.forgetful(name, format!("the configuration has no organization `{name}`"));
        };
        let mut memory = match self.memory(name) {
            Ok(memory) => memory,
            // Nothing is written over what may be only out of reach.
            Err(error) => {
                let help = "repair it, or remove it for a first start";
                return self.forgetful(name, format!("{error}; {help}"));
            }
        };
        memory.rounds += 1;
        let source = identity(&organization.source);
        if memory.source != source {
            // Commits of another source say nothing about this one.
            (memory.source, memory.baseline) = (source, None);
        }
        let old = memory.baseline.clone();
        let outcome = self.outcome(name, organization, &mut memory, age).await;
        // A round that was stopped together with this process says nothing about the organization.
        if self.is_stopping() && outcome.reason.is_passing() {
            self.save(name, &memory);
        } else {
            self.remember(name, &mut memory, &outcome);
        }
        let took = start.elapsed();
        self.log(name, &memory, &outcome, took, old != memory.baseline);
        Ended { outcome, memory, is_remembered: true, took }
    }

    /// Returns the end of a round of which nothing is remembered.
    fn forgetful(&self, name: &str, message: String) -> Ended {
        let status = OrganizationStatus::failed(name, message.clone());
        let memory = Memory { status, ..Memory::default() };
        let outcome = Outcome::new(Reason::RoundFailed, message);
        self.log(name, &memory, &outcome, Duration::ZERO, false);
        Ended { outcome, memory, is_remembered: false, took: Duration::ZERO }
    }

    async fn outcome(
        &self,
        name: &str,
        organization: &Organization,
        memory: &mut Memory,
        age: Age,
    ) -> Outcome {
        let folder = match self.folder.organization(name) {
            Ok(folder) => folder,
            Err(error) => {
                return Outcome::new(Reason::RoundFailed, format!("cannot use the state folder: {error}"));
            }
        };
        let tip = match self.sources.tip(organization, memory.baseline.as_deref(), age).await {
            Ok(tip) => tip,
            Err(refusal) => return Outcome::new(refusal.reason, refusal.message),
        };
        memory.status.revision = Some(tip.commit.clone());
        let round = Round {
            host: &self.host,
            organization,
            name,
            number: memory.rounds,
            tip: &tip,
            folder,
            stop: self.stop.clone(),
            counts: Mutex::default(),
            other_name: &|id| self.other_name(id, name),
        };
        let outcome = round.run(memory).await;
        if memory.baseline.as_ref() == Some(&tip.commit) {
            self.sources.keep(name, &tip).await;
        }
        outcome
    }

    /// Returns the other name that manages an organization; otherwise this name does from now on.
    fn other_name(&self, id: &str, name: &str) -> Option<String> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let first = names.entry(id.to_owned()).or_insert_with(|| name.to_owned());
        (first != name).then(|| first.clone())
    }

    /// Writes down what the round means for the organization.
    fn remember(&self, name: &str, memory: &mut Memory, outcome: &Outcome) {
        let now = self.host.clock.now();
        let decisions = self.decisions(name);
        let suspended = decisions.as_ref().and_then(|decisions| decisions.suspension(now));
        // A suspended organization is not ready for nothing: what failed meanwhile is in the message.
        let (reason, message) = match &suspended {
            Some(_) if outcome.message.is_empty() => (Reason::Suspended, NOTHING.to_owned()),
            Some(_) => (Reason::Suspended, format!("{NOTHING}; {}", outcome.message)),
            None => (outcome.reason, outcome.message.clone()),
        };
        memory.failures = if reason.ready() == Status::False { memory.failures + 1 } else { 0 };
        let status = &mut memory.status;
        if status.reason != reason || status.since.is_none() {
            status.since = Some(now);
        }
        (status.reason, status.message) = (reason, message);
        (status.ready, status.in_sync) = (reason.ready(), reason.in_sync().unwrap_or(status.in_sync));
        status.baseline.clone_from(&memory.baseline);
        status.sent = usize::try_from(outcome.sent()).unwrap_or(usize::MAX);
        if let Some(plan) = &outcome.plan {
            status.fingerprint = (plan.wanted() > 0).then(|| plan.fingerprint.clone());
            (status.changes, status.held) = (plan.not_held(), plan.waiting_for_a_person());
            (status.waiting, status.blocked) = (plan.waiting, plan.blocked);
            (status.unlisted, status.expiring) = (plan.unlisted, plan.expiring);
            status.guards.clone_from(&plan.guards);
        }
        if let Some(suspension) = suspended.as_ref().filter(|_| status.suspended.is_none()) {
            let fields = json!({ "organization": name, "by": suspension.by, "reason": suspension.reason,
                "until": suspension.until.map(|until| until.to_string()) });
            self.host.log.event(now, "suspended", &fields);
        } else if status.suspended.is_some() && suspended.is_none() {
            self.host.log.event(now, "resumed", &json!({ "organization": name }));
        }
        status.suspended = suspended;
        status.approved = decisions.and_then(|decisions| decisions.approval(now));
        status.last_round = Some(now);
        if outcome.reason.ready() == Status::True {
            status.last_success = Some(now);
        }
        self.save(name, memory);
    }

    /// Writes the memory. If that fails, the next round starts from the one that was written last.
    pub(crate) fn save(&self, name: &str, memory: &Memory) {
        let written = self.folder.organization(name).and_then(|folder| memory.write(&folder));
        if let Err(error) = written {
            let fields =
                json!({ "organization": name, "message": format!("cannot write the state: {error}") });
            self.host.log.event(self.host.clock.now(), "error", &fields);
        }
    }

    fn log(&self, name: &str, memory: &Memory, outcome: &Outcome, took: Duration, moved: bool) {
        let status = &memory.status;
        let fields = json!({
            "organization": name,
            "round": memory.rounds,
            "reason": status.reason.as_str(),
            "message": status.message,
            "revision": status.revision,
            "baseline": moved.then_some(&status.baseline),
            "changes": status.changes,
            "sent": outcome.sent(),
            "held": status.held.len(),
            "requests": outcome.counts.total(),
            "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        self.host.log.event(self.host.clock.now(), "round", &fields);
    }
}

/// Returns a text that is the same for the same source.
fn identity(source: &Source) -> String {
    sha256(&match source {
        Source::Git { url, branch, path, .. } => format!("git {url} {branch} {path}"),
        Source::Folder(folder) => format!("folder {}", folder.display()),
    })
}
