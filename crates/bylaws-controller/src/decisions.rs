//! What people decided about an organization: suspended, approved, to run now. Each is a file in the state folder, so
//! that a decision needs neither git nor the running controller.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::decided::{Decided, What};
use crate::folder::{self, Folder, StateError};

/// How long an approval can be used.
const VALID: SignedDuration = SignedDuration::from_hours(24);
/// How far the clocks of the command and of the controller may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Nothing is written until somebody resumes, or until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Why.
    pub reason: String,
    /// Who suspended it, as the system knows them.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A plan that may be applied once, held changes included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The fingerprint of the plan.
    pub fingerprint: String,
    /// Who approved it, as the system knows them.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The decisions about one organization.
#[derive(Clone, Debug)]
pub struct Decisions {
    folder: PathBuf,
}

impl Decisions {
    /// Opens the decisions about an organization in a state folder.
    pub fn open(state: &Path, name: &str) -> Result<Self, StateError> {
        let folder = Folder::open(state)?.organization(name);
        let folder = folder.map_err(|error| StateError::Io(state.to_owned(), error))?;
        Ok(Self { folder })
    }

    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Suspends the organization: no write begins after this returns. Returns the suspension that it replaces.
    pub fn suspend(&self, suspension: &Suspension) -> io::Result<Option<Suspension>> {
        // Stopping is more urgent than the order of two decisions.
        let _lock = self.lock();
        let old = folder::read(&self.stop_file()).ok().flatten();
        write(&self.stop_file(), suspension)?;
        let Suspension { reason, by, since, until } = suspension.clone();
        self.record(by, since, What::Suspended { reason, until })?;
        Ok(old.and_then(|old| serde_json::from_str(&old).ok()))
    }

    /// Ends a suspension. Returns whether there was one.
    pub fn resume(&self, by: String, at: Timestamp) -> io::Result<bool> {
        let _lock = self.lock()?;
        let was = self.stop_file().exists();
        if was {
            self.record(by, at, What::Resumed)?;
        }
        folder::remove(&self.stop_file())?;
        Ok(was)
    }

    /// Lets the plan with a fingerprint through, once.
    pub fn approve(&self, approval: &Approval) -> io::Result<()> {
        let _lock = self.lock()?;
        let Approval { fingerprint, by, at } = approval.clone();
        self.record(by, at, What::Approved { fingerprint })?;
        write(&self.approval_file(), approval)
    }

    /// Withdraws an approval that was not used yet, or that is being used and might be put back. Returns whether there was
    /// one.
    pub fn withdraw(&self, by: String, at: Timestamp) -> io::Result<bool> {
        self.end_approval(by, at, What::Withdrawn)
    }

    /// Ends an approval that fits nothing any more. Returns whether there was one.
    pub(crate) fn void(&self, at: Timestamp) -> io::Result<bool> {
        self.end_approval("controller".to_owned(), at, What::Void)
    }

    fn end_approval(&self, by: String, at: Timestamp, what: What) -> io::Result<bool> {
        let _lock = self.lock()?;
        let was = self.approval_file().exists() || self.used_file().exists();
        if was {
            self.record(by, at, what)?;
        }
        folder::remove(&self.approval_file())?;
        folder::remove(&self.used_file())?;
        Ok(was)
    }

    /// Uses an approval up, before anything is sent. Fails if it is not there any more: somebody withdrew it.
    pub(crate) fn use_approval(&self, approval: &Approval) -> io::Result<()> {
        let _lock = self.lock()?;
        let text = folder::read(&self.approval_file())?.unwrap_or_default();
        if serde_json::from_str::<Approval>(&text).ok().as_ref() != Some(approval) {
            return Err(io::Error::other("it was withdrawn"));
        }
        fs::rename(self.approval_file(), self.used_file())
    }

    /// Makes the approval that is being used usable again, because nothing was sent, unless it was withdrawn meanwhile.
    pub(crate) fn put_back(&self) -> io::Result<()> {
        let _lock = self.lock()?;
        if self.used_file().exists() {
            fs::rename(self.used_file(), self.approval_file())?;
        }
        Ok(())
    }

    /// Forgets the approval that was used.
    pub(crate) fn used_up(&self) -> io::Result<()> {
        let _lock = self.lock()?;
        folder::remove(&self.approval_file())?;
        folder::remove(&self.used_file())
    }

    fn record(&self, by: String, at: Timestamp, what: What) -> io::Result<()> {
        Decided { at, by, what }.record(&self.folder)
    }

    /// Asks for a round now.
    pub fn run(&self) -> io::Result<()> {
        folder::write(&self.run_file(), "")
    }

    /// Returns the suspension; ends one whose time has passed. A file that cannot be read suspends, too.
    pub(crate) fn suspension(&self, now: Timestamp) -> Option<Suspension> {
        let unreadable = |error: String| Suspension {
            reason: format!("the file of the suspension cannot be read: {error}"),
            by: "controller".to_owned(),
            since: now,
            until: None,
        };
        let text = match folder::read(&self.stop_file()) {
            Ok(None) => return None,
            Ok(Some(text)) => text,
            Err(error) => return Some(unreadable(error.to_string())),
        };
        let suspension: Suspension = match serde_json::from_str(&text) {
            Ok(suspension) => suspension,
            Err(error) => return Some(unreadable(error.to_string())),
        };
        let is_over = suspension.until.is_some_and(|until| until <= now);
        if is_over && self.end(&text).unwrap_or(false) {
            return None;
        }
        Some(suspension)
    }

