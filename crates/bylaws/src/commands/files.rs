//! Finds and loads the files and prints their problems, for all commands that start from files.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bylaws_config::{Origins, Problem, SourceFile, Suppression};
use bylaws_engine::{Clocks, Guards};
use bylaws_kinds::{Base, Basis, Desired, Loaded, LoadedGuards};
use bylaws_output::document::plan::ConfigRef;
use bylaws_output::render::escape::escape;
use bylaws_output::render::problems::{self, Root};
use jiff::civil::Date;

use super::committed;
use crate::bounded;
use crate::exit::Failure;
use crate::git::{self, Checkout, Difference, Source};
use crate::log::timed;
use crate::recognize::{self, Use};
use crate::settings::GUARDS;
use crate::world::World;

/// Files without an error.
pub(crate) struct Files {
    /// The path as the user gave it.
    pub(crate) root: Root,
    /// The path relative to the folder of this process.
    pub(crate) path: PathBuf,
    pub(crate) desired: Desired,
    pub(crate) origins: Origins,
    pub(crate) digest: String,
    /// Comments that suppress warnings.
    pub(crate) suppressions: Vec<Suppression>,
    /// The files as they were read.
    pub(crate) read: Vec<SourceFile>,
    /// The state of the files according to git, once it was asked.
    pub(crate) source: OnceLock<Source>,
    guards: Option<GuardsFile>,
}

/// The file of `--guards`.
struct GuardsFile {
    guards: Guards,
    root: Root,
    path: PathBuf,
    read: Vec<SourceFile>,
}

impl Files {
    /// Returns `None` if the files have an error.
    pub(crate) fn of(root: Root, path: PathBuf, loaded: Loaded) -> Option<Self> {
        let Loaded { desired, origins, digest, suppressions, files: read, .. } = loaded;
        let (desired, source) = (desired?, OnceLock::new());
        Some(Self { root, path, desired, origins, digest, suppressions, read, source, guards: None })
    }

    /// Returns the state of the files according to git, which is asked only once.
    pub(crate) fn source(&self) -> &Source {
        self.source.get_or_init(|| timed("git asked", || self.ask()))
    }

    /// Asks git about the files, including a guards file in the same repository.
    fn ask(&self) -> Source {
        let mut source = Source::of(&self.path, &self.read);
        if let Source::Checkout(checkout) = &mut source {
            for difference in &mut checkout.differences {
                difference.name = self.root.shown(&difference.name);
            }
            let beside = self.guards.as_ref().filter(|file| git::is_same_repository(&self.path, &file.path));
            if let Some(file) = beside
                && let Source::Checkout(other) = Source::of(&file.path, &file.read)
            {
                let differences = other.differences.into_iter();
                checkout.differences.extend(
                    differences.map(|found| Difference { name: file.root.shown(&found.name), ..found }),
                );
            }
        }
        source
    }

    /// Loads a guards file, if there is one; prints its problems and fails if one is an error.
    pub(crate) fn load_guards(
        &mut self,
        path: Option<&PathBuf>,
        strict: bool,
        world: &World,
    ) -> Result<(), Failure> {
        self.guards = path.map(|path| guards_file(path, strict, world)).transpose()?;
        Ok(())
    }

