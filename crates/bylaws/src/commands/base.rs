//! `--base REV`: the files of another revision, which were in force before this commit.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use bylaws_config::Suppression;
use bylaws_kinds::{Base as EngineBase, Desired, Loaded};
use bylaws_output::document::base::{BaseDocument, BaseFiles};

use super::committed::{self, Names};
use super::files::{self, Files};
use crate::exit::{About, Failure};
use crate::git::Repository;
use crate::world::World;

/// The configuration of the base revision.
pub(crate) struct Base {
    document: BaseDocument,
    /// What its files ask for, and the comments that suppress warnings; `None` if they are not usable.
    held: Option<(Desired, Vec<Suppression>)>,
}

/// A base that is being read in the background.
pub(crate) struct Reading(JoinHandle<Result<Base, Failure>>);

/// Starts to read the files of a revision at the given path. Without a path both defaults are tried, so that moving
/// the files from one to the other does not hide their old content.
pub(crate) fn begin(revision: &str, path: Option<&PathBuf>, world: &World) -> Result<Reading, Failure> {
    let first = world.path(&files::find(path, world)?.path);
    let usual = ["bylaws.yaml", "bylaws"].map(|usual| world.path(Path::new(usual)));
    let usual = if path.is_none() { usual.to_vec() } else { Vec::new() };
    let revision = revision.to_owned();
    Ok(Reading(std::thread::spawn(move || read(revision, &first, &usual))))
}

/// Reads the files of a revision, if there is one, and waits for them.
pub(crate) fn load(
    revision: Option<&String>,
    path: Option<&PathBuf>,
    desired: &Desired,
    world: &World,
) -> Result<Option<Base>, Failure> {
    revision.map(|revision| begin(revision, path, world)?.end(desired)).transpose()
}

impl Reading {
    /// Waits for the base. Fails if there is no such revision, or if its files are for another organization.
    pub(crate) fn end(self, desired: &Desired) -> Result<Base, Failure> {
        let base = self.0.join().unwrap_or_else(|_| {
            Err(Failure::other("reading the base ended unexpectedly", "run again; if it repeats, report it"))
        })?;
        if let Some((files, _)) = &base.held
            && files.organization.id != desired.organization.id
        {
            return Err(Failure::other(
                format!(
                    "the files of the base are for another organization: {}, here {}",
                    files.organization.id, desired.organization.id
                ),
                "name a revision with files for the same organization; a controller compares with its baseline: restore \
                 `organization.id`, or remove memory.json of this organization in the state folder",
            )
            .about(About::Organization));
        }
        Ok(base)
    }
}

fn read(revision: String, first: &Path, usual: &[PathBuf]) -> Result<Base, Failure> {
    let start = std::time::Instant::now();
    let (repository, commit) = committed::commit(first, &revision, Names::Revision)?;
    let mut loaded = at(&repository, &commit.hash)?;
    for place in usual {
        if loaded.is_none()
            && let Some(repository) = Repository::around(place)
        {
            loaded = at(&repository, &commit.hash)?;
        }
    }
    let (files, held) = match loaded {
        None => (BaseFiles::None, None),
        Some(Ok(Loaded { desired: Some(desired), suppressions, .. })) => {
            (BaseFiles::Read, Some((desired, suppressions)))
        }
        Some(_) => (BaseFiles::Problems, None),
    };
    tracing::debug!(milliseconds = start.elapsed().as_millis(), "base loaded");
    Ok(Base { document: BaseDocument { revision, commit: commit.hash, files, differing: None }, held })
}

/// Loads the files at a path of a repository, whether it is a file or a folder there; `None` if it is neither.
fn at(repository: &Repository, commit: &str) -> Result<Option<Result<Loaded, &'static str>>, Failure> {
    let found = repository.files_of(commit).map_err(|trouble| committed::refused(&trouble))?;
    if found.is_empty() {
        return Ok(None);
    }
    let sources: Result<Vec<_>, _> = found.into_iter().map(committed::source).collect();
    Ok(Some(sources.map(|sources| committed::load(repository, commit, sources))))
}

impl Base {
    pub(crate) fn basis(&self) -> EngineBase<'_> {
        self.held.as_ref().map_or(EngineBase::Nothing, |(desired, _)| EngineBase::Files(desired))
    }

    pub(crate) fn document(&self) -> BaseDocument {
        self.document.clone()
    }

    /// Returns the suppressing comments that only these files have. A moved line or a reworded comment counts as the
    /// same.
    pub(crate) fn new_suppressions<'a>(&self, files: &'a Files) -> Vec<&'a Suppression> {
        let known = self.held.iter().flat_map(|(_, known)| known);
        let mut known: Vec<(&str, &str)> = known.map(|old| (old.code, old.line.as_str())).collect();
        let mut new = Vec::new();
        for suppression in &files.suppressions {
            match known.iter().position(|old| *old == (suppression.code, suppression.line.as_str())) {
                Some(at) => drop(known.swap_remove(at)),
                None => new.push(suppression),
            }
        }
        new
    }
}
