//! `--base REV`: the files of another revision, which were in force before this commit.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use bylaws_config::{SourceFile, Suppression};
use bylaws_kinds::Base as EngineBase;
use bylaws_kinds::Desired;
use bylaws_output::document::base::{BaseDocument, BaseFiles};

use super::committed::{self, Names};
use super::files::{self, Files};
use crate::exit::Failure;
use crate::git::Repository;
use crate::world::World;

/// The configuration of the base revision.
pub(crate) struct Base {
    revision: String,
    commit: String,
    held: Held,
}

enum Held {
    /// Files without an error, and the comments that suppress warnings.
    Files(Box<Desired>, Vec<Suppression>),
    None,
    Problems,
}

/// A base that is being read in the background.
pub(crate) struct Reading(JoinHandle<Result<Base, Failure>>);

/// Starts to read the files of a revision at the given path. Without a path both defaults are tried, so that moving
/// the files from one to the other does not hide their old content.
pub(crate) fn begin(revision: &str, path: Option<&PathBuf>, world: &World) -> Result<Reading, Failure> {
    let mut places = vec![world.path(&files::find(path, world)?.path)];
    if path.is_none() {
        places.extend(["bylaws.yaml", "bylaws"].map(|usual| world.path(Path::new(usual))));
    }
    let revision = revision.to_owned();
    Ok(Reading(std::thread::spawn(move || read(revision, &places))))
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
            Err(Failure::Other {
                message: "reading the base ended unexpectedly".to_owned(),
                help: "run again; if it repeats, report it".to_owned(),
            })
        })?;
        if let Held::Files(files, _) = &base.held
            && files.organization.id != desired.organization.id
        {
            return Err(Failure::Usage {
                message: format!(
                    "the files of the base are for another organization: {}, here {}",
                    files.organization.id, desired.organization.id
                ),
                help: "name a revision with files for the same organization".to_owned(),
            });
        }
        Ok(base)
    }
}

fn read(revision: String, places: &[PathBuf]) -> Result<Base, Failure> {
    let start = std::time::Instant::now();
    let Some((first, usual)) = places.split_first() else { return Err(Failure::NoDefault) };
    let (repository, commit) = committed::commit(first, &revision, Names::Revision)?;
    let mut found = at(&repository, &commit.hash)?;
    for place in usual {
        if found.is_none()
            && let Some(repository) = Repository::around(place)
        {
            found = at(&repository, &commit.hash)?;
        }
    }
    let held = match found {
        None => Held::None,
        Some(Err(_)) => Held::Problems,
        Some(Ok(sources)) => {
            let loaded = bylaws_kinds::parse(sources);
            match loaded.desired {
                Some(desired) => Held::Files(Box::new(desired), loaded.suppressions),
                None => Held::Problems,
            }
        }
    };
    tracing::debug!(milliseconds = start.elapsed().as_millis(), "base loaded");
    Ok(Base { revision, commit: commit.hash, held })
}

/// Returns the files at a path of a repository, whether it is a file or a folder there; `None` if it is neither.
fn at(
    repository: &Repository,
    commit: &str,
) -> Result<Option<Result<Vec<SourceFile>, &'static str>>, Failure> {
    for is_folder in [true, false] {
        let found = repository.files_of(commit, is_folder).map_err(|trouble| committed::refused(&trouble))?;
        if !found.is_empty() {
            return Ok(Some(found.into_iter().map(committed::source).collect()));
        }
    }
    Ok(None)
}

impl Base {
    /// Returns the base for a plan.
    pub(crate) fn basis(&self) -> EngineBase<'_> {
        match &self.held {
            Held::Files(desired, _) => EngineBase::Files(desired),
            Held::None | Held::Problems => EngineBase::Nothing,
        }
    }

    /// Returns the base for documents.
    pub(crate) fn document(&self) -> BaseDocument {
        let files = match self.held {
            Held::Files(..) => BaseFiles::Read,
            Held::None => BaseFiles::None,
            Held::Problems => BaseFiles::Problems,
        };
        BaseDocument { revision: self.revision.clone(), commit: self.commit.clone(), files, differing: None }
    }

    /// Returns the suppressing comments that only these files have. A moved line or a reworded comment counts as the
    /// same.
    pub(crate) fn new_suppressions<'a>(&self, files: &'a Files) -> Vec<&'a Suppression> {
        let Held::Files(_, known) = &self.held else { return files.suppressions.iter().collect() };
        let mut known: Vec<(&str, &str)> = known.iter().map(|old| (old.code, old.line.as_str())).collect();
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
