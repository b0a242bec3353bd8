//! Every rule of the files in one list, those of all kinds included.

use std::sync::LazyLock;

use bylaws_config::Rule;

use super::rules::LISTS;
use crate::objects::OBJECTS;

/// All rules, in the order of their codes.
pub(super) static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let of_kinds = OBJECTS.iter().map(|objects| objects.rules());
    let mut all: Vec<_> = LISTS.into_iter().chain(of_kinds).flatten().copied().collect();
    all.sort_by_key(|rule| rule.code);
    all
});

/// Returns all rules, in the order of their codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}
