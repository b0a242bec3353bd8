//! The public functions that load files: they return the desired state or all problems.

use std::path::Path;

use bylaws_config::files::{Files, Format};
use bylaws_config::{LoadError, Origins, Problem, ReadNamed, Severity, SourceFile, Suppression};
use bylaws_engine::Guards;

use super::all_rules::ALL;
use super::{Context, digest, lower};
use crate::{Desired, federation};

/// Returns the format of the configuration.
fn format() -> Format {
    Format { rules: &ALL, named: &[&federation::KEYS_FILE] }
}

/// The result of loading configuration files.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The desired state; `None` if there is an error.
    pub desired: Option<Desired>,
    /// The locations of all entries.
    pub origins: Origins,
    /// All problems, sorted by file, line, column and code.
    pub problems: Vec<Problem>,
    /// The number of warnings that comments suppress.
    pub silenced: usize,
    /// The comments that suppress warnings, sorted.
    pub suppressions: Vec<Suppression>,
    /// The files as read, sorted by name, with secret keys masked.
    pub files: Vec<SourceFile>,
    /// The SHA-256 of the desired state, in hex; moving lines, files or comments does not change it.
    /// Empty without a desired state.
    pub digest: String,
}

/// The result of loading a guards file.
#[derive(Clone, Debug)]
pub struct LoadedGuards {
    /// The guards; `None` if there is an error.
    pub guards: Option<Guards>,
    /// All problems, sorted by file, line, column and code.
    pub problems: Vec<Problem>,
    /// The files as read, with secret keys masked.
    pub files: Vec<SourceFile>,
}

impl Loaded {
    /// Treats warnings as errors: with any problem, there is no desired state.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        if strictly(&mut self.problems) {
            self.desired = None;
            self.digest = String::new();
        }
        self
    }
}

impl LoadedGuards {
    /// Treats warnings as errors: with any problem, there are no guards.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        if strictly(&mut self.problems) {
            self.guards = None;
        }
        self
    }
}

/// Makes every problem an error, and returns whether there is any.
fn strictly(problems: &mut [Problem]) -> bool {
    for problem in &mut *problems {
        problem.severity = Severity::Error;
    }
    !problems.is_empty()
}

/// Loads a file, or the YAML files of a folder, and the JSON files that they name. Returns an error if there is nothing
/// to read; everything wrong with a file is a [`Problem`].
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    Files::of_path(path, &format()).map(assemble)
}

/// Loads files from memory, like [`load`]. The JSON files among them are those that the others name.
///
/// ```
/// use bylaws_config::SourceFile;
///
/// let text = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\nmembers: {a@acme.com: usr}\n";
/// let loaded = bylaws_kinds::parse(vec![SourceFile { name: "bylaws.yaml".into(), text: text.into() }]);
/// let problem = &loaded.problems[0];
/// assert_eq!((problem.position.line, problem.position.column, problem.rule.code), (3, 23, "BL0406"));
/// assert!(loaded.desired.is_none());
/// ```
pub fn parse(files: Vec<SourceFile>) -> Loaded {
    assemble(Files::of_texts(files, &format()))
}

/// Loads files from memory, and the JSON files that they name with a function.
pub fn parse_and(files: Vec<SourceFile>, named: &ReadNamed<'_>) -> Loaded {
    assemble(Files::of_texts_and(files, &format(), named))
}

/// Loads a guards file, which contains only `bylaws: 1` and `guards:`.
pub fn load_guards(path: &Path) -> Result<LoadedGuards, LoadError> {
    let Files { trees, problems, texts } = Files::of_path(path, &Format { rules: &ALL, named: &[] })?;
    let mut cx = Context::new(problems);
    let guards = lower::guards_only(&mut cx, &trees);
    let guards = guards.filter(|_| cx.problems.is_clean());
    let finished = texts.finish(cx.problems, cx.origins, trees.complete);
    Ok(LoadedGuards { guards, problems: finished.problems, files: finished.files })
}

fn assemble(files: Files) -> Loaded {
    let Files { trees, problems, texts } = files;
    let mut cx = Context::new(problems);
    let desired = lower::desired(&mut cx, &trees);
    let desired = desired.filter(|_| cx.problems.is_clean());
    let finished = texts.finish(cx.problems, cx.origins, trees.complete);
    Loaded {
        digest: desired.as_ref().map(digest::of).unwrap_or_default(),
        desired,
        origins: finished.origins,
        problems: finished.problems,
        silenced: finished.silenced,
        suppressions: finished.suppressions,
        files: finished.files,
    }
}
