//! What rows are called: the name of what an id belongs to, told apart where two bear one name.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::figures::Dimension;

use crate::render::inert::inert;

/// The workspace that reports tell without an id.
const DEFAULT: &str = "Default";

/// Who bears an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub name: String,
    /// Why it is no longer in use: `archived`, `inactive`, `expired`.
    pub mark: Option<String>,
}

/// The names that were read. A list that was not is `None`.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub workspaces: Option<BTreeMap<String, Bearer>>,
    pub people: Option<BTreeMap<String, Bearer>>,
    pub keys: Option<BTreeMap<String, Bearer>>,
    /// What could not be read, and why.
    pub notes: Vec<String>,
}

impl Known {
    /// The list of a dimension, where it has one.
    pub(crate) fn list(&self, dimension: Dimension) -> Option<&BTreeMap<String, Bearer>> {
        match dimension {
            Dimension::Workspace => self.workspaces.as_ref(),
            Dimension::Person => self.people.as_ref(),
            Dimension::Key => self.keys.as_ref(),
            _ => None,
        }
    }
}

/// Names of everything that rows can be about.
pub struct Labels {
    known: Known,
    repeated: BTreeMap<Dimension, BTreeSet<String>>,
    /// Whether the figures say ids; those of Claude Code say addresses and names themselves.
    of_ids: bool,
}

/// What one value of a dimension is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    /// The service's id or word; `None` where it says none.
    pub(super) id: Option<&'a str>,
    /// The name behind an id, where it is known.
    pub(super) name: Option<&'a str>,
    /// Why it is no longer in use.
    pub(super) mark: Option<&'a str>,
    /// Whether its name alone would leave open which one it is.
    pub(super) is_repeated: bool,
    /// What stands for no value.
    pub(super) nothing: &'static str,
}

impl Labels {
    pub fn of(known: Known) -> Self {
        let repeated = [Dimension::Workspace, Dimension::Person, Dimension::Key]
            .into_iter()
            .map(|dimension| (dimension, repeated(known.list(dimension))))
            .collect();
        Self { known, repeated, of_ids: true }
    }

    /// For figures that say names where others say ids.
    pub fn as_written() -> Self {
        Self { known: Known::default(), repeated: BTreeMap::new(), of_ids: false }
    }

    /// The label of a value.
    pub(super) fn label<'a>(&'a self, dimension: Dimension, value: Option<&'a str>) -> Label<'a> {
        let list = self.known.list(dimension);
        let bearer = value.zip(list).and_then(|(id, list)| list.get(id));
        let name = bearer.map(|bearer| bearer.name.as_str());
        let is_repeated = name.is_some_and(|name| {
            self.repeated.get(&dimension).is_some_and(|repeated| repeated.contains(name))
        });
        Label {
            id: value,
            name,
            mark: bearer.and_then(|bearer| bearer.mark.as_deref()),
            is_repeated,
            nothing: nothing(dimension),
        }
    }

    /// Whether values of this dimension are ids that have names.
    pub(super) fn has_ids(&self, dimension: Dimension) -> bool {
        self.of_ids && matches!(dimension, Dimension::Workspace | Dimension::Person | Dimension::Key)
    }
}

impl Label<'_> {
    /// As a terminal shows it.
    pub(super) fn text(&self) -> String {
        let Some(shown) = self.name.or(self.id) else { return self.nothing.to_owned() };
        let mut text = if shown.is_empty() { "(empty)".to_owned() } else { inert(shown) };
        for more in self.more() {
            text.push_str(" (");
            text.push_str(&inert(more));
            text.push(')');
        }
        text
    }

    /// What stands behind the name, each for itself.
    pub(super) fn more(&self) -> impl Iterator<Item = &str> {
        self.mark.into_iter().chain(self.id.filter(|_| self.is_repeated && self.name.is_some()))
    }

    /// What it is called in CSV: the default workspace has no id and still is one, anything else is not there.
    pub(super) fn called(&self) -> &str {
        self.name.or(self.id).unwrap_or(if self.nothing == DEFAULT { DEFAULT } else { "" })
    }
}

/// What a report says where it says nothing: the default workspace is told without an id.
fn nothing(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Workspace => DEFAULT,
        Dimension::Person => "no person",
        Dimension::Key => "no key",
        _ => "none",
    }
}

/// Names that more than one thing bears.
fn repeated(list: Option<&BTreeMap<String, Bearer>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let names = list.into_iter().flatten().map(|(_, bearer)| &bearer.name);
    names.filter(|name| !seen.insert((*name).clone())).cloned().collect()
}
