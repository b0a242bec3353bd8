//! A list in order of arrival with lookup by id, used for every kind of object. The service shows the newest
//! first.

use std::collections::BTreeMap;
use std::ops::Bound;

/// Items by id, newest first. Adding, finding and removing take logarithmic time, so that an organization
/// with 100,000 memberships pages as quickly as a small one.
#[derive(Debug, Clone)]
pub(crate) struct Listing<T> {
    items: BTreeMap<u64, (String, T)>,
    places: BTreeMap<String, u64>,
    next: u64,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), places: BTreeMap::new(), next: 0 }
    }
}

impl<T> Listing<T> {
    /// Adds an item before all others. An item with the same id is replaced.
    pub(crate) fn add(&mut self, id: String, item: T) {
        self.remove(&id);
        self.places.insert(id.clone(), self.next);
        self.items.insert(self.next, (id, item));
        self.next += 1;
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.items.get(self.places.get(id)?).map(|(_, item)| item)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
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
        self.items.values().rev().map(|(_, item)| item)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.values_mut().map(|(_, item)| item)
    }

    /// Returns items with their ids, newest first, starting after `id`; `None` if `id` is unknown.
    pub(crate) fn after(&self, id: &str) -> Option<impl Iterator<Item = (&str, &T)>> {
        let place = *self.places.get(id)?;
        Some(self.items.range(..place).rev().map(|(_, (id, item))| (id.as_str(), item)))
    }

    /// Returns items with their ids from `id` towards the newest; `None` if `id` is unknown.
    pub(crate) fn before(&self, id: &str) -> Option<impl Iterator<Item = (&str, &T)>> {
        let place = *self.places.get(id)?;
        let range = (Bound::Excluded(place), Bound::Unbounded);
        Some(self.items.range(range).map(|(_, (id, item))| (id.as_str(), item)))
    }

    /// Returns all items with their ids, newest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &T)> {
        self.items.values().rev().map(|(id, item)| (id.as_str(), item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abc() -> Listing<u8> {
        let mut list = Listing::default();
        for (id, item) in [("a", 1), ("b", 2), ("c", 3)] {
            list.add(id.to_owned(), item);
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
