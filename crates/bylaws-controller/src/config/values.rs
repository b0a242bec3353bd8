//! Reads single values of the configuration: paths, times, words.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bylaws_config::fields::{choice, text, unknown_word};
use bylaws_config::node::{Node, Value};
use bylaws_config::position::At;
use bylaws_config::problem::Problems;
use bylaws_config::rules;
use bylaws_config::shown::shown;

/// The time between two rounds, unless the file says otherwise.
pub(crate) const EVERY: Duration = Duration::from_mins(10);
/// The shortest time between two rounds: the limits of the service leave no room for more.
const SHORTEST: Duration = Duration::from_mins(1);
/// The longest time between two rounds: approvals and `until` count days.
const LONGEST: Duration = Duration::from_hours(24);

/// The problems so far, and the folder that paths are relative to.
pub(super) struct Reader<'p> {
    pub(super) problems: &'p mut Problems,
    folder: &'p Path,
    pub(super) check_url: &'p CheckUrl,
}

/// Returns what is wrong with the URL of a service, to follow the URL.
pub type CheckUrl = dyn Fn(&str) -> Result<(), String>;

/// Reports a value that is not valid.
pub(super) fn wrong(problems: &mut Problems, at: At, message: String, help: &str) {
    problems.report(&rules::CONTROLLER_VALUE, at, message).label("not valid here").help(help);
}

impl<'p> Reader<'p> {
    pub(super) fn new(problems: &'p mut Problems, folder: &'p Path, check_url: &'p CheckUrl) -> Self {
        Self { problems, folder, check_url }
    }

    /// Reads a path of this host.
    pub(super) fn path(&mut self, node: &Node, name: &str) -> Option<PathBuf> {
        let path = text(self.problems, node, name)?;
        if path == "~" || path.starts_with("~/") {
            let message = format!("{} begins with `~`, which only a shell replaces", shown(path));
            wrong(self.problems, node.at, message, "write the whole path");
        }
        Some(self.folder.join(path))
    }

    /// Reads the time between two rounds.
    pub(super) fn every(&mut self, node: &Node) -> Option<Duration> {
        let written = match &node.value {
            // A number has no unit; in quotes it would have none either.
            Value::Number(number) => number,
            _ => text(self.problems, node, "every")?,
        };
        let time =
            written.parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
        let time = time.filter(|time| (SHORTEST..=LONGEST).contains(time));
        if time.is_none() {
            let message = format!("{} is not a time from 1 minute to 24 hours", shown(written));
            wrong(self.problems, node.at, message, "write a time such as `10m` or `1h`");
        }
        time
    }

    /// Reads one word of a table.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        key: &str,
        noun: &str,
        table: &[(&str, T)],
    ) -> Option<T> {
        let known = table.iter().map(|(known, _)| *known);
        let word = choice(self.problems, node, key, known.clone(), &[])?;
        let found = table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if found.is_none() {
            unknown_word(self.problems, node.at, (noun, &rules::CONTROLLER_VALUE, &[]), word, known);
        }
        found
    }
}
