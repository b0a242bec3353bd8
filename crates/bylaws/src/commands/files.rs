//! Finding and loading the files, and telling what is wrong with them: shared by all commands that
//! start from files.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bylaws_config::{Loaded, LoadedGuards, Origins, SourceFile, Suppression};
use bylaws_engine::{Desired, Guards};

use crate::bounded;
use crate::document::plan::ConfigRef;
use crate::document::recognize::{self, Use};
use crate::exit::Failure;
use crate::git::Source;
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
    /// Comments that keep warnings from being shown.
    pub(crate) suppressions: Vec<Suppression>,
    /// As they were read.
    pub(crate) read: Vec<SourceFile>,
    /// What git says of them, once it was asked.
    pub(crate) source: OnceLock<Source>,
}

impl Files {
    /// Returns what git says of the files. git is asked once.
    pub(crate) fn source(&self) -> &Source {
        self.source.get_or_init(|| timed("git asked", || Source::of(&self.path, &self.read)))
    }

    /// Returns how documents name the files.
    pub(crate) fn config(&self) -> ConfigRef {
        let (commit, dirty) = match self.source() {
            Source::Checkout(checkout) => (checkout.commit.clone(), !checkout.differences.is_empty()),
            Source::NoRepository | Source::Unknown(_) => (None, false),
        };
        ConfigRef { path: Some(self.root.written()), digest: self.digest.clone(), commit, dirty }
    }
}

/// The file `bylaws.yaml` or the folder `bylaws/`. If both are there, one would silently take the place of the other.
fn usual(world: &World) -> Result<PathBuf, Failure> {
    // A link that leads nowhere is there as well: who put it there means something by it.
    let is_there = |name: &&str| world.path(Path::new(name)).symlink_metadata().is_ok();
    let mut found = ["bylaws.yaml", "bylaws"].into_iter().filter(is_there);
    match (found.next(), found.next()) {
        (None, _) => Err(Failure::NoDefault),
        (Some(one), None) => Ok(PathBuf::from(one)),
        (Some(_), Some(_)) => Err(Failure::TwoDefaults),
    }
}

/// The path given, else `bylaws.yaml` or the folder `bylaws/`.
pub(crate) fn find(path: Option<&PathBuf>, world: &World) -> Result<Root, Failure> {
    let path = match path {
        Some(path) => path.clone(),
        None => usual(world)?,
    };
    let is_folder = world.path(&path).is_dir();
    let root = Root { path, is_folder };
    refuse_documents(&world.path(&root.path), &root)?;
    Ok(root)
}

/// Loads the files; prints every problem and fails where one is an error, or a warning under `--strict`.
pub(crate) fn load(path: Option<&PathBuf>, strict: bool, world: &World) -> Result<Files, Failure> {
    let root = find(path, world)?;
    let path = world.path(&root.path);
    let loaded = timed("files loaded", || bylaws_config::load(&path)).map_err(Failure::NoFiles)?;
    accept(if strict { loaded.strictly() } else { loaded }, root, path, world)
}

/// JSON is YAML: a plan or a snapshot given as PATH would be read, and refused for hundreds of unknown keys.
fn refuse_documents(path: &Path, root: &Root) -> Result<(), Failure> {
    let is_yaml = |end: &std::ffi::OsStr| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml");
    if root.is_folder || path.extension().is_some_and(is_yaml) {
        return Ok(());
    }
    // What cannot be read is told by whoever loads it.
    let text = bounded::read_to_string(path, bounded::DOCUMENT).unwrap_or_default();
    recognize::instead(&root.path, &text, Use::Files).map_or(Ok(()), Err)
}

/// Prints every problem of what was loaded and fails where one is an error.
pub(crate) fn accept(loaded: Loaded, root: Root, path: PathBuf, world: &World) -> Result<Files, Failure> {
    let Loaded { desired, origins, problems, files, digest, suppressions, silenced: _ } = loaded;
    if !problems.is_empty() {
        world.error(problems::render(&problems, &files, &root, world.style(), world.errors_width()));
    }
    match desired {
        Some(desired) => {
            let source = OnceLock::new();
            Ok(Files { root, path, desired, origins, digest, suppressions, read: files, source })
        }
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
    let loaded = bylaws_config::load_guards(&world.path(path)).map_err(|error| match error {
        bylaws_config::LoadError::NotFound { .. } => Failure::NoGuards(path.clone()),
        other => Failure::NoFiles(other),
    })?;
    let loaded = if strict { loaded.strictly() } else { loaded };
    let LoadedGuards { guards, problems, files, .. } = loaded;
    if !problems.is_empty() {
        let root = Root { path: path.clone(), is_folder: false };
        world.error(problems::render(&problems, &files, &root, world.style(), world.errors_width()));
    }
    guards.map(Some).ok_or(Failure::Problems)
}
