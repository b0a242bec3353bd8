//! The report document: `apply --format json`.

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Action, Address, Cause, Change, How, Outcome, Report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::from_plan::by_cause;
use super::live_name::LiveName;
use super::origin::Origin;
use super::plan::{
    ChangeDocument, ConfigRef, FORMAT_VERSION, HeldDocument, ItemDocument, OrganizationRef, PlanDocument,
    WaitingDocument,
};
use super::word::Word;

/// The result of an apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files that the plan was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<ConfigRef>,
    /// The fingerprint of the plan that was applied.
    pub fingerprint: String,
    /// The changes with their outcomes, in the order of the plan.
    pub changes: Vec<OutcomeDocument>,
    /// The changes that are planned now but not in the saved plan, and so were not sent.
    pub not_sent: Vec<String>,
    /// The changes of the saved plan that were already done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub already: Vec<String>,
    /// The changes that `--hold` kept from being sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldDocument>,
    /// The changes that still wait for an external event.
    pub waiting: Vec<WaitingDocument>,
    /// The changes that are still blocked.
    pub blocked: Vec<ItemDocument>,
    /// The number of changes by outcome.
    pub summary: ReportSummary,
    /// Why the run ended early, if it did.
    pub stopped: Option<Word<Text>>,
}

/// The outcome of one change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeDocument {
    /// The identifier of the change in the plan.
    pub(crate) id: String,
    /// The address of the object.
    pub(crate) address: Word<Address>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) live_names: Vec<LiveName>,
    /// The action of the change.
    pub(crate) action: Word<Action>,
    /// `done`, `failed`, `skipped` or `unknown`.
    #[schemars(with = "String")]
    pub(crate) outcome: Ended,
    /// How the change was done; only if `outcome` is `done`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<HowDocument>,
    /// Details of the outcome.
    pub(crate) message: Option<Word<Text>>,
    /// The service's id of the request.
    pub(crate) request_id: Option<String>,
    /// `commit`, `due` or `drift`; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Word<Cause>>,
    /// The line that asked for the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<Origin>,
}

/// The outcome of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ended {
    Done,
    Failed,
    Skipped,
    Unknown,
}

impl Ended {
    /// Returns the word in output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }

    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done { .. } => Self::Done,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Skipped { .. } => Self::Skipped,
            Outcome::Unknown { .. } => Self::Unknown,
        }
    }
}

/// How a change was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HowDocument {
    /// The request was sent, and the response confirms it.
    Sent,
    /// No request was sent: a list shows that the change was already done.
    AlreadySo,
    /// The object to remove is no longer in its list.
    AlreadyGone,
    /// The request was sent, the response was lost, and a list shows that the change was done.
    FoundAfterLostAnswer,
}

impl HowDocument {
    fn of(how: How) -> Self {
        match how {
            How::Sent => Self::Sent,
            How::AlreadySo => Self::AlreadySo,
            How::AlreadyGone => Self::AlreadyGone,
            How::FoundAfterLostAnswer => Self::FoundAfterLostAnswer,
        }
    }
}

/// The number of changes by outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportSummary {
    /// The number of changes that the service shows as done, including those that needed no request.
    pub done: usize,
    /// The changes that are done, by cause; absent without a base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, usize>,
    /// The number of changes that were refused, conflict with live state, or were not confirmed by the response.
    pub failed: usize,
    /// The number of changes that were not sent.
    pub skipped: usize,
    /// The number of changes that were sent without a known result.
    pub unknown: usize,
}

impl ReportDocument {
    /// Converts a report; `plan` is the plan that was applied, `not_sent` the ids of changes that it does not contain.
    pub fn of(report: &Report, plan: &PlanDocument, not_sent: Vec<String>) -> Self {
        let planned: BTreeMap<&str, &ChangeDocument> =
            plan.changes.iter().map(|change| (change.id.as_str(), change)).collect();
        let planned = |change: &Change| planned.get(change.id.as_str()).copied();
        let changes = report.entries.iter().map(|(change, outcome)| OutcomeDocument {
            id: change.id.to_string(),
            address: Word(change.address.clone()),
            live_names: planned(change).map(|change| change.live_names.clone()).unwrap_or_default(),
            action: Word(change.action),
            outcome: Ended::of(outcome),
            how: outcome.how().map(HowDocument::of),
            message: outcome.message().map(Word),
            request_id: outcome.request_id().map(str::to_owned),
            cause: change.cause.map(Word),
            origin: planned(change).and_then(|change| change.origin.clone()),
        });
        let done = report.entries.iter().filter(|(_, outcome)| outcome.how().is_some());
        let done = done.map(|(change, _)| change);
        Self {
            format_version: FORMAT_VERSION,
            bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
            organization: plan.organization.clone(),
            config: Some(plan.config.clone()),
            fingerprint: plan.fingerprint.clone(),
            changes: changes.collect(),
            not_sent,
            already: Vec::new(),
            held: plan.held.clone(),
            waiting: plan.waiting.clone(),
            blocked: plan.blocked.clone(),
            summary: ReportSummary {
                done: report.count("done"),
                causes: by_cause(done),
                failed: report.count("failed"),
                skipped: report.count("skipped"),
                unknown: report.count("unknown"),
            },
            stopped: report.stopped.clone().map(Word),
        }
    }
}
