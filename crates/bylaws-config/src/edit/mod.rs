//! Edits the files to add or remove people. Only the bytes about them change; comments, order and spacing of the rest
//! are kept.
//!
//! The desired state after the edit is computed separately. The edited texts are loaded again, and if they do not give
//! exactly this desired state, the result is an error with the lines to change by hand.

mod arriving;
mod cut;
mod leaving;
mod page;
mod put;

use std::collections::BTreeMap;

use bylaws_engine::{Domain, Email};
use bylaws_kinds::Desired;

use crate::load::{Loaded, parse};
use crate::position::Position;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::source::SourceFile;
use crate::syntax::{Raw, RawValue};
use page::{Page, field, text};

pub use arriving::{Arrival, arrive};
pub use leaving::{Line, Seen, leave};

/// Verified edits of the files, in memory.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The changed files, sorted by name.
    pub files: Vec<FileEdit>,
    /// The edits, as instructions.
    pub steps: Vec<Step>,
    /// Comments that are removed together with their lines.
    pub comments: Vec<Step>,
    /// Notes on the edits.
    pub notes: Vec<String>,
    /// The result of loading the edited files.
    pub loaded: Loaded,
    /// New warnings in the edited files.
    pub warnings: Vec<Problem>,
}

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

/// The reason why the files cannot be edited.
#[derive(Clone, Debug)]
pub enum EditError {
    /// The files do not name the person.
    NotListed {
        /// A listed address that is nearly the same.
        near: Option<String>,
    },
    /// The files have no `members` section, or contain errors.
    NoMembers,
    /// The files list the person already.
    Listed {
        /// The location of the entry.
        position: Position,
        /// The address as it is written there.
        email: Email,
    },
    /// The role to give is missing or cannot be assigned.
    NoRole {
        /// The reason.
        why: String,
    },
    /// The domain of the address is not allowed.
    Domain {
        /// The location of `guards.allowed_domains`.
        position: Option<Position>,
        /// The allowed domains.
        allowed: Vec<Domain>,
    },
    /// The files define no team with this name.
    NoTeam {
        /// The unknown name.
        name: String,
        /// A team with nearly the same name.
        near: Option<String>,
    },
    /// The files list no workspace with this name.
    NoWorkspace {
        /// The unknown name.
        name: String,
        /// A workspace with nearly the same name.
        near: Option<String>,
    },
    /// The files do not manage the members of this workspace, or it is archived.
    NotManaged {
        /// The name of the workspace in the files.
        name: String,
    },
    /// The edited files would have errors.
    Problems {
        /// The errors of the edited files.
        problems: Vec<Problem>,
        /// The attempted edits.
        steps: Vec<Step>,
    },
    /// The text is in a form that cannot be edited safely.
    ByHand {
        /// The file, if it is known.
        file: Option<String>,
        /// The reason.
        why: String,
        /// The edits to make by hand.
        steps: Vec<Step>,
    },
}

/// Files under edit.
struct Draft<'f> {
    files: &'f [SourceFile],
    pages: Vec<Page<'f>>,
    steps: Vec<Step>,
    notes: Vec<String>,
    /// The first failed edit: its file and the reason.
    stuck: Option<(String, String)>,
}

impl<'f> Draft<'f> {
    /// Opens the files. The trees are separate, so that a tree can be traversed while its page is edited.
    fn open(files: &'f [SourceFile]) -> Result<(Self, Vec<Raw>), EditError> {
        let mut draft = Self { files, pages: Vec::new(), steps: Vec::new(), notes: Vec::new(), stuck: None };
        let mut trees = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let Some((page, tree)) = Page::open(number, file) else {
                let why = "it is not a single YAML document".to_owned();
                return Err(EditError::ByHand { file: Some(file.name.clone()), why, steps: Vec::new() });
            };
            draft.pages.push(page);
            trees.push(tree);
        }
        Ok((draft, trees))
    }

    /// Records an edit at a location.
    fn step(&mut self, number: usize, at: &Raw, what: String) {
        let position = self.pages.get(number).map(|page| page.position(at));
        self.steps.extend(position.map(|position| Step { position, what }));
    }

    /// Edits a page. A failure is reported at the end, together with all other steps.
    fn edit(&mut self, number: usize, edit: impl FnOnce(&mut Page<'f>) -> Result<(), String>) {
        let Some(page) = self.pages.get_mut(number) else { return };
        if let Err(why) = edit(page) {
            let name = page.file.name.clone();
            self.stuck.get_or_insert((name, why));
        }
    }

    /// Returns the edited files if they give exactly the desired state `wanted`.
    fn finish(mut self, wanted: &Desired, known: &[Problem]) -> Result<Edited, EditError> {
        self.steps
            .sort_by(|a, b| (&a.position.file, a.position.start).cmp(&(&b.position.file, b.position.start)));
        if let Some((file, why)) = self.stuck {
            return Err(EditError::ByHand { file: Some(file), why, steps: self.steps });
        }
        let mut after = self.files.to_vec();
        let mut comments = Vec::new();
        for (file, page) in after.iter_mut().zip(&self.pages).filter(|(_, page)| page.is_edited()) {
            let lost = page.lost_comments();
            let text = page.after().filter(|text| keeps_comments(page, &lost, text));
            let Some(text) = text else {
                let why = "a line needs more than one edit".to_owned();
                return Err(EditError::ByHand { file: Some(file.name.clone()), why, steps: self.steps });
            };
            comments.extend(lost.into_iter().map(|(position, what)| Step { position, what }));
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
                    _ => loaded.problems.first().map(|problem| problem.position.file.clone()),
                };
                let why =
                    "the edit would change the meaning of other lines, for example if an anchor and its \
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

/// Returns whether no error is about YAML itself.
fn is_sound(problems: &[Problem]) -> bool {
    !problems.iter().any(|one| one.severity == Severity::Error && one.rule.code.starts_with("BL02"))
}

/// Returns whether the text still has every comment of a page, except those removed with their lines.
fn keeps_comments(page: &Page<'_>, lost: &[(Position, String)], after: &str) -> bool {
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

/// Returns the key and value of a section in every file that has it, with the index of the file.
fn sections<'r>(trees: &'r [Raw], name: &str) -> Vec<(usize, &'r Raw, &'r Raw)> {
    let found = trees.iter().enumerate();
    found.filter_map(|(number, tree)| field(tree, name).map(|(key, value)| (number, key, value))).collect()
}

/// Returns the entries of a map.
fn pairs(raw: &Raw) -> &[(Raw, Raw)] {
    match &raw.value {
        RawValue::Map(pairs) => pairs,
        RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) | RawValue::List(_) => &[],
    }
}

/// Returns the teams of all files.
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

/// Returns the member maps of the workspaces of all files.
fn membership_maps(trees: &[Raw]) -> Vec<Group<'_>> {
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

/// A list of addresses, or a map with addresses as keys.
struct Group<'r> {
    file: usize,
    key: &'r Raw,
    container: &'r Raw,
    /// The name of the team or workspace.
    label: &'r str,
    /// Its name in messages.
    name: String,
}

/// Returns the indexes of the entries about a person, with their keys or items.
fn about<'r>(container: &'r Raw, email: &Email) -> Vec<(usize, &'r Raw)> {
    let person = email.person();
    let is = |raw: &Raw| text(raw).and_then(Email::parse).is_some_and(|email| email.person() == person);
    let entries = page::entries(container).into_iter().map(|entry| entry.first).enumerate();
    entries.filter(|(_, first)| is(first)).collect()
}
