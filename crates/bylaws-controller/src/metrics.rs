//! Metrics in the `OpenMetrics` format. Labels never contain a person, a workspace, a key or a revision.

use std::sync::atomic::AtomicU64;

use bylaws_engine::{Action, Cause, Class, GuardKind};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::answers::STATUSES;
use crate::memory::Memory;
use crate::reason::{Reason, Status};
use crate::rounds::Ended;
use crate::status::GuardCount;

/// The labels of a series, in the order in which they are written.
type Labels = Vec<(&'static str, String)>;
type Seconds = Gauge<f64, AtomicU64>;

/// The guards with a number and a limit.
const COUNTING: [GuardKind; 4] =
    [GuardKind::AccessLoss, GuardKind::KeysOff, GuardKind::Invites, GuardKind::WorkspaceAdmins];
const METHODS: [&str; 3] = ["GET", "POST", "DELETE"];
const OUTCOMES: [&str; 4] = ["done", "failed", "skipped", "unknown"];
const ENTRIES: [&str; 4] = ["waiting", "blocked", "unlisted", "expiring"];

/// The metrics of all organizations.
pub(crate) struct Metrics {
    registry: Registry,
    rounds: Family<Labels, Counter>,
    duration: Family<Labels, Histogram, fn() -> Histogram>,
    last_round: Family<Labels, Seconds>,
    last_success: Family<Labels, Seconds>,
    condition: Family<Labels, Gauge>,
    changes: Family<Labels, Gauge>,
    entries: Family<Labels, Gauge>,
    writes: Family<Labels, Counter>,
    requests: Family<Labels, Counter>,
    paused: Family<Labels, Counter<f64, AtomicU64>>,
    suspended: Family<Labels, Gauge>,
    window: Family<Labels, Gauge>,
    limit: Family<Labels, Gauge>,
}

fn labels<const N: usize>(name: &str, more: [(&'static str, &str); N]) -> Labels {
    let organization = std::iter::once(("organization", name.to_owned()));
    organization.chain(more.map(|(label, value)| (label, value.to_owned()))).collect()
}

/// Returns a number for a gauge.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Metrics {
    /// Returns metrics in which every series of these organizations exists.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        let buckets = || Histogram::new(exponential_buckets(0.25, 2.0, 13));
        let mut metrics = Self {
            registry: Registry::default(),
            rounds: Family::default(),
            duration: Family::new_with_constructor(buckets),
            last_round: Family::default(),
            last_success: Family::default(),
            condition: Family::default(),
            changes: Family::default(),
            entries: Family::default(),
            writes: Family::default(),
            requests: Family::default(),
            paused: Family::default(),
            suspended: Family::default(),
            window: Family::default(),
            limit: Family::default(),
        };
        metrics.register();
        names.for_each(|name| metrics.fill(name));
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("bylaws_build", "The version of Bylaws", version);
        registry.register("bylaws_rounds", "Rounds by result", self.rounds.clone());
        registry.register("bylaws_round_duration_seconds", "The time of a round", self.duration.clone());
        registry.register(
            "bylaws_last_round_timestamp_seconds",
            "When the last round ended",
            self.last_round.clone(),
        );
        registry.register(
            "bylaws_last_success_timestamp_seconds",
            "When the last round without a failure ended",
            self.last_success.clone(),
        );
        registry.register("bylaws_condition", "1 for the status of each condition", self.condition.clone());
        registry.register("bylaws_changes", "Changes of the last plan", self.changes.clone());
        registry.register("bylaws_entries", "Entries of the last plan", self.entries.clone());
        registry.register("bylaws_writes", "Changes that were sent", self.writes.clone());
        registry.register("bylaws_requests", "Requests to the service", self.requests.clone());
        registry.register("bylaws_paused_seconds", "How long requests waited", self.paused.clone());
        registry.register("bylaws_suspended", "1 if nothing is written", self.suspended.clone());
        registry.register("bylaws_guard_window", "What a guard counts of 24 hours", self.window.clone());
        registry.register("bylaws_guard_limit", "The limit of a guard", self.limit.clone());
    }

    /// Creates every series of an organization, at 0.
    fn fill(&self, name: &str) {
        let own = labels(name, []);
        drop(self.duration.get_or_create(&own));
        drop(self.last_round.get_or_create(&own));
        drop(self.last_success.get_or_create(&own));
        drop(self.suspended.get_or_create(&own));
        for reason in Reason::ALL {
            drop(self.rounds.get_or_create(&labels(name, [("result", reason.as_str())])));
        }
        for action in Action::ALL {
            for outcome in OUTCOMES {
                let labels = labels(name, [("action", action.as_str()), ("outcome", outcome)]);
                drop(self.writes.get_or_create(&labels));
            }
        }
        drop(self.paused.get_or_create(&own));
        for method in METHODS {
            for status in STATUSES {
                drop(self.requests.get_or_create(&labels(name, [("method", method), ("status", status)])));
            }
        }
        for guard in COUNTING {
            let labels = labels(name, [("guard", guard.as_str())]);
            drop(self.window.get_or_create(&labels));
            drop(self.limit.get_or_create(&labels));
        }
        for state in ENTRIES {
            drop(self.entries.get_or_create(&labels(name, [("state", state)])));
        }
        self.conditions(name, &Memory::default());
        self.classes(name, |_, _, _| 0);
    }

    /// Takes over what was known when this process started.
    pub(crate) fn remembered(&self, name: &str, memory: &Memory) {
        let seconds = |at: Option<jiff::Timestamp>| at.map_or(0.0, |at| at.as_duration().as_secs_f64());
        let own = labels(name, []);
        self.last_round.get_or_create(&own).set(seconds(memory.status.last_round));
        self.last_success.get_or_create(&own).set(seconds(memory.status.last_success));
        self.suspended.get_or_create(&own).set(i64::from(memory.status.suspended.is_some()));
        self.conditions(name, memory);
    }

    /// Counts a round.
    pub(crate) fn round(&self, name: &str, ended: &Ended) {
        let status = &ended.memory.status;
        self.remembered(name, &ended.memory);
        self.rounds.get_or_create(&labels(name, [("result", status.reason.as_str())])).inc();
        self.duration.get_or_create(&labels(name, [])).observe(ended.took.as_secs_f64());
        for ((action, outcome), count) in &ended.outcome.writes {
            let labels = labels(name, [("action", action), ("outcome", outcome)]);
            self.writes.get_or_create(&labels).inc_by(*count);
        }
        for ((method, status), count) in &ended.outcome.counts.requests {
            let labels = labels(name, [("method", method), ("status", status)]);
            self.requests.get_or_create(&labels).inc_by(*count);
        }
        self.paused.get_or_create(&labels(name, [])).inc_by(ended.outcome.counts.paused.as_secs_f64());
        let Some(plan) = &ended.outcome.plan else { return };
        let counts = [plan.waiting, plan.blocked, plan.unlisted, plan.expiring];
        for (state, count) in ENTRIES.into_iter().zip(counts) {
            self.entries.get_or_create(&labels(name, [("state", state)])).set(number(count));
        }
        let is_counting =
            |guard: &&GuardCount| COUNTING.iter().any(|counting| counting.as_str() == guard.guard);
        for guard in plan.guards.iter().filter(is_counting) {
            let labels = labels(name, [("guard", &guard.guard)]);
            self.window.get_or_create(&labels).set(number(guard.counted));
            self.limit.get_or_create(&labels).set(number(guard.limit));
        }
        let is_refused = plan.refused.is_some();
        self.classes(name, |class, cause, state| {
            let count = |held| plan.by_class.get(&(class, cause, held)).copied().unwrap_or_default();
            match state {
                "held" => count(true),
                "refused" if is_refused => count(false),
                "pending" if !is_refused => count(false),
                _ => 0,
            }
        });
    }

    fn classes(&self, name: &str, count: impl Fn(Class, Cause, &str) -> u64) {
        for class in Class::ALL.iter().copied() {
            for cause in Cause::ALL.iter().copied() {
                for state in ["pending", "held", "refused"] {
                    let labels = [("class", class.as_str()), ("cause", cause.as_str()), ("state", state)];
                    let count = i64::try_from(count(class, cause, state)).unwrap_or(i64::MAX);
                    self.changes.get_or_create(&self::labels(name, labels)).set(count);
                }
            }
        }
    }

    fn conditions(&self, name: &str, memory: &Memory) {
        let status = &memory.status;
        for (kind, is) in [("Ready", status.ready), ("InSync", status.in_sync)] {
            for one in Status::ALL {
                let labels = labels(name, [("type", kind), ("status", one.as_str())]);
                self.condition.get_or_create(&labels).set(i64::from(is == one));
            }
        }
    }

    /// Returns all metrics as `OpenMetrics` text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
