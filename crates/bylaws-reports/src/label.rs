//! The labels of rows: the name of an object, with its id if another object has the same name.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_output::render::escape::escape;
use bylaws_output::render::markdown::{commas, in_cell};

use crate::dimension::Dimension;
use crate::number::short;

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

/// The objects of a dimension, by id.
pub type Named = BTreeMap<String, NamedObject>;

/// The names of everything that a row can be about.
#[derive(Default)]
pub struct Labels {
    named: BTreeMap<Dimension, Named>,
    repeated: BTreeSet<(Dimension, String)>,
    /// Whether the figures contain ids; those of Claude Code contain e-mail addresses and names.
    of_ids: bool,
}

/// The label of one value of a dimension.
pub(crate) struct Label<'a> {
    dimension: Dimension,
    /// The service's id or word; `None` if the service gives none.
    pub(crate) id: Option<&'a str>,
    /// The name of the object with this id, if it is known.
    pub(crate) name: Option<&'a str>,
    /// Why the object is no longer in use.
    pub(crate) mark: Option<&'a str>,
    /// Whether the name alone is ambiguous.
    is_repeated: bool,
}

impl Labels {
    /// Returns labels for figures that contain ids. A list that was not read is missing. The default is labels for
    /// figures that contain names instead of ids.
    pub fn of(named: BTreeMap<Dimension, Named>) -> Self {
        let mut seen = BTreeSet::new();
        let names = named.iter().flat_map(|(by, list)| list.values().map(|named| (*by, named.name.clone())));
        let repeated = names.filter(|name| !seen.insert(name.clone())).collect();
        Self { named, repeated, of_ids: true }
    }

    /// Returns the label of a value.
    pub(crate) fn label<'a>(&'a self, dimension: Dimension, id: Option<&'a str>) -> Label<'a> {
        let named = id.and_then(|id| self.named.get(&dimension)?.get(id));
        Label {
            dimension,
            id,
            name: named.map(|named| named.name.as_str()),
            mark: named.and_then(|named| named.mark.as_deref()),
            is_repeated: named.is_some_and(|named| self.repeated.contains(&(dimension, named.name.clone()))),
        }
    }

    /// Returns whether the values of a dimension are ids with names.
    pub(crate) fn has_ids(&self, dimension: Dimension) -> bool {
        self.of_ids && matches!(dimension, Dimension::Workspace | Dimension::Person | Dimension::Key)
    }
}

impl Label<'_> {
    /// Returns the name or else the id; for a workspace without an id, the name of the default one.
    pub(crate) fn known(&self) -> Option<&str> {
        let default = (self.dimension == Dimension::Workspace).then_some(DEFAULT);
        self.name.or(self.id).or(default)
    }

    /// Returns the label for people, with what distinguishes it.
    pub(crate) fn shown(&self, form: &Form) -> String {
        let text = form.text;
        let Some(shown) = self.name.or(self.id) else {
            return match self.dimension {
                Dimension::Workspace => DEFAULT,
                Dimension::Person => "no person",
                Dimension::Key => "no key",
                _ => "none",
            }
            .to_owned();
        };
        let id = self.id.filter(|_| self.is_repeated);
        let more = self.mark.into_iter().chain(id).map(|more| format!(" ({})", text(more)));
        let shown = if shown.is_empty() { "(empty)".to_owned() } else { text(shown) };
        shown + &more.collect::<String>()
    }
}

/// How the cells of a table are written.
pub(crate) struct Form {
    /// User-supplied text, escaped.
    pub(crate) text: fn(&str) -> String,
    /// A count.
    pub(crate) number: fn(u128) -> String,
    /// The name of the row of sums.
    pub(crate) total: &'static str,
}

impl Form {
    /// For a terminal.
    pub(crate) const TERMINAL: Self = Self { text: escape, number: short, total: "total" };

    /// For a table in Markdown.
    pub(crate) const MARKDOWN: Self =
        Self { text: in_cell, number: |n| commas(&n.to_string()), total: "**total**" };
}
