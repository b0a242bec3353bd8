//! Edits of the files for somebody who leaves or arrives: only the bytes about them change, so every comment,
//! order and spacing of the rest stays.
//!
//! What the files must ask for afterwards is computed on values. The edited texts are read again, and where
//! they do not ask for exactly that, there is no edit but an error with the lines to change by hand.

mod arriving;
mod cut;
mod leaving;
mod page;
mod put;

use std::collections::BTreeMap;

use bylaws_engine::{Desired, Domain, Email};

use crate::load::{Loaded, parse};
use crate::place::Place;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::source::SourceFile;
use crate::syntax::{Raw, RawValue};
use page::{Page, field, text};

pub use arriving::{Arrival, arrive};
pub use leaving::{Line, Seen, leave};

/// Edits of the files, in memory, found to mean what they should.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The files that change, in the order of their names.
    pub files: Vec<FileEdit>,
    /// What is done, in words that tell a person to do it.
    pub steps: Vec<Step>,
    /// Comments on lines that go, and go with them.
    pub comments: Vec<Step>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// The files afterwards.
    pub loaded: Loaded,
    /// Warnings that there were not before.
    pub warnings: Vec<Problem>,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// As [`SourceFile::name`].
    pub name: String,
    /// As it was read, without a byte order mark.
    pub before: String,
    /// As it should be.
    pub after: String,
}

/// Something at a place of the files as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What to do there; of a comment, its text.
    pub what: String,
}

/// Why there is no edit.
#[derive(Clone, Debug)]
pub enum EditError {
    /// The files do not name the person.
    NotListed {
        /// Whom they name whose address is nearly the same.
        near: Option<String>,
    },
    /// The files have no `members`.
    NoMembers,
    /// The files name the person already.
    Listed {
        /// Where.
        place: Place,
        /// Spelled so.
        email: Email,
    },
    /// The role to give is not known: why, and what can be given.
    NoRole {
        /// Why the other person's is not taken.
        why: String,
    },
    /// The address is of a domain that is not allowed.
    Domain {
        /// The line that says so.
        place: Option<Place>,
        /// The domains that are allowed.
        allowed: Vec<Domain>,
    },
    /// The files have no such team.
    NoTeam {
        /// The name that was given.
        name: String,
        /// A team with nearly the same name.
        near: Option<String>,
    },
    /// The files have no such workspace.
    NoWorkspace {
        /// The name that was given.
        name: String,
        /// A workspace with nearly the same name.
        near: Option<String>,
    },
    /// The files do not manage the members of this workspace, or it is archived.
    NotManaged {
        /// Its name in the files.
        name: String,
    },
    /// The edited files would have problems.
    Problems {
        /// The errors.
        problems: Vec<Problem>,
        /// What was tried.
        steps: Vec<Step>,
    },
    /// The text is written in a way that is not edited safely.
    ByHand {
        /// The file, where it is one.
        file: Option<String>,
        /// In which way.
        why: String,
        /// What to change by hand.
        steps: Vec<Step>,
    },
}

/// Files that are being edited.
struct Draft<'f> {
    files: &'f [SourceFile],
    pages: Vec<Page<'f>>,
    steps: Vec<Step>,
    notes: Vec<String>,
    /// The first text that could not be edited: its file, and why.
    stuck: Option<(String, String)>,
}

