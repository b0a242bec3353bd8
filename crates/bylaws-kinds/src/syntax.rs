//! The file syntax of a kind whose objects are named entries of a section, at the top level or under a workspace.
//! Members, workspaces and workspace members, which the other sections refer to, are read by `files/` itself.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::node::Node;
use bylaws_config::page::{Page, none_or_below};
use bylaws_engine::{Action, Kind, ObjectName, WorkspaceLabel};
use schemars::{Schema, SchemaGenerator};

use crate::Desired;
use crate::desired::OpenWorkspace;
use crate::files::Context;
use crate::objects::{Line, OBJECTS, Objects};

/// The file syntax of a kind.
pub trait Syntax: Sync {
    /// Returns the kind of the objects.
    fn kind(&self) -> &'static Kind;

    /// Returns the key of the section, such as `api_keys`, which is also the key under `unlisted`.
    fn section(&self) -> &'static str;

    /// Returns the key of the section in a place, if it is not the same everywhere.
    fn key(&self, _: Place) -> &'static str {
        self.section()
    }

    /// Returns the keys from a place to an entry.
    fn path<'n>(&self, place: Place, name: &'n ObjectName) -> Vec<&'n str> {
        vec![self.key(place), name.as_str()]
    }

    /// Returns whether the entries are in the section of another kind, which reads, writes and hashes them.
    fn is_part(&self) -> bool {
        false
    }

    /// Returns where the section may be. Elsewhere its key is unknown, or refused.
    fn places(&self) -> &'static [Place];

    /// Returns the rules that only this kind has.
    fn rules(&self) -> &'static [&'static Rule];

    /// Reads the section, which at the top level may be in several files.
    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>);

    /// Returns the JSON Schema of the section, with a description.
    fn schema(&self, generator: &mut SchemaGenerator, place: Place) -> Schema;

    /// Returns the entries, or `None` if the section is absent.
    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, Line>>;

    /// Returns the field that an entry may consist of, without its name.
    fn short(&self) -> Option<&'static str> {
        None
    }

    /// Writes the section, with one entry per line, or nothing if it is absent.
    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>);

    /// Hashes the section. A kind that is added later hashes nothing if the section is absent, and its key before its
    /// entries otherwise, so that files without it keep their digest.
    fn digest(&self, form: &mut Form, scope: Scope<'_>);

    /// Returns whether an entry may be for the object with this name; only a plan knows the live name of a pinned one.
    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool;

    /// Returns why a change can never be in a plan of these files, or `None` if it can. `is_listed` is the result of
    /// [`Syntax::may_list`].
    fn never(&self, desired: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String>;
}

/// A place for a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The top level of a file.
    Organization,
    /// A workspace other than the next two.
    Workspace,
    /// The workspace `Default`.
    Default,
    /// The workspace `Claude Code`.
    ClaudeCode,
}

impl Place {
    /// Returns the place of a workspace.
    pub(crate) fn of(label: &WorkspaceLabel) -> Self {
        if label.is_default() {
            Self::Default
        } else if label.is_claude_code() {
            Self::ClaudeCode
        } else {
            Self::Workspace
        }
    }
}

/// The part of the desired state that a section is read into.
pub enum Target<'d> {
    /// The top level of the files.
    Organization(&'d mut Desired),
    /// A workspace.
    Workspace(&'d WorkspaceLabel, &'d mut OpenWorkspace),
}

/// The part of the desired state that has a section.
#[derive(Clone, Copy)]
pub enum Scope<'d> {
    /// The top level of the files.
    Organization(&'d Desired),
    /// A workspace.
    Workspace(&'d WorkspaceLabel, &'d OpenWorkspace),
}

impl<'d> Scope<'d> {
    /// Returns the place.
    pub(crate) fn place(self) -> Place {
        self.workspace().map_or(Place::Organization, Place::of)
    }

    /// Returns how far its sections are indented.
    pub(crate) fn indent(self) -> usize {
        if self.workspace().is_some() { 4 } else { 0 }
    }

    /// Returns the workspace, if it is one.
    pub(crate) fn workspace(self) -> Option<&'d WorkspaceLabel> {
        match self {
            Self::Organization(_) => None,
            Self::Workspace(label, _) => Some(label),
        }
    }
}

/// Returns the kinds whose section may be in a place.
pub(crate) fn at(place: Place) -> impl Iterator<Item = &'static dyn Objects> + Clone {
    OBJECTS.iter().copied().filter(move |objects| objects.places().contains(&place))
}

/// Returns those of them that have a section of their own.
fn whole(place: Place) -> impl Iterator<Item = &'static dyn Objects> + Clone {
    at(place).filter(|objects| !objects.is_part())
}

/// Returns the keys of the sections that may be in a place.
pub(crate) fn sections(place: Place) -> impl Iterator<Item = &'static str> + Clone {
    whole(place).map(move |objects| objects.key(place))
}

/// Writes the key of a section; returns the indent of its entries.
pub(crate) fn heading(page: &mut Page<'_>, scope: Scope<'_>, key: &str, is_empty: bool) -> usize {
    page.line(scope.indent(), key, none_or_below(is_empty));
    scope.indent() + 2
}

/// Adds the sections of a place to the schema of a map, after the property `last`, or at the end.
pub(crate) fn add_to_schema(schema: &mut Schema, generator: &mut SchemaGenerator, place: Place, last: &str) {
    let sections: Vec<_> = whole(place).map(|one| (one.key(place), one.schema(generator, place))).collect();
    let Some(properties) = schema.get_mut("properties").and_then(|value| value.as_object_mut()) else {
        return;
    };
    let after = properties.keys().position(|key| key == last).map_or(properties.len(), |at| at + 1);
    for (number, (section, schema)) in sections.into_iter().enumerate() {
        properties.shift_insert(after + number, section.to_owned(), schema.to_value());
    }
}
