//! The status of the organizations: `controller status --format json`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decided::Decided;
use crate::decisions::{Approval, Suspension};
use crate::held::{HeldBy, HeldChange};
use crate::reason::{Reason, Status};

/// The status of all organizations, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The organizations, sorted by name.
    pub organizations: Vec<OrganizationStatus>,
}

/// The status of one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationStatus {
    /// The name in the configuration.
    pub name: String,
    /// The id, once it is known.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// Whether the controller works as it should.
    pub ready: Status,
    /// Whether live state is as the files ask for.
    pub in_sync: Status,
    /// Why.
    pub reason: Reason,
    /// What happened, in one sentence.
    #[serde(default)]
    pub message: String,
    /// Since when the reason is the same.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// The commit that was planned last.
    #[serde(default)]
    pub revision: Option<String>,
    /// The last commit after which nothing but held changes was left.
    #[serde(default)]
    pub baseline: Option<String>,
    /// The fingerprint of the plan of all changes, for `approve`; only if there are any.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The number of changes that the last round sent.
    #[serde(default)]
    pub sent: usize,
    /// The number of changes that are planned and not held.
    #[serde(default)]
    pub changes: usize,
    /// The changes that wait for a person.
    #[serde(default)]
    pub held: Vec<HeldChange>,
    /// The number of changes that wait for an external event.
    #[serde(default)]
    pub waiting: usize,
    /// The number of changes that are blocked.
    #[serde(default)]
    pub blocked: usize,
    /// The number of live objects that are not in the files and are kept.
    #[serde(default)]
    pub unlisted: usize,
    /// The number of lines that expire within 14 days.
    #[serde(default)]
    pub expiring: usize,
    /// What the guards count of 24 hours.
    #[serde(default)]
    pub guards: Vec<GuardCount>,
    /// The suspension, if there is one.
    #[serde(default)]
    pub suspended: Option<Suspension>,
    /// The approval that was not used yet.
    #[serde(default)]
    pub approved: Option<Approval>,
    /// The last decisions of people, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decided>,
    /// When the last round ended.
    #[serde(default)]
    pub last_round: Option<Timestamp>,
    /// When a round last ended without a failure.
    #[serde(default)]
    pub last_success: Option<Timestamp>,
    /// When the next round is due; absent if no controller runs in a loop.
    #[serde(default)]
    pub next_round: Option<Timestamp>,
}

impl OrganizationStatus {
    /// Returns the status of an organization of which nothing is known, because something failed.
    pub(crate) fn failed(name: &str, message: String) -> Self {
        let reason = Reason::RoundFailed;
        Self { name: name.to_owned(), reason, message, ready: reason.ready(), ..Self::default() }
    }

    /// Returns what becomes of the approval that was not used yet, to follow "the approval".
    pub(crate) fn approval_waits(&self) -> &'static str {
        let is_same =
            self.approved.as_ref().is_some_and(|one| self.fingerprint.as_ref() == Some(&one.fingerprint));
        match self.reason {
            _ if !is_same => "is for another plan than this one",
            Reason::Suspended => "is used when the suspension ends",
            Reason::GuardRefused => "is used when no guard refuses the plan any more",
            _ => "waits for the next round",
        }
    }

    /// Returns the fingerprint of the plan that `controller approve` would let through.
    pub fn approvable(&self) -> Option<&str> {
        // In `mode: plan` there is nothing to let through, and some changes only the files can approve.
        let is_pending = self.reason == Reason::Pending;
        let is_approvable = !is_pending && self.held.iter().any(|held| *held.by != HeldBy::Approval);
        self.fingerprint.as_deref().filter(|_| is_approvable)
    }
}

/// What a guard counts of 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardCount {
    /// The name of the guard.
    pub guard: String,
    /// The number that it counts.
    pub counted: usize,
    /// Its limit.
    pub limit: usize,
}
