//! Finding and loading the files, and telling what is wrong with them: shared by all commands that
//! start from files.

use std::path::{Path, PathBuf};

use bylaws_config::{Loaded, LoadedGuards, Origins, Severity};
use bylaws_engine::{Desired, Guards};

use crate::exit::Failure;
use crate::render::problems;
use crate::world::World;

/// Files without an error.
pub(crate) struct Files {
    pub(crate) path: PathBuf,
    pub(crate) desired: Desired,
    pub(crate) origins: Origins,
    pub(crate) digest: String,
}

/// The path given, else `bylaws.yaml`, else the folder `bylaws/`.
pub(crate) fn find(path: Option<&PathBuf>, world: &World) -> PathBuf {
    if let Some(path) = path {
        return path.clone();
    }
    let usual = ["bylaws.yaml", "bylaws"];
    let found = usual.into_iter().find(|name| world.path(Path::new(name)).exists());
    PathBuf::from(found.unwrap_or("bylaws.yaml"))
}

/// Loads the files; prints every problem and fails where one is an error.
pub(crate) fn load(path: Option<&PathBuf>, world: &World) -> Result<Files, Failure> {
    let path = find(path, world);
    let loaded = bylaws_config::load(&world.path(&path)).map_err(Failure::NoFiles)?;
    let Loaded { desired, origins, problems, files, digest } = loaded;
    if !problems.is_empty() {
        world.error(&problems::render(&problems, &files, &path, world.style()));
    }
    match desired {
        Some(desired) => Ok(Files { path: world.path(&path), desired, origins, digest }),
        None => Err(Failure::Problems),
    }
}

/// Loads a guards file likewise.
pub(crate) fn load_guards(path: Option<&PathBuf>, world: &World) -> Result<Option<Guards>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let loaded = bylaws_config::load_guards(&world.path(path)).map_err(Failure::NoFiles)?;
    let LoadedGuards { guards, problems, files, .. } = loaded;
    if !problems.is_empty() {
        world.error(&problems::render(&problems, &files, path, world.style()));
    }
    guards.map(Some).ok_or(Failure::Problems)
}

/// Errors and warnings.
pub(crate) fn counts(problems: &[bylaws_config::Problem]) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    (errors, problems.len() - errors)
}
