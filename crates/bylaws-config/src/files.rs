//! The files of a run: their texts, their trees, and the problems so far.
//! `folder.rs` reads the path; everything else depends only on names and texts.

use std::path::Path;

use bylaws_engine::Line;
use foldhash::HashMap;

use crate::allow::{self, Suppression};
use crate::folder::{self, LoadError};
use crate::named::{self, Contents, NamedError, Place, ReadNamed};
use crate::node::Node;
use crate::position::{At, Position, Positions};
use crate::problem::{Problem, Problems};
use crate::read;
use crate::rule::{Rule, Severity};
use crate::secret;
use crate::source::{Incoming, SourceFile};

/// What the files of a format may contain, apart from their sections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Format {
    /// The rules; comments can suppress those that are warnings.
    pub rules: &'static [&'static Rule],
    /// Where a value may name a JSON file.
    pub named: &'static [&'static Place],
}

/// Files that were read, before anything in them is interpreted.
pub struct Files {
    /// The trees of all readable files.
    pub trees: Trees,
    /// The problems so far.
    pub problems: Problems,
    /// The texts of the files.
    pub texts: Texts,
}

/// The trees of all readable files.
pub struct Trees {
    /// The root of each file.
    pub roots: Vec<Node>,
    /// Whether all files were read completely. Otherwise nothing can be reported as missing.
    pub complete: bool,
    /// The location at which a missing section is reported.
    pub top: At,
}

/// The texts of the files, with secret keys masked.
pub struct Texts {
    files: Vec<SourceFile>,
    /// How many of the files were read.
    read: usize,
}

/// The location of each entry.
pub type Lines = HashMap<Line, At>;

/// What is known about files after they were interpreted.
pub struct Finished {
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
}

/// The locations of all entries in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    files: Vec<String>,
    // A hash map: a large configuration has a hundred thousand entries, and a plan needs few of them.
    lines: Lines,
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

impl Files {
    /// Reads a file, or the YAML files of a folder, and the JSON files that they name. Returns an error if there is
    /// nothing to read; everything wrong with a file is a [`Problem`].
    pub fn of_path(path: &Path, format: &Format) -> Result<Self, LoadError> {
        let incoming = folder::read(path)?;
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        Ok(Self::new(incoming, format, &|name| folder::read_named(folder, name)))
    }

    /// Reads files from memory. The JSON files among them are those that the others name.
    pub fn of_texts(files: Vec<SourceFile>, format: &Format) -> Self {
        // One file alone is the configuration, even if it is JSON.
        let is_alone = files.len() == 1;
        let (named, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| !is_alone && file.is_only_named());
        Self::of_texts_and(files, format, &|name| {
            let found = named.iter().find(|file| file.name == name);
            found.map(|file| file.text.clone().into_bytes()).ok_or(NamedError::NotFound)
        })
    }

    /// Reads files from memory, and the JSON files that they name with a function.
    pub fn of_texts_and(files: Vec<SourceFile>, format: &Format, named: &ReadNamed<'_>) -> Self {
        let incoming = files.into_iter().map(|file| Incoming::text(file.name, file.text)).collect();
        Self::new(incoming, format, named)
    }

    fn new(mut incoming: Vec<Incoming>, format: &Format, named: &ReadNamed<'_>) -> Self {
        incoming.sort_by(|a, b| a.file.name.cmp(&b.file.name));
        // Files that were not read come last, because they are dropped from the result.
        let (left_out, incoming): (Vec<_>, Vec<_>) = incoming.into_iter().partition(Incoming::is_left_out);
        let mut reader = Reader { files: Vec::new(), complete: true };
        let mut problems = Problems::new(format.rules);
        let mut roots = Vec::new();
        for file in incoming {
            roots.extend(reader.read(file, &mut problems));
        }
        let mut contents = Contents::default();
        for value in named::values(&mut roots, format.named) {
            contents.replace(value, named, &mut problems, |problems, name, bytes| {
                reader.read(Incoming::of_bytes(name, bytes), problems)
            });
        }
        let read = reader.files.len();
        for file in left_out {
            reader.read(file, &mut problems);
        }
        let Reader { files, complete } = reader;
        let top = files.first().map_or("\n", |file| file.text.as_str());
        let trees = Trees { roots, complete, top: Positions::new(0, top).bytes(0, 0) };
        Self { trees, problems, texts: Texts { files, read } }
    }
}

/// Reads one file after the other.
struct Reader {
    files: Vec<SourceFile>,
    complete: bool,
}

impl Reader {
    /// Returns the roots of a file.
    fn read(&mut self, Incoming { mut file, trouble }: Incoming, problems: &mut Problems) -> Vec<Node> {
        let number = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let in_name = !secret::mask(&mut file.name).is_empty();
        let keys = secret::mask(&mut file.text);
        let positions = Positions::new(number, &file.text);
        if in_name {
            read::live_key(problems, positions.bytes(0, 0));
        }
        for key in keys {
            read::live_key(problems, positions.bytes(key.start, key.end));
        }
        let mut roots = Vec::new();
        if let Some(trouble) = trouble {
            let at = positions.bytes(trouble.byte, trouble.byte);
            problems.report(trouble.rule, at, trouble.message).help(trouble.help);
            self.complete &= trouble.rule.severity == Severity::Warning;
        } else {
            let read = read::read(number, &file.text, problems);
            self.complete &= read.complete;
            roots = read.roots;
            for bytes in read.mask {
                mask(&mut file.text, bytes);
            }
        }
        self.files.push(file);
        roots
    }
}

impl Texts {
    /// Returns the public form of what was found. Unused suppression comments are reported if the files are `complete`
    /// and without errors, because an error can hide the warning.
    pub fn finish(mut self, mut problems: Problems, lines: Lines, complete: bool) -> Finished {
        for at in std::mem::take(&mut problems.hidden) {
            if let Some(file) = self.files.get_mut(at.file as usize) {
                mask(&mut file.text, at.start as usize..at.end as usize);
            }
        }
        let suppressions = allow::suppressions(&problems, &self.files);
        if complete && problems.is_clean() {
            allow::unused(&mut problems);
        }
        let names = self.files.iter().map(|file| file.name.clone()).collect();
        Finished {
            origins: Origins { files: names, lines },
            silenced: problems.allowed.count,
            suppressions,
            problems: problems.finish(&self.files),
            files: self.files.into_iter().take(self.read).collect(),
        }
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
