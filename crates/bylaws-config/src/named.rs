//! JSON files that a value names instead of holding their content. The content takes the place of the name, with its
//! own locations, so that the reader of the section does not know the difference.

use std::collections::HashMap;

use bylaws_engine::spelling::is_hidden;
use thiserror::Error;

use crate::node::{Node, Value};
use crate::problem::Problems;
use crate::rules;
use crate::shown::shown;
use crate::source::is_json;

/// The keys that lead to a value which may name a file, from the top of a file. `*` is any key.
pub type Place = [&'static str];

/// Maximum size of all named files together, in bytes.
const MAX_ALL: usize = 16 * 1024 * 1024;

/// Returns the bytes of a file. Names are relative to the folder of the files, and separated by `/`.
pub type ReadNamed<'a> = dyn Fn(&str) -> Result<Vec<u8>, NamedError> + 'a;

/// Why a named file cannot be read. The messages continue "the file `keys/ci.json` …".
#[derive(Debug, Error)]
pub enum NamedError {
    /// There is no such file.
    #[error("does not exist")]
    NotFound,
    /// It is a link to a file that is not in the folder.
    #[error("is a link that points outside the folder")]
    Outside,
    /// It is not a regular file, or the operating system or git refuses it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// Returns the text values at these places.
pub(crate) fn values<'n>(roots: &'n mut [Node], places: &[&Place]) -> Vec<&'n mut Node> {
    let mut found = Vec::new();
    for root in roots {
        below(root, places, &mut found);
    }
    found
}

fn below<'n>(node: &'n mut Node, places: &[&Place], found: &mut Vec<&'n mut Node>) {
    if matches!(node.value, Value::Text(_)) && places.iter().any(|place| place.is_empty()) {
        found.push(node);
        return;
    }
    let Value::Map(entries) = &mut node.value else { return };
    for entry in entries {
        let further: Vec<&Place> = places
            .iter()
            .filter_map(|place| place.split_first())
            .filter(|(key, _)| **key == "*" || **key == entry.key)
            .map(|(_, rest)| rest)
            .collect();
        if !further.is_empty() {
            below(&mut entry.value, &further, found);
        }
    }
}

/// The content of the files that were named so far.
#[derive(Default)]
pub(crate) struct Contents {
    known: HashMap<String, Node>,
    bytes: usize,
}

impl Contents {
    /// Replaces the name in a node by the content of the file; reports a file that cannot be read. `read` reads bytes as
    /// a source file, and returns its roots.
    pub(crate) fn replace(
        &mut self,
        node: &mut Node,
        named: &ReadNamed<'_>,
        problems: &mut Problems,
        read: impl FnOnce(&mut Problems, String, Vec<u8>) -> Vec<Node>,
    ) {
        let Value::Text(name) = &node.value else { return };
        let name = name.clone();
        if let Some(same) = self.known.get(&name) {
            *node = same.clone();
            return;
        }
        match self.bytes_of(&name, named) {
            Ok(bytes) => {
                // A file without a root is reported already.
                let content = read(problems, name.clone(), bytes).into_iter().next();
                *node = content.unwrap_or(Node { at: node.at, value: Value::Map(Vec::new()) });
                self.known.insert(name, node.clone());
            }
            Err(why) => {
                problems
                    .report(&rules::NAMED_FILE, node.at, format!("the file {} {why}", shown(&name)))
                    .label("cannot be read")
                    .help(HELP);
                problems.suppress(node.at);
            }
        }
    }

    fn bytes_of(&mut self, name: &str, named: &ReadNamed<'_>) -> Result<Vec<u8>, String> {
        check(name)?;
        let bytes = named(name).map_err(|error| error.to_string())?;
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > MAX_ALL {
            return Err(format!(
                "is too large: all named files together may have {} MiB",
                MAX_ALL / (1024 * 1024)
            ));
        }
        Ok(bytes)
    }
}

const HELP: &str =
    "put a `.json` file into the folder of the files, and write its path from there, such as `keys/ci.json`";

/// Checks a name: a reviewer can see all of it, and it stays in the folder of the files.
fn check(name: &str) -> Result<(), &'static str> {
    if !is_json(name) {
        return Err("does not end in `.json`");
    }
    if name.contains(['\\', ':']) || name.chars().any(is_hidden) {
        return Err("contains a character that is not allowed in its name");
    }
    if name.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Err("is hidden or outside the folder of the files");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_name_is_a_visible_path_below_the_folder() {
        for name in ["a.json", "keys/github.json", "keys/a b/ÄÖ.JSON"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "keys",
            "keys/github.yaml",
            "/etc/keys.json",
            "../keys.json",
            "keys/../../a.json",
            "./a.json",
            ".git/a.json",
            "keys//a.json",
            "keys\\a.json",
            "C:a.json",
            "https://x.example/a.json",
            "a\u{202e}.json",
            "a\n.json",
        ] {
            assert!(check(name).is_err(), "{name:?}");
        }
    }
}
