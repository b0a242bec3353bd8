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

/// A commit to plan, and where the command finds its files.
#[derive(Clone, Debug)]
pub(crate) struct Tip {
    pub(crate) commit: String,
    pub(crate) place: PathBuf,
    top: PathBuf,
}

/// The result of the last fetch of a branch, and when it began.
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

    /// Returns the tip of a source, after checking that it may be applied. A fetch that began at most `age` ago is good
    /// enough.
    pub(crate) async fn tip(
        &self,
        organization: &Organization,
        baseline: Option<&str>,
        age: Duration,
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
        let place = mirror::place(&top, source);
        Ok(Tip { commit, place, top })
    }

    async fn fetched(&self, git: &Git<'_>, source: &Source, age: Duration) -> Result<String, Refusal> {
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
            && at.elapsed() <= age
        {
            return found.clone();
        }
        let at = Instant::now();
        let found = mirror::fetch(git, source).await;
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
