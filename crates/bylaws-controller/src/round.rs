//! One round of one organization: plan, decide, apply.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bylaws_engine::sentence::plural;
use jiff::Timestamp;
use serde_json::json;

use crate::answers::{Counts, ErrorLine, ReportLine};
use crate::child::{self, Cut, Ended, Stop};
use crate::command::{Asked, Sending};
use crate::config::Organization;
use crate::decision::{Decision, Facts, decide};
use crate::decisions::{Approval, Decisions};
use crate::held::HeldBy;
use crate::host::Host;
use crate::journal;
use crate::memory::Memory;
use crate::outcome::Outcome;
use crate::planned::Planned;
use crate::reason::Reason;
use crate::source::Tip;

/// How often a round plans again at once if live state moved.
const MOST_TRIES: usize = 3;

/// A round.
pub(crate) struct Round<'a> {
    pub(crate) host: &'a Host,
    pub(crate) organization: &'a Organization,
    pub(crate) name: &'a str,
    pub(crate) number: u64,
    pub(crate) tip: &'a Tip,
    pub(crate) folder: PathBuf,
    pub(crate) stop: Stop,
    /// The requests of the children so far.
    pub(crate) counts: Mutex<Counts>,
    /// Returns the other name under which an organization is managed already.
    pub(crate) other_name: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

