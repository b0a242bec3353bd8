//! A list in order of arrival with lookup by id, used for every kind of object. The service shows the newest
//! first.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::envelope::Refusal;
use crate::ids;

/// Items by id, newest first. Adding, finding and removing take logarithmic time, so that an organization
/// with 100,000 memberships pages as quickly as a small one.
#[derive(Debug, Clone)]
pub(crate) struct Listing<T> {
    /// What an item is called if it is not found.
    what: &'static str,
    items: BTreeMap<u64, (String, T)>,
    places: BTreeMap<String, u64>,
    next: u64,
}

impl<T> Listing<T> {
    /// Returns an empty list of items that are called `what`, for example `Workspace`.
    pub(crate) const fn of(what: &'static str) -> Self {
        Self { what, items: BTreeMap::new(), places: BTreeMap::new(), next: 0 }
    }

    /// Adds an item before all others. An item with the same id is replaced.
    pub(crate) fn add(&mut self, id: &str, item: T) -> &T {
        self.remove(id);
        let place = self.next;
        self.next += 1;
        self.places.insert(id.to_owned(), place);
        let (_, item) = self.items.entry(place).insert_entry((id.to_owned(), item)).into_mut();
        item
    }

    /// Returns an id for a new item, derived from `label` and `part`, that no item has.
    pub(crate) fn new_id(&self, prefix: &str, label: &str, part: &str) -> String {
        let mut id = ids::id(prefix, &[label, part]);
        while self.contains(&id) {
            id = ids::id(prefix, &[label, &id]);
        }
        id
    }

    /// Returns the item that a request names.
    pub(crate) fn find(&self, id: &str) -> Result<&T, Refusal> {
        self.get(id).ok_or_else(|| Refusal::not_found(self.what))
    }

    /// Like [`find`](Self::find), to change the item.
    pub(crate) fn find_mut(&mut self, id: &str) -> Result<&mut T, Refusal> {
        let what = self.what;
        self.get_mut(id).ok_or_else(|| Refusal::not_found(what))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.items.get(self.places.get(id)?).map(|(_, item)| item)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.items.get_mut(self.places.get(id)?).map(|(_, item)| item)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let place = self.places.remove(id)?;
        self.items.remove(&place).map(|(_, item)| item)
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns all items, newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries().map(|(_, item)| item)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.values_mut().map(|(_, item)| item)
    }

    /// Returns all items with their ids, newest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.between(Bound::Unbounded, Bound::Unbounded)
    }

    /// Returns items with their ids, newest first, starting after `id`; `None` if `id` is unknown.
    pub(crate) fn after(&self, id: &str) -> Option<impl Iterator<Item = (&str, &T)>> {
        Some(self.between(Bound::Unbounded, Bound::Excluded(*self.places.get(id)?)))
    }

    /// Returns items with their ids from `id` towards the newest; `None` if `id` is unknown.
    pub(crate) fn before(&self, id: &str) -> Option<impl Iterator<Item = (&str, &T)>> {
        Some(self.between(Bound::Excluded(*self.places.get(id)?), Bound::Unbounded).rev())
    }

    fn between(&self, old: Bound<u64>, new: Bound<u64>) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.items.range((old, new)).rev().map(|(_, (id, item))| (id.as_str(), item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abc() -> Listing<u8> {
        let mut list = Listing::of("Letter");
        for (id, item) in [("a", 1), ("b", 2), ("c", 3)] {
            list.add(id, item);
        }
        list
    }

    #[test]
    fn the_newest_comes_first() {
        assert_eq!(abc().iter().copied().collect::<Vec<_>>(), [3, 2, 1]);
    }

    #[test]
    fn items_are_listed_both_ways_from_an_id() {
        let list = abc();
        assert_eq!(list.after("c").unwrap().map(|(id, _)| id).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(list.before("a").unwrap().map(|(id, _)| id).collect::<Vec<_>>(), ["b", "c"]);
        assert!(list.after("z").is_none());
    }

    #[test]
    fn a_removed_item_leaves_no_trace() {
        let mut list = abc();
        assert_eq!(list.remove("b"), Some(2));
        assert!(!list.contains("b"));
        assert_eq!(list.len(), 2);
    }
}
