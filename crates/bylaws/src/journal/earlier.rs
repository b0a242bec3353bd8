//! What earlier runs of a journal sent within 24 hours: guards count it, and nothing of it is sent again unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_engine::day::Day;
use bylaws_engine::{Action, Address, Cause, Change, ChangeId, Class, Plan};
use bylaws_output::document::plan::{ChangeDocument, ConfigRef};
use jiff::{SignedDuration, Timestamp};

use super::{Run, Step, read};
use crate::live::calls;

/// The time for which the limits of guards hold.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The earlier runs of a journal, for one organization.
pub(crate) struct Earlier {
    runs: Vec<Run>,
    /// The hash of the last record.
    pub(crate) head: String,
}

impl Earlier {
    /// Reads the runs of a journal; `None` if there is no journal to read. A journal that does not verify is refused
    /// later, when it is opened.
    pub(crate) fn read(path: &Path, organization: &str) -> Option<Self> {
        // Reading from a pipe or a device might never end.
        path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut contents = read::read(path, None).ok().filter(|contents| contents.faults.is_empty())?;
        contents.runs.retain(|run| run.begin.organization == organization);
        Some(Self { runs: contents.runs, head: contents.head })
    }

    /// Returns whether there was no earlier run.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Returns what guards count of the 24 hours before `now`, by the service's clock.
    pub(crate) fn day(&self, now: Timestamp) -> Day {
        let mut day = Day::default();
        for step in self.steps(now).map(|(_, step)| step).filter(|step| step.counted && step.may_be_done()) {
            let change = &step.change;
            let classes: Vec<Class> = change.classes.iter().map(|class| class.0).collect();
            day.add(*change.action, &change.address, change.target.as_deref(), &classes);
        }
        day
    }

    /// Returns the changes of a plan that a run of the same files already sent within 24 hours, and those that are due
    /// and that any run sent: what is due happens once. An invite may expire twice.
    pub(crate) fn undone(&self, plan: &Plan, config: &ConfigRef, now: Timestamp) -> BTreeSet<ChangeId> {
        let all = || self.runs.iter().flat_map(|run| &run.steps).filter(|step| step.was_sent());
        // What another run sent for the same object since is what is live.
        let last: BTreeMap<&Address, &ChangeDocument> =
            all().map(|step| (&*step.change.address, &step.change)).collect();
        let is_last =
            |change: &ChangeDocument| last.get(&*change.address).is_some_and(|last| *last == change);
        let same_files = |run: &Run| match (&run.begin.commit, &config.commit) {
            (Some(commit), Some(current)) => commit == current && run.begin.dirty == config.dirty,
            _ => run.begin.digest == config.digest,
        };
        let steps = self.steps(now).filter(|(run, step)| same_files(run) && step.was_sent());
        let sent: Vec<&ChangeDocument> =
            steps.map(|(_, step)| &step.change).filter(|change| is_last(change)).collect();
        let ever: Vec<&ChangeDocument> =
            all().map(|step| &step.change).filter(|change| is_last(change)).collect();
        let is_sent = |change: &&Change| {
            let is_once = change.cause == Some(Cause::Due) && change.action != Action::Invite;
            let change = calls::document(change);
            (if is_once { &ever } else { &sent }).iter().any(|sent| {
                (sent.action, &sent.target, &sent.request) == (change.action, &change.target, &change.request)
            })
        };
        plan.changes.iter().filter(is_sent).map(|change| change.id.clone()).collect()
    }

    fn steps(&self, now: Timestamp) -> impl Iterator<Item = (&Run, &Step)> {
        let steps = self.runs.iter().flat_map(|run| run.steps.iter().map(move |step| (run, step)));
        // A time that cannot be read, or is in the future, counts.
        steps.filter(move |(_, step)| {
            step.at.parse().map_or(true, |at: Timestamp| now.duration_since(at) <= A_DAY)
        })
    }
}

impl Step {
    /// Returns whether it changed something, or may have.
    fn may_be_done(&self) -> bool {
        self.after.as_ref().is_none_or(|after| matches!(after.outcome.as_str(), "done" | "unknown"))
    }

    /// Returns whether a request made the change.
    fn was_sent(&self) -> bool {
        let how = self.after.as_ref().and_then(|after| after.how.as_deref());
        matches!(how, Some("sent" | "found_after_lost_answer"))
    }
}
