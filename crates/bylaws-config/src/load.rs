//! The public door: files in, the desired side out, or every reason why not.
//! A path is read by `folder.rs`; from there on everything is a function of names and texts.

use std::path::Path;

use bylaws_engine::{Desired, Guards, Line};
use foldhash::HashMap;

use crate::allow::{self, Suppression};
use crate::digest;
use crate::folder::{self, LoadError};
use crate::lower::{self, Context, Trees};
use crate::place::{At, Place, Places};
use crate::problem::Problem;
use crate::read;
use crate::rule::Severity;
use crate::secret;
use crate::source::{Incoming, SourceFile};

/// What a run over the files found.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The desired side; only where there is no error.
    pub desired: Option<Desired>,
    /// Which line asked for what.
    pub origins: Origins,
    /// Sorted by file, line, column and code.
    pub problems: Vec<Problem>,
    /// How many warnings comments in the files keep from being shown.
    pub silenced: usize,
    /// The comments that do so, sorted.
    pub suppressions: Vec<Suppression>,
    /// The files as read, in the order of their names; what looked like a live key is masked.
    pub files: Vec<SourceFile>,
    /// SHA-256, in hex, of what the files ask for: moving lines, files or comments does not change it.
    /// Empty without a desired side.
    pub digest: String,
}

/// What a guards file holds.
#[derive(Clone, Debug)]
pub struct LoadedGuards {
    /// The guards; only where there is no error.
    pub guards: Option<Guards>,
    /// Which line asked for what.
    pub origins: Origins,
    /// Sorted by file, line, column and code.
    pub problems: Vec<Problem>,
    /// How many warnings comments in the files keep from being shown.
    pub silenced: usize,
    /// The files as read; what looked like a live key is masked.
    pub files: Vec<SourceFile>,
}

impl Loaded {
    /// Takes warnings for errors: with any, there is no desired side.
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
    /// Takes warnings for errors: with any, there are no guards.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        if strictly(&mut self.problems) {
            self.guards = None;
        }
        self
    }
}

/// Whether anything is wrong; then every problem is an error.
fn strictly(problems: &mut [Problem]) -> bool {
    for problem in &mut *problems {
        problem.severity = Severity::Error;
    }
    !problems.is_empty()
}

/// Which line of which file asked for a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    files: Vec<String>,
    // A hash map, as a large configuration has a hundred thousand lines and a plan asks for few of them.
    lines: HashMap<Line, At>,
}

impl Origins {
    /// The place of a line; `None` where no file has it, as for built-in values.
    pub fn get(&self, line: &Line) -> Option<Place> {
        self.lines.get(line).map(|&at| self.place(at))
    }

    /// All lines with their places, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Line, Place)> {
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_unstable_by_key(|&(line, _)| line);
        lines.into_iter().map(|(line, &at)| (line, self.place(at)))
    }

    fn place(&self, at: At) -> Place {
        at.place(self.files.get(at.file as usize).map_or("", String::as_str))
    }
}

/// Reads a file, or the YAML files of a folder. Fails where there is nothing to read; all that is wrong with
/// a file is a [`Problem`].
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    folder::read(path).map(assemble)
}

/// The same for texts in memory.
pub fn parse(files: Vec<SourceFile>) -> Loaded {
    assemble(files.into_iter().map(|file| Incoming::text(file.name, file.text)).collect())
}

/// Reads a guards file: `bylaws: 1` and `guards:`, nothing else.
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

/// Beside an error a warning may be missing that will show when the error is gone.
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

/// Files, their trees and what is wrong so far.
struct Run {
    files: Vec<SourceFile>,
    /// How many of them were read.
    read: usize,
    trees: Trees,
    cx: Context,
}

impl Run {
    fn new(mut incoming: Vec<Incoming>) -> Self {
        // Behind all others, as they are not among the files that were read.
        incoming.sort_by(|a, b| (a.is_left_out(), &a.file.name).cmp(&(b.is_left_out(), &b.file.name)));
        let read = incoming.iter().filter(|incoming| !incoming.is_left_out()).count();
        let mut cx = Context::default();
        let mut roots = Vec::new();
        let mut files = Vec::new();
        let mut complete = true;
        for (number, Incoming { mut file, trouble }) in incoming.into_iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let in_name = !secret::mask(&mut file.name).is_empty();
            let keys = secret::mask(&mut file.text);
            let places = Places::new(number, &file.text);
            if in_name {
                read::live_key(&mut cx.problems, places.bytes(0, 0));
            }
            for key in keys {
                read::live_key(&mut cx.problems, places.bytes(key.start, key.end));
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

/// Replaces bytes by as many `*`. Line ends stay, and what is not ASCII, as no key is: columns stay too.
fn mask(text: &mut String, bytes: std::ops::Range<usize>) {
    if let Some(secret) = text.get(bytes.clone()) {
        let stars = |c: char| if c.is_ascii() && !matches!(c, '\n' | '\r') { '*' } else { c };
        let stars: String = secret.chars().map(stars).collect();
        text.replace_range(bytes, &stars);
    }
}