    /// Returns the input of a plan of these files.
    pub(crate) fn basis<'a>(&'a self, today: Date, clocks: Clocks, base: Option<Base<'a>>) -> Basis<'a> {
        let guards_file = self.guards.as_ref().map(|file| &file.guards);
        Basis { desired: &self.desired, guards_file, today, clocks, base }
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

/// Returns `bylaws.yaml` or `bylaws/`. Fails if both exist, because one would silently replace the other.
fn usual(world: &World) -> Result<PathBuf, Failure> {
    // A dangling link counts as well: it was placed there on purpose.
    let is_there = |name: &&str| world.path(Path::new(name)).symlink_metadata().is_ok();
    let mut found = ["bylaws.yaml", "bylaws"].into_iter().filter(is_there);
    match (found.next(), found.next()) {
        (None, _) => Err(Failure::NoDefault),
        (Some(one), None) => Ok(PathBuf::from(one)),
        (Some(_), Some(_)) => Err(Failure::files(
            "both bylaws.yaml and the folder bylaws/ exist, and no path is given",
            "name one of them, as in `bylaws plan bylaws/`, or delete the other",
        )),
    }
}

/// Returns the given path, or else `bylaws.yaml` or the folder `bylaws/`.
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

/// Loads the files and prints every problem. Fails if one is an error, or a warning under `--strict`.
pub(crate) fn load(path: Option<&PathBuf>, strict: bool, world: &World) -> Result<Files, Failure> {
    let (root, loaded) = read(path, strict, world)?;
    accept(loaded, root, world)
}

/// Loads the files of a revision, which need not be checked out.
pub(crate) fn load_at(path: &Path, revision: &str, strict: bool, world: &World) -> Result<Files, Failure> {
    let read = committed::files(&world.path(path), revision).map_err(Failure::of_files)?;
    let is_file = matches!(read.files.as_slice(), [one] if path.file_name().is_some_and(|name| name == one.name.as_str()));
    let (commit, loaded) = read.load();
    let loaded = if strict { loaded.strictly() } else { loaded };
    let files = accept(loaded, Root { path: path.to_owned(), is_folder: !is_file }, world)?;
    let checkout = Checkout { commit: Some(commit.hash), differences: Vec::new(), newer: None };
    let source = OnceLock::from(Source::Checkout(checkout));
    Ok(Files { source, ..files })
}

/// Loads the files, if there are any, for commands that work without them too.
pub(crate) fn load_if_any(path: Option<&PathBuf>, world: &World) -> Result<Option<Files>, Failure> {
    match find(path, world) {
        Err(Failure::NoDefault) => Ok(None),
        _ => load(path, false, world).map(Some),
    }
}

/// Reads the files, whatever their problems.
pub(crate) fn read(path: Option<&PathBuf>, strict: bool, world: &World) -> Result<(Root, Loaded), Failure> {
    let root = find(path, world)?;
    let loaded = timed("files loaded", || bylaws_kinds::load(&world.path(&root.path)))?;
    Ok((root, if strict { loaded.strictly() } else { loaded }))
}

/// Refuses JSON documents: JSON is YAML, so a plan given as PATH would be reported for hundreds of unknown keys.
fn refuse_documents(path: &Path, root: &Root) -> Result<(), Failure> {
    let is_yaml = |end: &std::ffi::OsStr| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml");
    if root.is_folder || path.extension().is_some_and(is_yaml) {
        return Ok(());
    }
    // The loader reports files that cannot be read.
    let text = bounded::read_to_string(path, bounded::DOCUMENT).unwrap_or_default();
    recognize::instead(&root.path, &text, Use::Files).map_or(Ok(()), Err)
}

/// Prints every problem of the loaded files, and fails if one is an error.
pub(crate) fn accept(loaded: Loaded, root: Root, world: &World) -> Result<Files, Failure> {
    let path = world.path(&root.path);
    print_problems(&loaded.problems, &loaded.files, &root, world);
    if loaded.desired.is_none()
        && lacks_header(&loaded.problems)
        && let Some(folder) = folder_of(&root, &path)
    {
        let file = escape(&root.path.display().to_string());
        let folder = escape(&folder.display().to_string());
        world.error(format!("help: `{file}` is one file of a folder: name the folder, `{folder}`"));
    }
    Files::of(root, path, loaded).ok_or(Failure::Problems)
}

fn print_problems(problems: &[Problem], files: &[SourceFile], root: &Root, world: &World) {
    if !problems.is_empty() {
        world.error(problems::render(problems, files, root, world.style, world.errors_width));
    }
}

/// Whether the files lack what every configuration has.
fn lacks_header(problems: &[Problem]) -> bool {
    let is_top = |position: &bylaws_config::Position| (position.line, position.column) == (1, 1);
    problems.iter().any(|problem| problem.rule.code == "BL0302" && is_top(&problem.position))
}

/// The folder of a file that was given as PATH, if it holds other YAML files.
fn folder_of(root: &Root, path: &Path) -> Option<PathBuf> {
    let is_yaml = |path: &Path| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let folder = root.path.parent().filter(|_| !root.is_folder && !root.path.as_os_str().is_empty())?;
    let mut others = path.parent()?.read_dir().ok()?.flatten().map(|entry| entry.path());
    let has_others = others.any(|other| is_yaml(&other) && other.file_name() != path.file_name());
    has_others.then(|| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}

fn guards_file(path: &Path, strict: bool, world: &World) -> Result<GuardsFile, Failure> {
    let loaded = bylaws_kinds::load_guards(&world.path(path)).map_err(|error| match error {
        bylaws_config::LoadError::NotFound { .. } => Failure::files(
            format!("the guards file {} does not exist", escape(&path.display().to_string())),
            format!(
                "create it with the two lines `bylaws: 1` and `guards: {{}}`, or remove {}",
                world.setting(GUARDS)
            ),
        ),
        other => other.into(),
    })?;
    let loaded = if strict { loaded.strictly() } else { loaded };
    let LoadedGuards { guards, problems, files, .. } = loaded;
    let root = Root { path: path.to_owned(), is_folder: world.path(path).is_dir() };
    print_problems(&problems, &files, &root, world);
    let guards = guards.ok_or(Failure::Problems)?;
    Ok(GuardsFile { guards, root, path: world.path(path), read: files })
}
