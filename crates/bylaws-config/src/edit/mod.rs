//! Edits files in place. Only the bytes of the edited entries change; comments, order and spacing of the rest are kept.
//! Callers decide what to edit, and whether the edited texts mean what they should.

mod cut;
mod page;
mod put;

use crate::position::Position;
pub use crate::raw::{Raw, RawValue};
use crate::source::SourceFile;
pub use cut::cut;
pub use page::{Entry, Page, entries, field, is_alias, start, text};
pub use put::{begin, put};

/// The text of a file before and after the edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The name, as in [`SourceFile::name`].
    pub name: String,
    /// The text as it was read, without a byte order mark.
    pub before: String,
    /// The text after the edits.
    pub after: String,
}

/// An instruction or comment at a location in the unedited files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The location in the unedited files.
    pub position: Position,
    /// The instruction, or the text of the comment.
    pub what: String,
}

/// The reason why a text cannot be edited safely.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// The name of the file.
    pub file: String,
    /// The reason.
    pub why: String,
    /// The edits to make by hand.
    pub steps: Vec<Step>,
}

/// The texts after all edits. Whether they have the intended meaning is for the caller to check.
#[derive(Clone, Debug)]
pub struct Written {
    /// All files, edited or not.
    pub after: Vec<SourceFile>,
    /// The changed files.
    pub files: Vec<FileEdit>,
    /// The edits, as instructions, sorted by their location.
    pub steps: Vec<Step>,
    /// Comments that are removed together with their lines.
    pub comments: Vec<Step>,
    /// Notes on the edits.
    pub notes: Vec<String>,
}

/// Files under edit.
pub struct Draft<'f> {
    files: &'f [SourceFile],
    pages: Vec<Page<'f>>,
    /// The edits so far, as instructions.
    pub steps: Vec<Step>,
    /// Notes on the edits.
    pub notes: Vec<String>,
    /// The first failed edit: its file and the reason.
    stuck: Option<(String, String)>,
}

impl<'f> Draft<'f> {
    /// Opens the files. The trees are separate, so that a tree can be traversed while its page is edited.
    pub fn open(files: &'f [SourceFile]) -> Result<(Self, Vec<Raw>), Stuck> {
        let mut draft = Self { files, pages: Vec::new(), steps: Vec::new(), notes: Vec::new(), stuck: None };
        let mut trees = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let Some((page, tree)) = Page::open(number, file) else {
                let why = "it is not a single YAML document".to_owned();
                return Err(Stuck { file: file.name.clone(), why, steps: Vec::new() });
            };
            draft.pages.push(page);
            trees.push(tree);
        }
        Ok((draft, trees))
    }

    /// Keeps the comments of removed lines, each on a line of its own.
    pub fn keep_comments(&mut self) {
        self.pages.iter_mut().for_each(|page| page.keeps_comments = true);
    }

    /// Records an edit at a location.
    pub fn step(&mut self, number: usize, at: &Raw, what: String) {
        let position = self.pages.get(number).map(|page| page.position(at));
        self.steps.extend(position.map(|position| Step { position, what }));
    }

    /// Edits a page. A failure is reported at the end, together with all other steps.
    pub fn edit(&mut self, number: usize, edit: impl FnOnce(&mut Page<'f>) -> Result<(), String>) {
        let Some(page) = self.pages.get_mut(number) else { return };
        if let Err(why) = edit(page) {
            let name = page.file.name.clone();
            self.stuck.get_or_insert((name, why));
        }
    }

    /// Returns the edited texts, with all comments that are not part of the edits.
    pub fn finish(mut self) -> Result<Written, Stuck> {
        self.steps
            .sort_by(|a, b| (&a.position.file, a.position.start).cmp(&(&b.position.file, b.position.start)));
        if let Some((file, why)) = self.stuck {
            return Err(Stuck { file, why, steps: self.steps });
        }
        let mut after = self.files.to_vec();
        let mut comments = Vec::new();
        for (file, page) in after.iter_mut().zip(&self.pages).filter(|(_, page)| page.is_edited()) {
            let lost = page.lost_comments();
            let text = page.after().filter(|text| keeps_comments(page, &lost, text));
            let Some(text) = text else {
                let why = "a line needs more than one edit".to_owned();
                return Err(Stuck { file: file.name.clone(), why, steps: self.steps });
            };
            comments.extend(lost);
            file.text = text;
        }
        let changed = |(before, after): &(&SourceFile, &SourceFile)| before.text != after.text;
        let files = self.files.iter().zip(&after).filter(changed).map(|(before, after)| FileEdit {
            name: before.name.clone(),
            before: before.text.clone(),
            after: after.text.clone(),
        });
        Ok(Written { files: files.collect(), after, steps: self.steps, comments, notes: self.notes })
    }
}

/// Returns whether the text still has every comment of a page, except those removed with their lines.
fn keeps_comments(page: &Page<'_>, lost: &[Step], after: &str) -> bool {
    let file = SourceFile { name: String::new(), text: after.to_owned() };
    let Some((edited, _)) = Page::open(0, &file) else { return true };
    let mut all = page.comment_texts();
    let mut kept_or_lost = edited.comment_texts();
    kept_or_lost.extend(lost.iter().map(|comment| comment.what.clone()));
    all.sort_unstable();
    kept_or_lost.sort_unstable();
    all == kept_or_lost
}

/// Returns the key and value of a section in every file that has it, with the index of the file.
pub fn sections<'r>(trees: &'r [Raw], name: &str) -> Vec<(usize, &'r Raw, &'r Raw)> {
    let found = trees.iter().enumerate();
    found.filter_map(|(number, tree)| field(tree, name).map(|(key, value)| (number, key, value))).collect()
}

/// Returns the entries of a map.
pub fn pairs(raw: &Raw) -> &[(Raw, Raw)] {
    if let RawValue::Map(pairs) = &raw.value { pairs } else { &[] }
}