impl<'f> Draft<'f> {
    /// The files, and their trees apart, so that a tree can be walked while its page is edited.
    fn open(files: &'f [SourceFile]) -> Result<(Self, Vec<Raw>), EditError> {
        let mut draft = Self { files, pages: Vec::new(), steps: Vec::new(), notes: Vec::new(), stuck: None };
        let mut trees = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let Some((page, tree)) = Page::open(number, file) else {
                let why = "it cannot be read as one YAML document".to_owned();
                return Err(EditError::ByHand { file: Some(file.name.clone()), why, steps: Vec::new() });
            };
            draft.pages.push(page);
            trees.push(tree);
        }
        Ok((draft, trees))
    }

    /// Notes what is done at a place.
    fn step(&mut self, number: usize, at: &Raw, what: String) {
        let place = self.pages.get(number).map(|page| page.place(at));
        self.steps.extend(place.map(|place| Step { place, what }));
    }

    /// Edits a page; what cannot be edited is told at the end, with everything else that is to be done.
    fn edit(&mut self, number: usize, edit: impl FnOnce(&mut Page<'f>) -> Result<(), String>) {
        let Some(page) = self.pages.get_mut(number) else { return };
        if let Err(why) = edit(page) {
            let name = page.file.name.clone();
            self.stuck.get_or_insert((name, why));
        }
    }

    /// The edited files, if they ask for exactly `wanted`.
    fn finish(mut self, wanted: &Desired, known: &[Problem]) -> Result<Edited, EditError> {
        self.steps.sort_by(|a, b| (&a.place.file, a.place.start).cmp(&(&b.place.file, b.place.start)));
        if let Some((file, why)) = self.stuck {
            return Err(EditError::ByHand { file: Some(file), why, steps: self.steps });
        }
        let mut after = self.files.to_vec();
        let mut comments = Vec::new();
        for (file, page) in after.iter_mut().zip(&self.pages).filter(|(_, page)| page.is_edited()) {
            let lost = page.lost_comments();
            let text = page.after().filter(|text| keeps_comments(page, &lost, text));
            let Some(text) = text else {
                let why = "a line holds more than one thing to edit".to_owned();
                return Err(EditError::ByHand { file: Some(file.name.clone()), why, steps: self.steps });
            };
            comments.extend(lost.into_iter().map(|(place, what)| Step { place, what }));
            file.text = text;
        }
        let changed = |(before, after): &(&SourceFile, &SourceFile)| before.text != after.text;
        let files: Vec<FileEdit> = self
            .files
            .iter()
            .zip(&after)
            .filter(changed)
            .map(|(before, after)| FileEdit {
                name: before.name.clone(),
                before: before.text.clone(),
                after: after.text.clone(),
            })
            .collect();
        let loaded = parse(after);
        match &loaded.desired {
            Some(desired) if desired == wanted => {}
            None if is_sound(&loaded.problems) => {
                let problems = loaded.problems;
                let problems = problems.into_iter().filter(|one| one.severity == Severity::Error).collect();
                return Err(EditError::Problems { problems, steps: self.steps });
            }
            _ => {
                let file = match files.as_slice() {
                    [only] => Some(only.name.clone()),
                    _ => loaded.problems.first().map(|problem| problem.place.file.clone()),
                };
                let why = "an edit there would change what other lines mean, as where an anchor and its \
                           aliases share a value"
                    .to_owned();
                return Err(EditError::ByHand { file, why, steps: self.steps });
            }
        }
        let said = |problem: &Problem| {
            known.iter().any(|old| old.rule == problem.rule && old.message == problem.message)
        };
        let warnings = loaded.problems.iter().filter(|problem| !said(problem)).cloned().collect();
        Ok(Edited { files, steps: self.steps, comments, notes: self.notes, loaded, warnings })
    }
}

/// Whether what is wrong is wrong with what the files say, and not with how they are written.
fn is_sound(problems: &[Problem]) -> bool {
    !problems.iter().any(|one| one.severity == Severity::Error && one.rule.code.starts_with("BL02"))
}

/// Whether every comment of a page is in the text still, but for those that go with their lines.
fn keeps_comments(page: &Page<'_>, lost: &[(Place, String)], after: &str) -> bool {
    let mut count: BTreeMap<String, isize> = BTreeMap::new();
    for text in page.comment_texts() {
        *count.entry(text).or_default() += 1;
    }
    for (_, text) in lost {
        *count.entry(text.clone()).or_default() -= 1;
    }
    let file = SourceFile { name: String::new(), text: after.to_owned() };
    let Some((page, _)) = Page::open(0, &file) else { return true };
    for text in page.comment_texts() {
        *count.entry(text).or_default() -= 1;
    }
    count.values().all(|n| *n == 0)
}

/// The keys and values of a section in every file that has it, with the file's number.
fn sections<'r>(trees: &'r [Raw], name: &str) -> Vec<(usize, &'r Raw, &'r Raw)> {
    let found = trees.iter().enumerate();
    found.filter_map(|(number, tree)| field(tree, name).map(|(key, value)| (number, key, value))).collect()
}

/// The entries of a map.
fn pairs(raw: &Raw) -> &[(Raw, Raw)] {
    match &raw.value {
        RawValue::Map(pairs) => pairs,
        RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) | RawValue::List(_) => &[],
    }
}

/// The lists of people in every file: the number of the file, the key of the list, the list, and its name.
fn people_lists(trees: &[Raw]) -> Vec<Group<'_>> {
    let mut found = Vec::new();
    for (file, _, teams) in sections(trees, "teams") {
        for (key, list) in pairs(teams) {
            let label = text(key).unwrap_or_default();
            let name = format!("the team {}", crate::shown::shown(label));
            found.push(Group { file, key, container: list, label, name });
        }
    }
    found
}

/// The maps of seats in every file, likewise.
fn seat_maps(trees: &[Raw]) -> Vec<Group<'_>> {
    let mut found = Vec::new();
    for (file, _, workspaces) in sections(trees, "workspaces") {
        for (label, workspace) in pairs(workspaces) {
            if let Some((key, container)) = field(workspace, "members") {
                let label = text(label).unwrap_or_default();
                let name = format!("`members` of the workspace {}", crate::shown::shown(label));
                found.push(Group { file, key, container, label, name });
            }
        }
    }
    found
}

/// Where people stand: a list of addresses, or a map by address.
struct Group<'r> {
    file: usize,
    key: &'r Raw,
    container: &'r Raw,
    /// The name of the team or workspace.
    label: &'r str,
    /// The same in words.
    name: String,
}

/// The numbers of the entries about a person, and their keys or items.
fn about<'r>(container: &'r Raw, email: &Email) -> Vec<(usize, &'r Raw)> {
    let person = email.person();
    let is = |raw: &Raw| text(raw).and_then(Email::parse).is_some_and(|email| email.person() == person);
    let entries = page::entries(container).into_iter().map(|entry| entry.first).enumerate();
    entries.filter(|(_, first)| is(first)).collect()
}
