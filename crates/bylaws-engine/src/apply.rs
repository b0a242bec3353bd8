//! Apply: sends the writes of an approved plan in its order, and keeps account of each.
//!
//! One failed change stops what depends on it and nothing else. What is to be changed or removed is
//! looked at once more right before; a create whose answer was lost is looked up before it is sent
//! again.

mod still;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::approved::Approved;
use crate::change::{Change, ChangeId, WorkspaceRef, Write};
use crate::desired::WantedStatus;
use crate::report::{Outcome, Report};
use crate::writer::{Answer, Failure, FailureKind, LiveWriter, Standing};
use crate::{Action, WorkspaceId, WorkspaceLabel};

/// How often a create is tried whose answers are lost, and a write that another one gets in the way of.
const MOST_TRIES: u32 = 8;
/// How often a write is sent to a service that says "too many" and answers everything else.
const MOST_THROTTLED: u32 = 64;

/// Watches an apply, and may end it before its next write.
pub trait Watch: Send {
    /// Before a change is sent. An error stops the run: nothing more is sent.
    fn before(&mut self, change: &Change) -> Result<(), String>;
    /// When its outcome is known. An error stops the run likewise.
    fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), String>;
}

/// Sends every change, one after another: writes to members may not overlap (the service's
/// behaviour notes, section 3), and an order is what the plan promised.
pub async fn apply(plan: Approved, service: &impl LiveWriter, watch: &mut impl Watch) -> Report {
    let mut run = Run { service, watch, state: State::default() };
    let changes = &plan.plan().changes;
    for change in changes {
        run.carry_out(change).await;
    }
    run.retry_capacity(changes).await;
    run.state.into_report(changes)
}

struct Run<'a, S, W> {
    service: &'a S,
    watch: &'a mut W,
    state: State,
}

#[derive(Default)]
struct State {
    outcomes: BTreeMap<ChangeId, Outcome>,
    created: BTreeMap<WorkspaceLabel, WorkspaceId>,
    /// Why nothing more is sent.
    stopped: Option<String>,
    /// Why removals of people are held back.
    in_doubt: Option<String>,
    /// Withdrawals that came too late: there is no invite any more to be sent anew.
    accepted: BTreeSet<ChangeId>,
    /// Refused for want of room, to be tried once more.
    short: BTreeSet<ChangeId>,
    /// Whether something was removed that may have made room.
    freed: bool,
}

impl<S: LiveWriter, W: Watch> Run<'_, S, W> {
    async fn carry_out(&mut self, change: &Change) {
        if let Some(reason) = self.state.hindrance(change) {
            let outcome = Outcome::Skipped { reason };
            self.state.outcomes.insert(change.id.clone(), outcome);
            return;
        }
        if let Some(outcome) = self.settled(change).await {
            return self.settle(change, outcome);
        }
        if let Err(reason) = self.watch.before(change) {
            self.state.stopped = Some(reason.clone());
            self.state.outcomes.insert(change.id.clone(), Outcome::Skipped { reason });
            return;
        }
        let outcome = match self.state.resolve(&change.write) {
            Some(write) => self.send(change, &write).await,
            None => Outcome::Skipped { reason: "the workspace it belongs to has no id yet".to_owned() },
        };
        if let Err(reason) = self.watch.after(change, &outcome) {
            self.state.stopped = Some(reason);
        }
        self.settle(change, outcome);
    }

    fn settle(&mut self, change: &Change, outcome: Outcome) {
        self.state.note(change, &outcome);
        self.state.outcomes.insert(change.id.clone(), outcome);
    }

    /// Looks at the thing once more. What was planned for another state than the one found is not sent.
    async fn settled(&mut self, change: &Change) -> Option<Outcome> {
        match self.service.standing(&change.write).await {
            Ok(Some(Standing::Made(answer))) => Some(self.check(change, answer)),
            Ok(standing) => still::settled(change, standing),
            Err(failure) => Some(self.failed(change, &change.write, failure)),
        }
    }

    async fn send(&mut self, change: &Change, write: &Write) -> Outcome {
        let mut tries = 1;
        let mut lost = false;
        let mut throttled = 0;
        loop {
            let failure = match self.service.write(write).await {
                Ok(answer) => return self.check(change, answer),
                Err(failure) => failure,
            };
            let is_passing = match failure.kind {
                FailureKind::Conflict if tries < MOST_TRIES => {
                    self.service.pause(tries).await;
                    tries += 1;
                    true
                }
                FailureKind::Throttled if throttled < MOST_THROTTLED => {
                    throttled += 1;
                    true
                }
                _ => false,
            };
            if is_passing {
                // Who got in the way, or came during the wait, may have changed this very thing.
                if let Some(outcome) = self.settled(change).await {
                    return outcome;
                }
                continue;
            }
            // What an earlier, lost try made is there already, and is ours.
            let ours = lost && failure.kind == FailureKind::AlreadyThere;
            if !write.creates() || failure.kind != FailureKind::OutcomeUnknown && !ours {
                return self.failed(change, write, failure);
            }
            match self.service.look_up(write).await {
                Ok(Some(answer)) => {
                    let note = Some("its answer was lost; found by looking it up".to_owned());
                    return self.check(change, Answer { note, ..answer });
                }
                Ok(None) if ours || tries >= MOST_TRIES => return self.failed(change, write, failure),
                Ok(None) => (tries, lost) = (tries + 1, true),
                Err(look_up) => {
                    if look_up.kind == FailureKind::Stop {
                        self.state.stopped.get_or_insert(look_up.message);
                    }
                    return Outcome::unknown(failure);
                }
            }
        }
    }

    /// A change is done when the answer shows what was asked for, not when it says 200.
    fn check(&mut self, change: &Change, answer: Answer) -> Outcome {
        if let (Write::CreateWorkspace { label, .. }, Some(id)) = (&change.write, &answer.created) {
            self.state.created.insert(label.clone(), id.clone());
        }
        match change.after.as_ref().and_then(|after| after.missing_in(&answer.shown)) {
            None => Outcome::Done { request_id: answer.request_id, note: answer.note },
            Some(field) => Outcome::Failed {
                message: format!("the service's answer does not show the `{field}` that was asked for"),
                request_id: answer.request_id,
            },
        }
    }

    fn failed(&mut self, change: &Change, write: &Write, failure: Failure) -> Outcome {
        match failure.kind {
            FailureKind::OutcomeUnknown => return Outcome::unknown(failure),
            FailureKind::AcceptedMeanwhile => {
                self.state.accepted.insert(change.id.clone());
                return Outcome::Skipped { reason: format!("accepted meanwhile: {}", failure.message) };
            }
            FailureKind::Capacity => {
                self.state.short.insert(change.id.clone());
            }
            FailureKind::AlreadyThere if matches!(write, Write::Invite { .. }) => {
                let doubt = "the service knows somebody whom its lists do not show, so matching is in doubt";
                self.state.in_doubt.get_or_insert_with(|| format!("{doubt} ({})", change.id));
            }
            FailureKind::Stop | FailureKind::Throttled => {
                self.state.stopped.get_or_insert_with(|| failure.message.clone());
            }
            FailureKind::Refused | FailureKind::AlreadyThere | FailureKind::Conflict => {}
        }
        Outcome::Failed { message: failure.message, request_id: failure.request_id }
    }

    /// Invites come before removals, so the first may fail for seats that the second set free.
    async fn retry_capacity(&mut self, changes: &[Change]) {
        if !self.state.freed || self.state.short.is_empty() {
            return;
        }
        let short = std::mem::take(&mut self.state.short);
        let mut again = short.clone();
        for change in changes {
            // What was skipped only because it depends on one of them has its turn too.
            let waits = change.depends_on.iter().any(|id| again.contains(id));
            if self.state.stopped.is_some() {
                return;
            }
            if short.contains(&change.id) || waits {
                again.insert(change.id.clone());
                let first = self.state.outcomes.remove(&change.id);
                self.carry_out(change).await;
                self.state.keep(change, first);
            }
        }
    }
}

