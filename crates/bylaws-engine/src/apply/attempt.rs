//! The attempts to send one change, and how each answer is handled.
//!
//! Every attempt begins with a check against fresh lists, however the previous one ended.

use std::time::Duration;

use super::Run;
use super::fresh::Tick;
use super::identity::other_object;
use super::precondition::{self, Precondition, shown};
use super::watch::Watch;
use crate::change::Change;
use crate::report::{How, Outcome};
use crate::text::{Text, text};
use crate::write::Write;
use crate::writer::{Answer, Failure, FailureKind, LiveWriter};
use crate::{Address, WorkspaceId};

/// How often a write is tried that was not done or whose outcome is unknown.
const MOST_TRIES: u32 = 8;
/// How often a write is sent to a service that throttles it but answers all other requests.
const MOST_THROTTLED: u32 = 64;
/// How long a list or another part of the service may lag behind a write
/// (`docs/service-behaviour.md#errors-and-retries`).
const LAG: Duration = Duration::from_secs(20);
/// The service accepts two workspaces with the same name, so a lost create is searched for longer before it
/// is sent again.
const LAG_OF_NAMES: Duration = Duration::from_mins(1);

/// One change, and the state of its attempts.
pub(super) struct Attempt {
    /// With every id that its run knows.
    pub(super) change: Box<Change>,
    write: Write,
    /// Nothing else is in flight.
    pub(super) is_alone: bool,
    /// The lists that it depends on must be read after this point.
    since: Tick,
    tries: u32,
    throttled: u32,
    /// An answer was lost, so an object that is found may be its own work.
    lost: bool,
    /// The change was announced to the [`Watch`] before sending.
    announced: bool,
    /// The service does not find the object and may find it later: the time it was first missing.
    missing_since: Option<Duration>,
    /// The workspace exists already; only the settings that the create did not set are left.
    made: Option<String>,
}

/// How an attempt ended.
enum Tried {
    /// The outcome is known.
    Ended(Outcome),
    /// Check again, and send again if nothing changed.
    Again,
    /// The same, once nothing else is in flight.
    Alone,
}

impl Attempt {
    pub(super) fn new(change: Box<Change>) -> Self {
        Self {
            write: change.write.clone(),
            change,
            is_alone: false,
            since: 0,
            tries: 1,
            throttled: 0,
            lost: false,
            announced: false,
            missing_since: None,
            made: None,
        }
    }
}

