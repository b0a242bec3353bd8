//! The public functions that load files: they return the desired state or all problems.
//! `folder.rs` reads the path; everything else depends only on names and texts.

use std::path::Path;

use bylaws_engine::Guards;
use bylaws_engine::Line;
use bylaws_kinds::Desired;
use foldhash::HashMap;

use crate::allow::{self, Suppression};
use crate::digest;
use crate::folder::{self, LoadError};
use crate::lower::{self, Context, Trees};
use crate::position::{At, Position, Positions, narrow};
use crate::problem::Problem;
use crate::read;
use crate::rule::Severity;
use crate::secret;
use crate::source::{Incoming, SourceFile};

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
    /// The locations of all entries.
    pub origins: Origins,
    /// All problems, sorted by file, line, column and code.
    pub problems: Vec<Problem>,
    /// The number of warnings that comments suppress.
    pub silenced: usize,
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

/// The locations of all entries in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    files: Vec<String>,
    // A hash map: a large configuration has a hundred thousand entries, and a plan needs few of them.
    lines: HashMap<Line, At>,
}

impl Origins {
    /// Returns the location of an entry, or `None` if no file has it, as for defaults.
    pub fn get(&self, line: &Line) -> Option<Position> {
        self.lines.get(line).map(|&at| self.position(at))
    }

    /// Returns all entries with their locations, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Line, Position)> {
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_unstable_by_key(|&(line, _)| line);
        lines.into_iter().map(|(line, &at)| (line, self.position(at)))
    }

    fn position(&self, at: At) -> Position {
        at.position(self.files.get(at.file as usize).map_or("", String::as_str))
    }
}

/// Loads a file, or the YAML files of a folder. Returns an error if there is nothing to read; everything wrong with a
/// file is a [`Problem`].
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    folder::read(path).map(assemble)
}

/// Loads files from memory, like [`load`].
pub fn parse(files: Vec<SourceFile>) -> Loaded {
    assemble(files.into_iter().map(|file| Incoming::text(file.name, file.text)).collect())
}

/// Loads a guards file, which contains only `bylaws: 1` and `guards:`.
pub fn load_guards(path: &Path) -> Result<LoadedGuards, LoadError> {
    let mut run = Run::new(folder::read(path)?);
    let guards = lower::guards_only(&mut run.cx, &run.trees);
    let guards = guards.filter(|_| run.cx.problems.is_clean());
    unused_comments(&mut run);
    Ok(LoadedGuards {
        guards,
        silenced: run.cx.problems.allowed.count,
        origins: origins(&mut run.cx, &run.files),
        problems: run.cx.problems.finish(&run.files),
        files: run.files.into_iter().take(run.read).collect(),
    })
}

fn assemble(incoming: Vec<Incoming>) -> Loaded {
    let mut run = Run::new(incoming);
    let desired = lower::desired(&mut run.cx, &run.trees);
    let desired = desired.filter(|_| run.cx.problems.is_clean());
    let suppressions = allow::suppressions(&run.cx.problems, &run.files);
    unused_comments(&mut run);
    Loaded {
        suppressions,
        silenced: run.cx.problems.allowed.count,
        digest: desired.as_ref().map(digest::of).unwrap_or_default(),
        desired,
        origins: origins(&mut run.cx, &run.files),
        problems: run.cx.problems.finish(&run.files),
        files: run.files.into_iter().take(run.read).collect(),
    }
}

/// Reports unused suppression comments, but only without errors, because an error can hide the warning.
fn unused_comments(run: &mut Run) {
    if run.trees.complete && run.cx.problems.is_clean() {
        allow::unused(&mut run.cx.problems);
    }
}

fn origins(cx: &mut Context, files: &[SourceFile]) -> Origins {
    Origins {
        files: files.iter().map(|file| file.name.clone()).collect(),
        lines: std::mem::take(&mut cx.origins),
    }
}

/// Files, their trees and the problems so far.
struct Run {
    files: Vec<SourceFile>,
    /// How many of the files were read.
    read: usize,
    trees: Trees,
    cx: Context,
}

impl Run {
    fn new(mut incoming: Vec<Incoming>) -> Self {
        // Files that were not read come last, because they are dropped from the result.
        incoming.sort_by(|a, b| (a.is_left_out(), &a.file.name).cmp(&(b.is_left_out(), &b.file.name)));
        let read = incoming.iter().filter(|incoming| !incoming.is_left_out()).count();
        let mut cx = Context::default();
        let mut roots = Vec::new();
        let mut files = Vec::new();
        let mut complete = true;
        for (number, Incoming { mut file, trouble }) in incoming.into_iter().enumerate() {
            let number = narrow(number);
            let in_name = !secret::mask(&mut file.name).is_empty();
            let keys = secret::mask(&mut file.text);
            let positions = Positions::new(number, &file.text);
            if in_name {
                read::live_key(&mut cx.problems, positions.bytes(0, 0));
            }
            for key in keys {
                read::live_key(&mut cx.problems, positions.bytes(key.start, key.end));
            }
            if let Some(trouble) = trouble {
                let at = trouble.at(number, &file.text);
                cx.problems.report(trouble.rule, at, trouble.message).help(trouble.help);
                complete &= trouble.rule.severity == Severity::Warning;
            } else {
                let read = read::read(number, &file.text, &mut cx.problems);
                complete &= read.complete;
                roots.extend(read.roots);
                for bytes in read.mask {
                    mask(&mut file.text, bytes);
                }
            }
            files.push(file);
        }
        let top = files.first().map_or("\n", |file| file.text.as_str());
        let trees = Trees { roots, complete, top: At::bytes(0, top, 0, 0) };
        Self { files, read, trees, cx }
    }
}

/// Replaces ASCII characters with `*`. Line ends and other characters are kept, so that columns do not change; secret
/// keys are ASCII.
fn mask(text: &mut String, bytes: std::ops::Range<usize>) {
    if let Some(secret) = text.get(bytes.clone()) {
        let stars = |c: char| if c.is_ascii() && !matches!(c, '\n' | '\r') { '*' } else { c };
        let stars: String = secret.chars().map(stars).collect();
        text.replace_range(bytes, &stars);
    }
}
