//! An entry that is open or archived, and may be pinned by its id.

use std::collections::BTreeMap;

use bylaws_engine::ObjectName;

/// An entry of the files with settings of the type `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned<T> {
    /// Identifies the object; the name in the files is then only a label.
    pub id: Option<String>,
    /// The wanted name. Only used together with `id`.
    pub name: Option<ObjectName>,
    /// The settings; `None` if the object is wanted archived, which is permanent.
    pub settings: Option<T>,
}

impl<T> Pinned<T> {
    /// Returns whether the object is wanted archived.
    pub fn is_archived(&self) -> bool {
        self.settings.is_none()
    }
}

/// A live object that has a name and can be archived.
pub(crate) trait Archivable {
    /// Returns the id.
    fn id(&self) -> &str;

    /// Returns the name.
    fn name(&self) -> &str;

    /// Returns whether it is archived. Its name stays taken.
    fn is_archived(&self) -> bool;
}

/// The live object that an entry means.
pub(super) enum Found<'l, L> {
    /// One in use.
    Live(&'l L),
    /// An archived one.
    Archived(&'l L),
    /// None.
    Absent,
}

impl<T> Pinned<T> {
    /// Returns the live object that the entry `label` means.
    pub(super) fn find<'l, L: Archivable>(
        &self,
        label: &ObjectName,
        mut live: impl Iterator<Item = &'l L>,
    ) -> Found<'l, L> {
        match live.find(|live| self.means(label, *live)) {
            Some(live) if live.is_archived() => Found::Archived(live),
            Some(live) => Found::Live(live),
            None => Found::Absent,
        }
    }

    /// Returns whether the entry `label` means this object.
    fn means(&self, label: &ObjectName, live: &impl Archivable) -> bool {
        match &self.id {
            Some(id) => live.id() == id,
            None => live.name() == label.as_str(),
        }
    }
}

/// Returns the entry that means a live object, with its name in the files.
pub(crate) fn entry_of<'f, T>(
    entries: Option<&'f BTreeMap<ObjectName, Pinned<T>>>,
    live: &impl Archivable,
) -> Option<(&'f ObjectName, &'f Pinned<T>)> {
    entries?.iter().find(|(label, entry)| entry.means(label, live))
}