impl Round<'_> {
    /// Plans and applies; plans again if live state moved in between.
    pub(crate) async fn run(&self, memory: &mut Memory) -> Outcome {
        let mut outcome = self.once(memory).await;
        for _ in 1..MOST_TRIES {
            if outcome.reason == Reason::Moved {
                outcome = self.once(memory).await;
            }
        }
        outcome.counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        outcome
    }

    async fn once(&self, memory: &mut Memory) -> Outcome {
        let baseline = memory.baseline.clone();
        let mut plan = match self.plan(baseline.as_deref()).await {
            Ok(plan) => plan,
            Err(outcome) => return outcome,
        };
        if let Some(refused) = self.journal_is_lost(memory) {
            return Outcome { plan: Some(plan), ..refused };
        }
        plan.remember(&memory.status.held, &self.organization.hold);
        memory.status.organization_id = Some(plan.organization_id.clone());
        let decisions = Decisions::at(self.folder.clone());
        let now = self.host.clock.now();
        let approval = decisions.approval(now);
        let suspension = decisions.suspension(now);
        // What was approved does not wait any more: the same plan, if it ever comes back, is another decision.
        let approval = approval.filter(|approval| {
            let fits = approval.fingerprint == plan.fingerprint && plan.wanted() > 0;
            if !fits {
                let _ = decisions.void(now);
            }
            fits
        });
        let approved = approval.as_ref().map(|approval| approval.fingerprint.as_str());
        let mode = self.organization.mode;
        let (is_suspended, has_baseline) = (suspension.is_some(), baseline.is_some());
        let decision = decide(&Facts { mode, is_suspended, has_baseline, approved, plan: &plan });
        let (reason, message) = match decision {
            Decision::InSync => {
                memory.baseline = Some(self.tip.commit.clone());
                (Reason::InSync, "nothing is left to do".to_owned())
            }
            Decision::Held { moves } => {
                if moves {
                    memory.baseline = Some(self.tip.commit.clone());
                }
                (Reason::Held, held(&plan))
            }
            Decision::Pending => {
                plan.keep_all(HeldBy::Mode);
                (
                    Reason::Pending,
                    format!("`mode: plan`: {} not sent", plural(plan.waiting_for_a_person().len(), "change")),
                )
            }
            Decision::Suspended => {
                plan.keep_all(HeldBy::Suspension);
                let waiting = plan.waiting_for_a_person().len();
                let message = if waiting == 0 {
                    String::new()
                } else {
                    format!("waiting: {}", plural(waiting, "change"))
                };
                (Reason::Suspended, message)
            }
            Decision::Refused => {
                plan.keep_all(HeldBy::Guard);
                (Reason::GuardRefused, plan.refused.clone().unwrap_or_default())
            }
            Decision::Send => return self.apply(memory, plan, None).await,
            Decision::SendApproved => {
                let approved = approval.as_ref().map(|approval| (&decisions, approval));
                return self.apply(memory, plan, approved).await;
            }
        };
        Outcome { plan: Some(plan), ..Outcome::new(reason, message) }
    }

    /// Returns the end of a round without the journal that is remembered.
    fn journal_is_lost(&self, memory: &Memory) -> Option<Outcome> {
        let head = memory.journal_head.as_ref()?;
        let is_there = journal::contains(&self.journal(), head).unwrap_or(false);
        let message = "the journal does not contain the last record that was written to it, so guards cannot count 24 \
                       hours; restore it from a backup, or remove the folder of this organization in the state folder: \
                       the next round is a first start";
        (!is_there).then(|| Outcome::new(Reason::JournalRefused, message))
    }

    async fn plan(&self, baseline: Option<&str>) -> Result<Planned, Outcome> {
        let journal = self.journal();
        let ended = self.child(self.asked(baseline, &journal).plan()).await?;
        if matches!(ended.code, Some(0 | 3))
            && let Some(plan) = Planned::of(&ended.out, baseline.is_some())
        {
            return Ok(plan);
        }
        Err(failed(&ended))
    }

    /// Sends what is not held, or exactly what was approved.
    async fn apply(
        &self,
        memory: &mut Memory,
        plan: Planned,
        approved: Option<(&Decisions, &Approval)>,
    ) -> Outcome {
        let refuse =
            |reason, message: String, plan| Outcome { plan: Some(plan), ..Outcome::new(reason, message) };
        if let Some(other) = (self.other_name)(&plan.organization_id) {
            let message = format!("the organization is managed as `{other}` already");
            return refuse(Reason::WrongOrganization, message, plan);
        }
        let journal = self.journal();
        let fingerprint = plan.fingerprint.clone();
        let sending = match approved {
            Some((decisions, approval)) => {
                // Used up before anything is sent: a crash must not apply it twice.
                if let Err(error) = decisions.use_approval(approval) {
                    let message = format!("cannot use the approval: {error}");
                    return refuse(Reason::RoundFailed, message, plan);
                }
                let fields = json!({ "organization": self.name, "round": self.number,
                    "fingerprint": fingerprint, "by": approval.by, "approved": approval.at.to_string() });
                self.host.log.event(self.now(), "approval", &fields);
                Sending::Approved(&fingerprint)
            }
            None => Sending::Rest,
        };
        let baseline = memory.baseline.clone();
        let stop_file = Decisions::at(self.folder.clone()).stop_file();
        let command = self.asked(baseline.as_deref(), &journal).apply(sending, &stop_file);
        let ended = self.child(command).await;
        memory.journal_head = journal::head(&journal).or_else(|| memory.journal_head.take());
        let ended = match ended {
            Ok(ended) => ended,
            Err(outcome) => return Outcome { plan: Some(plan), ..outcome },
        };
        let report = ReportLine::of(&ended.out);
        let mut outcome = applied(&ended, report.as_ref(), stop_file.exists());
        if let Some(report) = &report {
            self.record(report, &mut outcome);
        }
        if let Some((decisions, _)) = approved {
            if outcome.reason == Reason::GuardRefused {
                return self.without_the_approved(memory, plan, decisions, outcome, &ended).await;
            }
            let _ = decisions.used_up();
        }
        outcome.plan = Some(plan);
        if ended.code == Some(0) {
            memory.baseline = Some(self.tip.commit.clone());
            // The plan that is shown, and its fingerprint, are those of what is left.
            if let Ok(mut left) = self.plan(memory.baseline.as_deref()).await {
                let before = outcome.plan.as_ref().map_or(&[][..], |plan| &plan.held);
                left.remember(before, &self.organization.hold);
                if outcome.reason == Reason::Applied && !left.unapproved.is_empty() {
                    (outcome.reason, outcome.message) = (Reason::Held, held(&left));
                }
                outcome.plan = Some(left);
            }
        }
        outcome
    }

    /// A guard refuses the approved plan, so nothing was sent. It may allow it later; what nothing holds is sent now.
    async fn without_the_approved(
        &self,
        memory: &mut Memory,
        mut plan: Planned,
        decisions: &Decisions,
        mut refused: Outcome,
        ended: &Ended,
    ) -> Outcome {
        let _ = decisions.put_back();
        let of_all = Planned::of(&ended.out, true);
        if memory.baseline.is_some() && !plan.changes.is_empty() {
            let mut rest = Box::pin(self.apply(memory, plan, None)).await;
            rest.message = format!("{}; the approved plan: {}", rest.message, refused.message);
            return rest;
        }
        plan.keep_all(HeldBy::Guard);
        plan.guards = of_all.map_or(plan.guards, |all| all.guards);
        refused.plan = Some(plan);
        refused
    }

    /// Logs and counts what was sent.
    fn record(&self, report: &ReportLine, outcome: &mut Outcome) {
        for sent in &report.changes {
            *outcome.writes.entry((sent.action.clone(), sent.outcome.clone())).or_default() += 1;
            let fields = json!({ "organization": self.name, "round": self.number, "change": sent.id,
                "outcome": sent.outcome, "message": sent.message, "request_id": sent.request_id });
            self.host.log.event(self.now(), "write", &fields);
        }
    }

    async fn child(&self, command: tokio::process::Command) -> Result<Ended, Outcome> {
        let ended = child::run(command, self.host.limits, self.stop.clone()).await;
        if let Ok(ended) = &ended {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.add(&ended.err);
            counts.is_partial |= ended.code.is_none();
        }
        ended.map_err(|error| Outcome::new(Reason::RoundFailed, format!("cannot run a child: {error}")))
    }

    fn asked<'a>(&'a self, baseline: Option<&'a str>, journal: &'a std::path::Path) -> Asked<'a> {
        Asked { host: self.host, organization: self.organization, tip: self.tip, baseline, journal }
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal.jsonl")
    }

    fn now(&self) -> Timestamp {
        self.host.clock.now()
    }
}

