//! Finding and loading the files, and telling what is wrong with them: shared by all commands that
//! start from files.

use std::path::PathBuf;

use bylaws_config::{Loaded, LoadedGuards, Origins};
use bylaws_engine::{Desired, Guards};

use crate::exit::Failure;
use crate::render::log::timed;
use crate::render::problems::{self, Root};
use crate::world::World;

/// Files without an error.
pub(crate) struct Files {
    /// As the user said it.
    pub(crate) root: Root,
    /// As this process finds it.
    pub(crate) path: PathBuf,
    pub(crate) desired: Desired,
    pub(crate) origins: Origins,
    pub(crate) digest: String,
}

/// The path given, else `bylaws.yaml`, else the folder `bylaws/`.
pub(crate) fn find(path: Option<&PathBuf>, world: &World) -> Result<Root, Failure> {
    let usual = || ["bylaws.yaml", "bylaws"].map(PathBuf::from).into_iter();
    let found = path.cloned().or_else(|| usual().find(|name| world.path(name).exists()));
    let path = found.ok_or(Failure::NoDefault)?;
    let is_folder = world.path(&path).is_dir();
    Ok(Root { path, is_folder })
}

/// Loads the files; prints every problem and fails where one is an error, or a warning under `--strict`.
pub(crate) fn load(path: Option<&PathBuf>, strict: bool, world: &World) -> Result<Files, Failure> {
    let root = find(path, world)?;
    let path = world.path(&root.path);
    let loaded = timed("files loaded", || bylaws_config::load(&path)).map_err(Failure::NoFiles)?;
    accept(if strict { loaded.strictly() } else { loaded }, root, path, world)
}

/// Prints every problem of what was loaded and fails where one is an error.
pub(crate) fn accept(loaded: Loaded, root: Root, path: PathBuf, world: &World) -> Result<Files, Failure> {
    let Loaded { desired, origins, problems, files, digest, silenced: _ } = loaded;
    if !problems.is_empty() {
        world.error(&problems::render(&problems, &files, &root, world.style()));
    }
    match desired {
        Some(desired) => Ok(Files { root, path, desired, origins, digest }),
        None => Err(Failure::Problems),
    }
}

/// Loads a guards file likewise.
pub(crate) fn load_guards(
    path: Option<&PathBuf>,
    strict: bool,
    world: &World,
) -> Result<Option<Guards>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let loaded = bylaws_config::load_guards(&world.path(path)).map_err(Failure::NoFiles)?;
    let loaded = if strict { loaded.strictly() } else { loaded };
    let LoadedGuards { guards, problems, files, .. } = loaded;
    if !problems.is_empty() {
        let root = Root { path: path.clone(), is_folder: false };
        world.error(&problems::render(&problems, &files, &root, world.style()));
    }
    guards.map(Some).ok_or(Failure::Problems)
}