    /// Ends a suspension whose time has passed. Returns whether it did: somebody may have written another one since.
    fn end(&self, expired: &str) -> io::Result<bool> {
        let _lock = self.lock()?;
        let is_same = folder::read(&self.stop_file())?.is_none_or(|text| text == expired);
        if is_same {
            folder::remove(&self.stop_file())?;
            // What waited for this does not wait for the interval too.
            self.run()?;
        }
        Ok(is_same)
    }

    /// Waits until nobody else decides, also in another process; for a second, because nobody needs longer.
    fn lock(&self) -> io::Result<File> {
        let file = folder::private_file(&self.folder.join("decisions.lock"))?;
        for _ in 0..20 {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "another process has locked the decisions"))
    }

    /// Returns the approval that can still be used; drops one that is too old or cannot be read.
    pub(crate) fn approval(&self, now: Timestamp) -> Option<Approval> {
        let text = folder::read(&self.approval_file()).ok()??;
        let approval = serde_json::from_str::<Approval>(&text).ok();
        // One of tomorrow would be valid for longer: the clock was wrong then, or is now.
        let is_valid = |approval: &Approval| (-SKEW..VALID).contains(&now.duration_since(approval.at));
        let approval = approval.filter(is_valid);
        if approval.is_none() {
            let _ = folder::remove(&self.approval_file());
        }
        approval
    }

    /// Returns whether somebody asked for a round, and forgets that.
    pub(crate) fn take_run(&self) -> bool {
        self.run_file().exists() && folder::remove(&self.run_file()).is_ok()
    }

    /// Returns the file that stops the writes of an apply while it exists.
    pub(crate) fn stop_file(&self) -> PathBuf {
        self.folder.join("suspended.json")
    }

    fn approval_file(&self) -> PathBuf {
        self.folder.join("approved.json")
    }

    /// The approval while its plan is applied. A controller that is killed leaves it, and nothing uses it.
    fn used_file(&self) -> PathBuf {
        self.folder.join("used.json")
    }

    fn run_file(&self) -> PathBuf {
        self.folder.join("run")
    }
}

fn write(path: &Path, decision: &impl Serialize) -> io::Result<()> {
    folder::write(path, &serde_json::to_string(decision).map_err(io::Error::other)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn decisions(folder: &tempfile::TempDir) -> Decisions {
        Decisions::at(folder.path().to_owned())
    }

    #[test]
    fn a_suspension_ends_at_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let decisions = decisions(&folder);
        let (reason, by) = ("incident".to_owned(), "ada".to_owned());
        let (since, until) = (at("2026-11-21T09:00:00Z"), Some(at("2026-11-21T10:00:00Z")));
        decisions.suspend(&Suspension { reason, by, since, until }).unwrap();
        assert!(decisions.suspension(at("2026-11-21T09:59:59Z")).is_some());
        assert!(decisions.suspension(at("2026-11-21T10:00:00Z")).is_none());
        assert!(!decisions.stop_file().exists(), "an apply looks at the file only");
    }

    #[test]
    fn a_suspension_that_follows_one_that_ends_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let decisions = decisions(&folder);
        let suspended = |reason: &str, until: &str| Suspension {
            reason: reason.to_owned(),
            by: "ada".to_owned(),
            since: at("2026-11-21T09:00:00Z"),
            until: Some(at(until)),
        };
        decisions.suspend(&suspended("first", "2026-11-21T10:00:00Z")).unwrap();
        let first = std::fs::read_to_string(decisions.stop_file()).unwrap();
        decisions.suspend(&suspended("second", "2026-11-21T12:00:00Z")).unwrap();
        assert!(!decisions.end(&first).unwrap(), "what was read before is not there any more");
        assert_eq!(decisions.suspension(at("2026-11-21T11:00:00Z")).unwrap().reason, "second");
    }

    #[test]
    fn a_suspension_that_cannot_be_read_suspends() {
        let folder = tempfile::tempdir().unwrap();
        let decisions = decisions(&folder);
        std::fs::write(decisions.stop_file(), "{").unwrap();
        assert!(decisions.suspension(at("2026-11-21T09:00:00Z")).is_some());
    }

    #[test]
    fn an_approval_is_dropped_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let decisions = decisions(&folder);
        let (fingerprint, by) = ("f".to_owned(), "ada".to_owned());
        decisions.approve(&Approval { fingerprint, by, at: at("2026-11-21T09:00:00Z") }).unwrap();
        assert!(decisions.approval(at("2026-11-22T08:59:59Z")).is_some());
        assert!(decisions.approval(at("2026-11-22T09:00:00Z")).is_none());
        assert!(decisions.approval(at("2026-11-21T09:00:00Z")).is_none(), "it does not come back");
        let (fingerprint, by) = ("f".to_owned(), "ada".to_owned());
        decisions.approve(&Approval { fingerprint, by, at: at("2036-11-21T09:00:00Z") }).unwrap();
        assert!(decisions.approval(at("2026-11-21T09:00:00Z")).is_none(), "nor is one valid for years");
    }
}