impl State {
    /// A second try that was never sent leaves the first answer standing.
    fn keep(&mut self, change: &Change, first: Option<Outcome>) {
        let skipped = matches!(self.outcomes.get(&change.id), Some(Outcome::Skipped { .. }));
        if let Some(refused @ Outcome::Failed { .. }) = first.filter(|_| skipped) {
            self.outcomes.insert(change.id.clone(), refused);
        }
    }

    fn hindrance(&self, change: &Change) -> Option<String> {
        if let Some(reason) = &self.stopped {
            return Some(reason.clone());
        }
        for id in &change.depends_on {
            if self.accepted.contains(id) {
                return Some("accepted meanwhile".to_owned());
            }
            if !matches!(self.outcomes.get(id), Some(Outcome::Done { .. })) {
                return Some(format!("depends on `{id}`, which was not done"));
            }
        }
        let takes_person = matches!(change.write, Write::RemoveMember { .. } | Write::Revoke { .. });
        self.in_doubt.clone().filter(|_| takes_person)
    }

    /// Fills in the id of a workspace that this run made.
    fn resolve(&self, write: &Write) -> Option<Write> {
        match write {
            Write::AddWorkspaceMember { workspace: WorkspaceRef::Created(label), user, role } => {
                let workspace = WorkspaceRef::Live(self.created.get(label)?.clone());
                Some(Write::AddWorkspaceMember { workspace, user: user.clone(), role: *role })
            }
            other => Some(other.clone()),
        }
    }

    fn note(&mut self, change: &Change, outcome: &Outcome) {
        let off = |status: &WantedStatus| *status != WantedStatus::Active;
        let frees = matches!(change.action, Action::Remove | Action::Revoke | Action::Archive)
            || matches!(&change.write, Write::SetKeyStatus { status, .. } if off(status));
        self.freed |= frees && matches!(outcome, Outcome::Done { .. });
    }

    fn into_report(mut self, changes: &[Change]) -> Report {
        let entries = changes.iter().map(|change| {
            let missing = || Outcome::Skipped { reason: "was not reached".to_owned() };
            (change.clone(), self.outcomes.remove(&change.id).unwrap_or_else(missing))
        });
        let entries = entries.collect();
        Report { entries, stopped: self.stopped }
    }
}

impl Write {
    /// Whether sending it twice may make two things.
    pub fn creates(&self) -> bool {
        match self {
            Self::CreateWorkspace { .. } | Self::Invite { .. } | Self::AddWorkspaceMember { .. } => true,
            Self::UpdateWorkspace { .. }
            | Self::ArchiveWorkspace { .. }
            | Self::Revoke { .. }
            | Self::SetRole { .. }
            | Self::RemoveMember { .. }
            | Self::SetWorkspaceRole { .. }
            | Self::RemoveWorkspaceMember { .. }
            | Self::SetKeyStatus { .. } => false,
        }
    }
}
