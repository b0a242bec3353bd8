//! The top-level sections of all files.
//! Each has a module that reads it; see `lower.rs` for their order.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bylaws_config::fields::{FILE, map, unknown_key};
use bylaws_config::files::Trees;
use bylaws_config::node::{Entry, Value};

use super::schema::{File, LAST_LIST};
use super::{Context, rules};
use crate::syntax::{self, Place};

/// The top-level keys of a file.
pub(super) static SECTIONS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let sections = syntax::sections(Place::Organization);
    let keys = File::KEYS.iter().flat_map(|key| {
        let after = sections.clone().filter(|_| *key == LAST_LIST);
        std::iter::once(*key).chain(after)
    });
    keys.collect()
});
/// The top-level keys of a guards file.
pub(super) const GUARD_SECTIONS: &[&str] = &["bylaws", "guards"];

/// The top-level entries of all files.
pub(super) struct Sections<'n> {
    entries: BTreeMap<&'n str, Vec<&'n Entry>>,
    /// Whether the files show everything that is listed.
    pub(super) complete: bool,
}

impl<'n> Sections<'n> {
    pub(super) fn gather(cx: &mut Context, trees: &'n Trees, known: &[&str]) -> Self {
        let mut sections = Self { entries: BTreeMap::new(), complete: trees.complete };
        for root in &trees.roots {
            let empty = match &root.value {
                Value::Null => true,
                Value::Map(entries) => entries.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => false,
            };
            if empty {
                // A truncated file must not mean "no members".
                sections.complete = false;
                cx.report(&rules::EMPTY_FILE, root.at, "this file is empty")
                    .label("empty")
                    .help("delete it, or restore its content");
                continue;
            }
            let Some(entries) = map(&mut cx.problems, root, FILE) else {
                sections.complete = false;
                continue;
            };
            for entry in entries {
                if known.contains(&entry.key.as_str()) {
                    // A section that is not a map does not show which entries are intended.
                    let is_list = is_list(&entry.key);
                    sections.complete &= !is_list || matches!(entry.value.value, Value::Map(_));
                    sections.entries.entry(&entry.key).or_default().push(entry);
                } else if known.len() == GUARD_SECTIONS.len() && SECTIONS.contains(&entry.key.as_str()) {
                    let message = format!("`{}` is not valid in a guards file", entry.key);
                    cx.report(&rules::UNKNOWN_KEY, entry.at, message)
                        .label("not valid here")
                        .help("write only `bylaws: 1` and `guards:` in a guards file");
                } else {
                    unknown_key(&mut cx.problems, entry, FILE, known);
                }
            }
        }
        sections
    }

    /// Returns a section of every file that has it.
    pub(super) fn all(&self, name: &str) -> &[&'n Entry] {
        self.entries.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns whether a file has a section.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Returns a section that may be in one file only; reports duplicates.
    pub(super) fn single(&self, cx: &mut Context, name: &str) -> Option<&'n Entry> {
        let [first, again @ ..] = self.all(name) else { return None };
        for entry in again {
            cx.report(&rules::DUPLICATE_KEY, entry.at, format!("`{name}` is in two files"))
                .label("again here")
                .also(first.at, "first here")
                .help("keep it in one file only");
        }
        Some(first)
    }
}

/// Returns whether a section lists objects.
fn is_list(key: &str) -> bool {
    ["members", "teams", "workspaces"].contains(&key)
        || syntax::sections(Place::Organization).any(|one| one == key)
}
