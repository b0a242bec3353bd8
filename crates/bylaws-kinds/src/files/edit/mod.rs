//! Edits the files to add or remove people, or to ask for what is live. Only the bytes about that change; comments, order and spacing of the rest
//! are kept.
//!
//! The desired state after the edit is computed separately. The edited texts are loaded again, and if they do not give
//! exactly this desired state, the result is an error with the lines to change by hand.

mod arriving;
mod leaving;
pub(crate) mod rewrite;

use bylaws_config::edit::{
    Draft, FileEdit, Raw, Step, Stuck, Written, entries, field, pairs, sections, text,
};
use bylaws_config::shown::shown;
use bylaws_config::{Position, Problem, Severity};
use bylaws_engine::{Domain, Email};

use crate::Desired;
use crate::files::load::{Loaded, parse};

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

impl From<Stuck> for EditError {
    fn from(Stuck { file, why, steps }: Stuck) -> Self {
        Self::ByHand { file: Some(file), why, steps }
    }
}

impl Edited {
    /// Returns verified edits without instructions.
    pub(crate) fn between(before: &Loaded, after: Loaded) -> Self {
        let changed =
            before.files.iter().zip(&after.files).filter(|(before, after)| before.text != after.text);
        let files = changed.map(|(before, after)| FileEdit {
            name: before.name.clone(),
            before: before.text.clone(),
            after: after.text.clone(),
        });
        let warnings = new_problems(&after, &before.problems);
        let (steps, comments, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { files: files.collect(), steps, comments, notes, loaded: after, warnings }
    }
}

/// Returns the problems of edited files that the original ones do not have.
fn new_problems(loaded: &Loaded, known: &[Problem]) -> Vec<Problem> {
    let said = |problem: &Problem| {
        known.iter().any(|old| old.rule == problem.rule && old.message == problem.message)
    };
    loaded.problems.iter().filter(|problem| !said(problem)).cloned().collect()
}

/// Returns the edited files if they give exactly the desired state `wanted`.
fn finish(draft: Draft<'_>, wanted: &Desired, known: &[Problem]) -> Result<Edited, EditError> {
    let Written { after, files, steps, comments, notes } = draft.finish()?;
    let loaded = parse(after);
    match &loaded.desired {
        Some(desired) if desired == wanted => {}
        None if is_sound(&loaded.problems) => {
            let problems = loaded.problems;
            let problems = problems.into_iter().filter(|one| one.severity == Severity::Error).collect();
            return Err(EditError::Problems { problems, steps });
        }
        _ => {
            let file = match files.as_slice() {
                [only] => Some(only.name.clone()),
                _ => loaded.problems.first().map(|problem| problem.position.file.clone()),
            };
            let why = "the edit would change the meaning of other lines, for example if an anchor and its \
                       aliases share a value"
                .to_owned();
            return Err(EditError::ByHand { file, why, steps });
        }
    }
    let warnings = new_problems(&loaded, known);
    Ok(Edited { files, steps, comments, notes, loaded, warnings })
}

/// Returns whether no error is about YAML itself.
fn is_sound(problems: &[Problem]) -> bool {
    !problems.iter().any(|one| one.severity == Severity::Error && one.rule.code.starts_with("BL02"))
}

/// Returns the teams of all files.
fn people_lists(trees: &[Raw]) -> Vec<Group<'_>> {
    let mut found = Vec::new();
    for (file, _, teams) in sections(trees, "teams") {
        for (key, list) in pairs(teams) {
            let label = text(key).unwrap_or_default();
            let name = format!("the team {}", shown(label));
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
                let name = format!("`members` of the workspace {}", shown(label));
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
    let entries = entries(container).into_iter().map(|entry| entry.first).enumerate();
    entries.filter(|(_, first)| is(first)).collect()
}
