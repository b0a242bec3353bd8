//! The state of a run: outcomes, created workspaces, and why something must not be sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::change::{Change, ChangeId, Why};
use crate::report::{Outcome, Report};
use crate::text::{Text, text};
use crate::write::{WorkspaceRef, Write};
use crate::{Action, Class, Email, WorkspaceId, WorkspaceLabel};

#[derive(Default)]
pub(super) struct State {
    pub(super) outcomes: BTreeMap<ChangeId, Outcome>,
    /// Workspaces that this run created, and when.
    pub(super) created: BTreeMap<WorkspaceLabel, (WorkspaceId, Duration)>,
    /// Why nothing more is sent.
    pub(super) stopped: Option<Text>,
    /// An address that the service knows but its lists do not show, so nobody is removed for being unlisted.
    pub(super) in_doubt: Option<Email>,
    /// Revocations that came too late: the invite was accepted, so it is not sent again.
    pub(super) accepted: BTreeSet<ChangeId>,
    /// Changes refused for lack of capacity, to be tried once more.
    pub(super) short: BTreeSet<ChangeId>,
    /// Whether something was removed that may have freed capacity.
    pub(super) freed: bool,
}

impl State {
    /// Returns why a change must not be sent.
    pub(super) fn hindrance(&self, change: &Change) -> Option<Text> {
        if let Some(reason) = &self.stopped {
            return Some(reason.clone());
        }
        for id in &change.depends_on {
            if self.accepted.contains(id) {
                return Some("the invite has been accepted in the meantime".into());
            }
            if !self.outcomes.get(id).is_some_and(Outcome::is_done) {
                return Some(text!("depends on `{}`, which was not done", id));
            }
        }
        let takes_access =
            matches!(change.action, Action::Remove | Action::Revoke) && change.address.email().is_some();
        let doubt = self.in_doubt.as_ref().filter(|_| takes_access && change.why() == Why::Unlisted)?;
        Some(text!(
            "the service knows {}, but its lists do not show this address, so nobody is removed for being \
             unlisted; look up in the Console under which address this person is listed",
            doubt
        ))
    }

    /// Fills in the id of a workspace that this run created.
    pub(super) fn resolve(&self, write: &Write) -> Option<Write> {
        let Some(WorkspaceRef::Created(label)) = &write.within else { return Some(write.clone()) };
        let workspace = WorkspaceRef::Live(self.created.get(label)?.0.clone());
        Some(write.clone().within(workspace))
    }

    /// Returns when this run created the workspace that a write belongs to.
    pub(super) fn made_at(&self, write: &Write) -> Option<Duration> {
        let id = write.live_workspace().map(WorkspaceId::as_str).or(write.target())?;
        self.created.values().find(|(created, _)| created.as_str() == id).map(|(_, at)| *at)
    }

    pub(super) fn settle(&mut self, change: &Change, outcome: Outcome) {
        let frees = matches!(change.action, Action::Remove | Action::Revoke | Action::Archive)
            || change.is(Class::KeysOff)
            || change.is(Class::Irreversible);
        self.freed |= frees && outcome.is_done();
        self.outcomes.insert(change.id.clone(), outcome);
    }

    /// Stores an outcome; a second attempt that was never sent leaves the first outcome in place.
    pub(super) fn keep(&mut self, change: &Change, first: Option<Outcome>) {
        let skipped = matches!(self.outcomes.get(&change.id), Some(Outcome::Skipped { .. }));
        if let Some(refused @ Outcome::Failed { .. }) = first.filter(|_| skipped) {
            self.outcomes.insert(change.id.clone(), refused);
        }
    }

    pub(super) fn into_report(mut self, changes: &[Change]) -> Report {
        let entries = changes.iter().map(|change| {
            let missing = || Outcome::skipped("was not reached");
            (change.clone(), self.outcomes.remove(&change.id).unwrap_or_else(missing))
        });
        let entries = entries.collect();
        Report { entries, stopped: self.stopped }
    }
}
