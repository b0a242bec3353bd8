//! What is collected while the sections are read: problems, the locations of entries, pinned ids.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Rule;
use bylaws_config::files::Lines;
use bylaws_config::position::At;
use bylaws_config::problem::{Draft, Problems};
use bylaws_config::shown::shown;
use bylaws_engine::{Line, ObjectName, OrganizationKind, TeamName};

use super::rules;

/// Problems, locations and other state collected while the files are read.
pub struct Context {
    pub(crate) problems: Problems,
    pub(crate) origins: Lines,
    pins: BTreeMap<String, At>,
    /// The kind of the organization, once it is read and if it is valid.
    pub(crate) kind: Option<OrganizationKind>,
    /// Teams that a workspace names.
    pub(crate) used_teams: BTreeSet<TeamName>,
    /// The names of external keys that workspaces have.
    pub(crate) workspace_keys: Vec<(ObjectName, At)>,
    /// Number of memberships compared so far, see `workspace_member/overlap.rs`.
    pub(crate) compared: usize,
}

impl Context {
    pub(crate) fn new(problems: Problems) -> Self {
        Self {
            problems,
            origins: Lines::default(),
            pins: BTreeMap::new(),
            kind: None,
            used_teams: BTreeSet::new(),
            workspace_keys: Vec::new(),
            compared: 0,
        }
    }

    /// Reports a violation of a rule at a location.
    pub(crate) fn report(&mut self, rule: &'static Rule, at: At, message: impl Into<String>) -> &mut Draft {
        self.problems.report(rule, at, message)
    }

    /// Records a pinned id; reports a duplicate.
    pub(crate) fn pin(&mut self, id: &str, at: At) {
        match self.pins.get(id).copied() {
            None => drop(self.pins.insert(id.to_owned(), at)),
            Some(other) => {
                // Sections are not read in the order of the file.
                let (first, again) = (other.min(at), other.max(at));
                self.report(&rules::DUPLICATE_ID, again, format!("duplicate id {}", shown(id)))
                    .label("again here")
                    .also(first, "first here")
                    .help("keep the id in the entry it belongs to");
            }
        }
    }

    /// Records the location of a top-level entry; reports a duplicate and returns `false`.
    pub(crate) fn once(&mut self, line: Line, at: At, what: &str, name: &str) -> bool {
        if let Some(&first) = self.origins.get(&line) {
            self.report(&rules::DUPLICATE_KEY, at, format!("duplicate {what} {}", shown(name)))
                .label("again here")
                .also(first, "first here")
                .help(format!("define each {what} in one place: keep one of the two"));
            return false;
        }
        self.origins.insert(line, at);
        true
    }
}
