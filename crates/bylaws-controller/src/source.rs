//! The sources of all organizations: each repository is fetched once, however many organizations read it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::child::Stop;
use crate::config::{Organization, Source};
use crate::git::Git;
use crate::host::Host;
use crate::mirror;
use crate::refusal::Refusal;
use crate::schedule;

/// A commit to plan, and where the command finds its files.
#[derive(Clone, Debug)]
pub(crate) struct Tip {
    pub(crate) commit: String,
    /// The top of the mirror.
    pub(crate) top: PathBuf,
    /// The path of the files below it.
    pub(crate) place: String,
}

/// How long ago a fetch may have begun, or failed, whose result is used again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    done: Duration,
    failed: Duration,
}

impl Age {
    /// Every result of this process.
    pub(crate) const ANY: Self = Self { done: Duration::MAX, failed: Duration::MAX };
    /// None: the source is fetched.
    pub(crate) const NEW: Self = Self { done: Duration::ZERO, failed: Duration::ZERO };

    /// Organizations of one repository share a fetch. A failure is shared until the first of them tries again.
    pub(crate) fn shared(every: Duration) -> Self {
        Self { done: every / 2, failed: schedule::FIRST / 2 }
    }
}

/// The result of the last fetch of a branch, and when it began or failed.
type Fetched = Option<(Instant, Result<String, Refusal>)>;

/// The mirrors.
pub(crate) struct Sources {
    folder: PathBuf,
    host: Host,
    fetched: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Fetched>>>>,
    stop: Stop,
}

impl Sources {
    pub(crate) fn new(folder: PathBuf, host: Host, stop: Stop) -> Self {
        Self { folder, host, fetched: Mutex::default(), stop }
    }

    /// Returns the tip of a source, after checking that it may be applied. The result of a fetch of this age is good
    /// enough.
    pub(crate) async fn tip(
        &self,
        organization: &Organization,
        baseline: Option<&str>,
        age: Age,
    ) -> Result<Tip, Refusal> {
        let source = &organization.source;
        let top = self.folder.join(mirror::name(source));
        std::fs::create_dir_all(&top)
            .map_err(|error| Refusal::unavailable(format!("cannot make the mirror: {error}")))?;
        let git = self.git(&top);
        let commit = self.fetched(&git, source, age).await?;
        let path = match source {
            Source::Git { path, .. } => path.as_str(),
            Source::Folder(_) => "",
        };
        mirror::check(&git, &commit, path, baseline).await?;
        if let Some(signers) = &organization.allowed_signers {
            mirror::verify(&git, &commit, signers).await?;
        }
        let place = mirror::place(source).to_owned();
        Ok(Tip { commit, top, place })
    }

    async fn fetched(&self, git: &Git<'_>, source: &Source, age: Age) -> Result<String, Refusal> {
        let branch = match source {
            Source::Git { branch, .. } => branch.as_str(),
            Source::Folder(_) => "",
        };
        let key = format!("{} {branch}", mirror::name(source));
        // Two fetches into one mirror would wait for each other's locks.
        let mirror = self.entry(&mirror::name(source));
        let _alone = mirror.lock().await;
        let last = self.entry(&key);
        let mut last = last.lock().await;
        if let Some((at, found)) = &*last
            && at.elapsed() <= if found.is_ok() { age.done } else { age.failed }
        {
            return found.clone();
        }
        let start = Instant::now();
        let found = mirror::fetch(git, source).await;
        // Whoever waited for a remote that hangs does not wait for it again.
        let at = if found.is_ok() { start } else { Instant::now() };
        *last = Some((at, found.clone()));
        found
    }

    fn entry(&self, key: &str) -> Arc<tokio::sync::Mutex<Fetched>> {
        let mut all = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key.to_owned()).or_default().clone()
    }

    /// Keeps the baseline of an organization in its mirror.
    pub(crate) async fn keep(&self, name: &str, tip: &Tip) {
        // If it fails, the commit is still there until git removes what no branch has.
        let _ = mirror::keep(&self.git(&tip.top), name, &tip.commit).await;
    }

    fn git<'a>(&'a self, top: &'a std::path::Path) -> Git<'a> {
        Git { host: &self.host, top, stop: self.stop.clone() }
    }
}