impl<S: LiveWriter, W: Watch> Run<'_, S, W> {
    /// Continues a change until its outcome is known; `None` if it must run alone first.
    pub(super) async fn go_on(&self, attempt: &mut Attempt) -> Option<Outcome> {
        loop {
            let tried = match self.look(attempt).await {
                Some(tried) => tried,
                None => match self.announce(attempt) {
                    Some(outcome) => Tried::Ended(outcome),
                    None => self.send(attempt).await,
                },
            };
            match tried {
                Tried::Ended(outcome) => {
                    self.tell(attempt, &outcome);
                    return Some(outcome);
                }
                Tried::Alone if !attempt.is_alone => return None,
                Tried::Alone | Tried::Again => {}
            }
        }
    }

    /// Checks the lists; `None` if the change can be sent.
    async fn look(&self, attempt: &mut Attempt) -> Option<Tried> {
        if let Err(failure) = self.lists.refresh(&attempt.write, attempt.since).await {
            return Some(match failure.kind {
                FailureKind::NotThere if self.may_appear(attempt) => self.wait_for(attempt).await,
                _ => Tried::Ended(self.failed(attempt, failure)),
            });
        }
        let (change, write) = (&*attempt.change, &attempt.write);
        if let Some(id) = &attempt.made {
            let seen = self.lists.look();
            let entry = seen.entry(&write.list()?, id)?;
            let after = change.after.as_ref()?;
            return after.missing_in(&entry.facts).is_none().then(|| Tried::Ended(completed(None)));
        }
        let met = precondition::check(change, write, attempt.lost, &self.lists.look());
        match met {
            Precondition::Send => None,
            Precondition::Settled(outcome) => Some(Tried::Ended(outcome)),
            Precondition::Found(id, outcome) => {
                if outcome.is_done() {
                    self.created(attempt, &id);
                }
                Some(Tried::Ended(outcome))
            }
            Precondition::Accepted => {
                self.state().accepted.insert(change.id.clone());
                let reason = "the invite was accepted before it could be revoked; the next plan will treat \
                              the person as a member";
                Some(Tried::Ended(Outcome::skipped(reason)))
            }
        }
    }

    /// Announces a change before it is sent for the first time; returns the outcome if it must not be sent.
    fn announce(&self, attempt: &mut Attempt) -> Option<Outcome> {
        if attempt.announced {
            return None;
        }
        // A change that was waiting for a list when the run was stopped is not sent.
        if let Some(reason) = &self.state().stopped {
            return Some(Outcome::skipped(reason.clone()));
        }
        if let Err(reason) = self.watch().before(&attempt.change) {
            self.state().stopped.get_or_insert_with(|| reason.clone());
            return Some(Outcome::Skipped { reason });
        }
        attempt.announced = true;
        None
    }

    fn tell(&self, attempt: &Attempt, outcome: &Outcome) {
        let told = if attempt.announced {
            self.watch().after(&attempt.change, outcome)
        } else {
            self.watch().passed(&attempt.change, outcome);
            Ok(())
        };
        if let Err(reason) = told {
            self.state().stopped.get_or_insert(reason);
        }
    }

    async fn send(&self, attempt: &mut Attempt) -> Tried {
        let (write, since) = (attempt.write.clone(), attempt.since);
        let may_be_sent = || self.lists.are_fresh(&write, since);
        match self.service.write(&write, &may_be_sent).await {
            Ok(answer) => Tried::Ended(self.answered(attempt, answer).await),
            Err(failure) => self.refused(attempt, failure).await,
        }
    }

    /// Decides what follows from a failure.
    async fn refused(&self, attempt: &mut Attempt, failure: Failure) -> Tried {
        let has_tries = attempt.tries < MOST_TRIES;
        match &failure.kind {
            FailureKind::Aged => Tried::Again,
            FailureKind::Throttled if attempt.throttled < MOST_THROTTLED => {
                attempt.throttled += 1;
                Tried::Again
            }
            FailureKind::Conflict if has_tries => {
                self.pause(attempt).await;
                // The conflicting request may have changed the same object.
                attempt.since = self.lists.now();
                Tried::Alone
            }
            FailureKind::NotDone | FailureKind::Unreachable if has_tries => {
                self.pause(attempt).await;
                Tried::Again
            }
            FailureKind::SendAgain if has_tries => {
                attempt.lost = true;
                self.pause(attempt).await;
                Tried::Again
            }
            FailureKind::OutcomeUnknown | FailureKind::GaveUp => self.lost(attempt, failure).await,
            FailureKind::Incomplete(rest) => self.incomplete(attempt, rest),
            FailureKind::NotThere if self.may_appear(attempt) => self.wait_for(attempt).await,
            FailureKind::NotThere | FailureKind::AlreadyThere => self.look_again(attempt, failure).await,
            _ => Tried::Ended(self.failed(attempt, failure)),
        }
    }

    /// Handles a lost answer: searches for the result of the write before sending it again.
    async fn lost(&self, attempt: &mut Attempt, failure: Failure) -> Tried {
        attempt.lost = true;
        let is_last = attempt.tries >= MOST_TRIES || failure.kind == FailureKind::GaveUp;
        let lag = match &attempt.write {
            write if write.creates() && write.kind.names_repeat => LAG_OF_NAMES,
            write if write.creates() => LAG,
            // Sending it again is harmless, so one check is enough.
            _ => {
                self.service.sleep(backoff(attempt.tries)).await;
                Duration::ZERO
            }
        };
        attempt.since = self.lists.now();
        match self.look_for(attempt, lag).await {
            Ok(Some(tried)) => return tried,
            Ok(None) => {}
            Err(look) => {
                if look.kind == FailureKind::Stop {
                    self.state().stopped.get_or_insert(look.message);
                }
                return Tried::Ended(Outcome::unknown(failure));
            }
        }
        if is_last {
            return Tried::Ended(Outcome::unknown(failure));
        }
        attempt.tries += 1;
        Tried::Again
    }

    /// Handles an answer that the object is not found or exists already: the lists decide.
    async fn look_again(&self, attempt: &mut Attempt, failure: Failure) -> Tried {
        attempt.since = self.lists.now();
        let lag = if attempt.lost { LAG } else { Duration::ZERO };
        match self.look_for(attempt, lag).await {
            Ok(Some(tried)) => tried,
            Ok(None) if failure.kind == FailureKind::NotThere && !attempt.write.creates() => {
                let message = text!("{}; its list still shows the object", failure.message);
                Tried::Ended(self.failed(attempt, Failure { message, ..failure }))
            }
            Err(look) if look.kind == FailureKind::Stop => Tried::Ended(self.failed(attempt, look)),
            Ok(None) | Err(_) => Tried::Ended(self.failed(attempt, failure)),
        }
    }

    /// Reads the lists until they show the result of this change, for at most `lag`; `None` if they do not.
    async fn look_for(&self, attempt: &mut Attempt, lag: Duration) -> Result<Option<Tried>, Failure> {
        let start = self.service.now();
        let mut pauses = 0;
        loop {
            self.lists.refresh(&attempt.write, attempt.since).await?;
            if let Some(tried) = self.look(attempt).await {
                return Ok(Some(tried));
            }
            let left = lag.saturating_sub(self.service.now().saturating_sub(start));
            if left.is_zero() {
                return Ok(None);
            }
            pauses += 1;
            self.service.sleep(backoff(pauses).min(left)).await;
            attempt.since = self.lists.now();
        }
    }

    /// Returns whether the service may find the object later because this run has just created it.
    fn may_appear(&self, attempt: &Attempt) -> bool {
        let Some(made_at) = self.state().made_at(&attempt.write) else { return false };
        let since = attempt.missing_since.unwrap_or(made_at);
        self.service.now().saturating_sub(since) < LAG
    }

    async fn wait_for(&self, attempt: &mut Attempt) -> Tried {
        let now = self.service.now();
        let waited = now.saturating_sub(*attempt.missing_since.get_or_insert(now));
        self.service.sleep(backoff(attempt.tries).min(LAG.saturating_sub(waited))).await;
        attempt.tries += 1;
        Tried::Again
    }

    /// Waits before the next attempt, and counts it.
    async fn pause(&self, attempt: &mut Attempt) {
        self.service.sleep(backoff(attempt.tries)).await;
        attempt.tries += 1;
    }

    /// Handles an object that was created incompletely: completes it instead of creating it again.
    fn incomplete(&self, attempt: &mut Attempt, rest: &Write) -> Tried {
        let Some(id) = rest.id.clone().filter(|_| attempt.write.creates()) else { return Tried::Again };
        self.created(attempt, &id);
        attempt.made = Some(id);
        attempt.write = rest.clone();
        attempt.since = self.lists.now();
        Tried::Again
    }

    /// A change is done if the answer shows what was requested, not if its status is 200.
    async fn answered(&self, attempt: &Attempt, answer: Answer) -> Outcome {
        let (change, write) = (&*attempt.change, &attempt.write);
        let failed = |message| Outcome::Failed { message, request_id: answer.request_id.clone() };
        if let Some(other) = self.is_about_another(write, &answer) {
            return failed(other);
        }
        if let Some(id) = answer.id.as_deref().filter(|_| write.creates()) {
            self.created(attempt, id);
        }
        self.lists.wrote(write, &answer, change.after.is_none());
        if let Some(after) = &change.after
            && let Some(field) = after.missing_in(&answer.shown)
        {
            let (has, wanted) = (shown(&answer.shown, field), shown(after, field));
            return failed(text!("the answer shows `{}` as {}, but {} was requested", field, has, wanted));
        }
        if attempt.made.is_some() {
            return completed(answer.request_id);
        }
        if let Some(twin) = self.twin(write, &answer).await {
            return failed(twin);
        }
        Outcome::Done { how: How::Sent, request_id: answer.request_id, warning: answer.warning }
    }

    /// Returns why the answer is about another object. An object that a create made is in no list yet.
    fn is_about_another(&self, write: &Write, answer: &Answer) -> Option<Text> {
        let lists = write.lists();
        let seen = self.lists.look();
        let listed = |id: &str| lists.first().and_then(|list| seen.entry(list, id));
        if let Some(id) = answer.id.as_deref().filter(|_| write.creates() && write.kind.id_field == "id")
            && lists.first().is_some_and(|list| seen.has_other(list, id))
        {
            return Some(text!(
                "the answer is about another object: its `id` is `{}`, which another object has already",
                id
            ));
        }
        other_object(write, answer, write.target().and_then(listed))
    }

    /// Checks the list again after a workspace was created. The service accepts duplicate names, so two
    /// concurrent runs may both create one; the later one sees both here.
    async fn twin(&self, write: &Write, answer: &Answer) -> Option<Text> {
        let ours = answer.id.as_ref().filter(|_| write.creates() && write.kind.names_repeat)?;
        let since = self.lists.now();
        // The workspace exists: a failed check must not make the create fail.
        self.lists.refresh(write, since).await.ok()?;
        let seen = self.lists.look();
        let other = seen.twin(write, ours)?;
        Some(text!(
            "created ({}), but {} with the same name was created at the same time: archive one of them in \
             the Console, then apply again",
            ours,
            other.id
        ))
    }

    /// Stores the id of an object that now exists.
    fn created(&self, attempt: &Attempt, id: &str) {
        let address = attempt.change.address.clone();
        if matches!(address, Address::Workspace(_)) {
            self.lists.begin(attempt.write.kind, &WorkspaceId::new(id));
        }
        self.state().created.insert(address, (id.to_owned(), self.service.now()));
    }

    fn failed(&self, attempt: &Attempt, failure: Failure) -> Outcome {
        let mut state = self.state();
        match failure.kind {
            FailureKind::Capacity => drop(state.short.insert(attempt.change.id.clone())),
            FailureKind::AlreadyThere => {
                if let Address::Invite(email) = &attempt.change.address {
                    state.in_doubt.get_or_insert_with(|| email.clone());
                }
            }
            FailureKind::Stop | FailureKind::Throttled | FailureKind::Unreachable => {
                state.stopped.get_or_insert_with(|| failure.message.clone());
            }
            _ => {}
        }
        if attempt.lost
            && !matches!(
                failure.kind,
                FailureKind::Refused | FailureKind::NotThere | FailureKind::AlreadyThere
            )
        {
            return Outcome::unknown(failure);
        }
        Outcome::Failed { message: failure.message, request_id: failure.request_id }
    }
}

fn completed(request_id: Option<String>) -> Outcome {
    let warning =
        "the service reported that the workspace was created incompletely; its settings are complete now";
    Outcome::Done { how: How::Sent, request_id, warning: Some(warning.into()) }
}

/// Returns the wait after this many attempts (from 1): half a second, doubled up to 8 seconds.
fn backoff(tries: u32) -> Duration {
    Duration::from_millis(500_u64 << tries.saturating_sub(1).min(4))
}
