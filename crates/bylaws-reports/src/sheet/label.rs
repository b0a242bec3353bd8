//! The labels of rows: the name of an object, with its id if another object has the same name.

use std::collections::{BTreeMap, BTreeSet};

use crate::figures::Dimension;

use bylaws_output::render::escape::escape;

/// The default workspace, which reports show without an id.
const DEFAULT: &str = "Default";

/// An object with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedObject {
    /// The name of the object; for a person, the e-mail address.
    pub name: String,
    /// Why the object is no longer in use: `archived`, `inactive`, `expired`.
    pub mark: Option<String>,
}

/// The names that were read; a list that was not read is `None`.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The workspaces by id.
    pub workspaces: Option<BTreeMap<String, NamedObject>>,
    /// The people by user id.
    pub people: Option<BTreeMap<String, NamedObject>>,
    /// The API keys by id.
    pub keys: Option<BTreeMap<String, NamedObject>>,
    /// The lists that could not be read, and why.
    pub notes: Vec<String>,
}

impl Known {
    /// Returns the list of a dimension, if it has one.
    pub(crate) fn list(&self, dimension: Dimension) -> Option<&BTreeMap<String, NamedObject>> {
        match dimension {
            Dimension::Workspace => self.workspaces.as_ref(),
            Dimension::Person => self.people.as_ref(),
            Dimension::Key => self.keys.as_ref(),
            _ => None,
        }
    }
}

/// The names of everything that a row can be about.
pub struct Labels {
    known: Known,
    repeated: BTreeMap<Dimension, BTreeSet<String>>,
    /// Whether the figures contain ids; those of Claude Code contain e-mail addresses and names.
    of_ids: bool,
}

/// The label of one value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    /// The service's id or word; `None` if the service gives none.
    pub(super) id: Option<&'a str>,
    /// The name of the object with this id, if it is known.
    pub(super) name: Option<&'a str>,
    /// Why the object is no longer in use.
    pub(super) mark: Option<&'a str>,
    /// Whether the name alone is ambiguous.
    pub(super) is_repeated: bool,
    /// The label if there is no value.
    pub(super) nothing: &'static str,
}

impl Labels {
    /// Returns labels for figures that contain ids.
    pub fn of(known: Known) -> Self {
        let repeated = [Dimension::Workspace, Dimension::Person, Dimension::Key]
            .into_iter()
            .map(|dimension| (dimension, repeated(known.list(dimension))))
            .collect();
        Self { known, repeated, of_ids: true }
    }

    /// Returns labels for figures that contain names instead of ids.
    pub fn as_written() -> Self {
        Self { known: Known::default(), repeated: BTreeMap::new(), of_ids: false }
    }

    /// Returns the label of a value.
    pub(super) fn label<'a>(&'a self, dimension: Dimension, value: Option<&'a str>) -> Label<'a> {
        let list = self.known.list(dimension);
        let named = value.zip(list).and_then(|(id, list)| list.get(id));
        let name = named.map(|named| named.name.as_str());
        let is_repeated = name.is_some_and(|name| {
            self.repeated.get(&dimension).is_some_and(|repeated| repeated.contains(name))
        });
        Label {
            id: value,
            name,
            mark: named.and_then(|named| named.mark.as_deref()),
            is_repeated,
            nothing: nothing(dimension),
        }
    }

    /// Returns whether the values of a dimension are ids with names.
    pub(super) fn has_ids(&self, dimension: Dimension) -> bool {
        self.of_ids && matches!(dimension, Dimension::Workspace | Dimension::Person | Dimension::Key)
    }
}

impl Label<'_> {
    /// Returns the label for a terminal.
    pub(super) fn text(&self) -> String {
        let Some(shown) = self.name.or(self.id) else { return self.nothing.to_owned() };
        let mut text = if shown.is_empty() { "(empty)".to_owned() } else { escape(shown) };
        for more in self.more() {
            text.push_str(" (");
            text.push_str(&escape(more));
            text.push(')');
        }
        text
    }

    /// Returns the suffixes after the name.
    pub(super) fn more(&self) -> impl Iterator<Item = &str> {
        self.mark.into_iter().chain(self.id.filter(|_| self.is_repeated && self.name.is_some()))
    }

    /// Returns the label for CSV: the default workspace has no id but a label, any other missing value is empty.
    pub(super) fn called(&self) -> &str {
        self.name.or(self.id).unwrap_or(if self.nothing == DEFAULT { DEFAULT } else { "" })
    }
}

/// Returns the label of a missing value: reports show the default workspace without an id.
fn nothing(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Workspace => DEFAULT,
        Dimension::Person => "no person",
        Dimension::Key => "no key",
        _ => "none",
    }
}

/// Returns the names that more than one object has.
fn repeated(list: Option<&BTreeMap<String, NamedObject>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let names = list.into_iter().flatten().map(|(_, named)| &named.name);
    names.filter(|name| !seen.insert((*name).clone())).cloned().collect()
}