fn held(plan: &Planned) -> String {
    let waiting = plan.waiting_for_a_person();
    let count = waiting.len();
    if waiting.iter().all(|held| *held.by == HeldBy::Baseline) {
        return format!(
            "waiting for the first approval: {}; nothing was applied here before",
            plural(count, "change")
        );
    }
    format!("held: {}", plural(count, "change"))
}

/// Returns what the end of an apply means.
fn applied(ended: &Ended, report: Option<&ReportLine>, is_suspended: bool) -> Outcome {
    match (ended.code, report) {
        (Some(0), Some(report)) if report.held.is_empty() => {
            Outcome::new(Reason::Applied, format!("sent: {}", plural(report.changes.len(), "change")))
        }
        (Some(0), Some(report)) => {
            let (sent, held) = (report.changes.len(), report.held.len());
            Outcome::new(Reason::Held, format!("held: {}; sent: {sent}", plural(held, "change")))
        }
        (Some(1 | 5), Some(_)) if is_suspended => Outcome::new(Reason::Suspended, ""),
        (Some(5), Some(report)) => Outcome::new(Reason::AppliedInPart, report.trouble()),
        (Some(1), Some(report)) => Outcome::new(Reason::RoundFailed, report.trouble()),
        (Some(3), _) => Outcome::new(
            Reason::GuardRefused,
            Planned::of(&ended.out, true).and_then(|plan| plan.refused).unwrap_or_default(),
        ),
        (Some(6), _) => Outcome::new(Reason::Moved, "live state changed between plan and apply"),
        _ => failed(ended),
    }
}

/// Returns what the end of a child without a document means.
fn failed(ended: &Ended) -> Outcome {
    match ended.cut {
        Some(Cut::TimedOut) => {
            return Outcome::new(Reason::ServiceUnavailable, "the round did not end within its time limit");
        }
        Some(Cut::TooMuchOutput) => return Outcome::new(Reason::RoundFailed, "the round printed too much"),
        Some(Cut::Stopped) | None => {}
    }
    if ended.code == Some(4) {
        return Outcome::new(Reason::InvalidFiles, beginning(&ended.err));
    }
    if let Some(error) = ErrorLine::of(&ended.err) {
        let message = format!("{}; {}", error.message, error.help);
        let retry_after = error.retry_after.map(Duration::from_secs);
        return Outcome { retry_after, ..Outcome::new(error.reason(), message) };
    }
    let message = match ended.code {
        Some(code) => format!("the round ended with {code}: {}", beginning(&ended.err)),
        None => "a signal ended the round".to_owned(),
    };
    Outcome::new(Reason::RoundFailed, message)
}

/// Returns the first lines of what a child printed for people, with the message of an error line.
fn beginning(stderr: &str) -> String {
    if let Some(error) = ErrorLine::of(stderr) {
        return format!("{}; {}", error.message, error.help);
    }
    // Lines of JSON are for this process.
    let lines = stderr.lines().filter(|line| !line.starts_with('{'));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().trim().chars().take(2000).collect()
}
