//! The state of a run: outcomes, created workspaces, and why something must not be sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::change::{Change, ChangeId, Why};
use crate::report::{Outcome, Report};
use crate::text::{Text, text};
use crate::write::{WorkspaceRef, Write};
use crate::{Action, Address, Class, Email, Fact, WorkspaceId};

#[derive(Default)]
pub(super) struct State {
    pub(super) outcomes: BTreeMap<ChangeId, Outcome>,
    /// The ids of the objects that this run created, and when.
    pub(super) created: BTreeMap<Address, (String, Duration)>,
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

    /// Fills in the ids of the workspace and of the objects that this run created. Fails with the first one that is not
    /// known.
    pub(super) fn resolve(&self, change: &Change) -> Result<Box<Change>, Text> {
        let id_of = |address: &Address| match self.created.get(address) {
            Some((id, _)) => Ok(id.clone()),
            None => Err(text!("the id of {} is not known yet", address)),
        };
        let mut resolved = Box::new(change.clone());
        if let Some(WorkspaceRef::Created(label)) = &change.write.within {
            let id = WorkspaceId::new(id_of(&Address::Workspace(label.clone()))?);
            resolved.write.within = Some(WorkspaceRef::Live(id));
        }
        let Change { write, after, .. } = &mut *resolved;
        let facts = write.body.0.values_mut().chain(after.iter_mut().flat_map(|after| after.0.values_mut()));
        for fact in facts {
            if let Fact::Object(object) = fact
                && object.id.is_none()
            {
                let placeholder = object.id();
                object.id = Some(id_of(&object.address)?);
                if write.natural == placeholder {
                    write.natural = object.id();
                }
            }
        }
        Ok(resolved)
    }

    /// Returns when this run created the object of a write, its workspace, or the last object to which it refers.
    pub(super) fn made_at(&self, write: &Write) -> Option<Duration> {
        let referred = write.body.0.values().filter_map(|fact| match fact {
            Fact::Object(object) => object.id.as_deref(),
            _ => None,
        });
        // What has no id of its own, such as a membership, has that of a person, who is in other workspaces too.
        let target = write.target().filter(|_| write.kind.id_field == "id");
        let own = write.live_workspace().map(WorkspaceId::as_str).into_iter().chain(target);
        let ids: BTreeSet<&str> = own.chain(referred).collect();
        let made = self.created.values().filter(|(id, _)| ids.contains(id.as_str()));
        made.map(|(_, at)| *at).max()
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
