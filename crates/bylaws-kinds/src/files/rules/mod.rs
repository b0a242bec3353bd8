//! Every rule of the files. Codes are grouped by hundreds; the rules of `BL05` are in three modules.

mod audit;
mod guards;
mod memberships;
mod names;
mod people;
mod workspaces;

use std::sync::LazyLock;

use bylaws_config::Rule;

pub(crate) use audit::*;
pub(crate) use bylaws_config::rules::*;
pub(crate) use guards::*;
pub(crate) use memberships::*;
pub(crate) use names::*;
pub(crate) use people::*;
pub(crate) use workspaces::*;

/// The rules of the sections of a file.
static SECTIONS: [&[&Rule]; 6] =
    [people::LIST, workspaces::LIST, memberships::LIST, names::LIST, guards::LIST, audit::LIST];

/// All rules, in the order of their codes.
static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all: Vec<_> =
        bylaws_config::rules::RULES.into_iter().chain(SECTIONS).flatten().copied().collect();
    all.sort_by_key(|rule| rule.code);
    all
});

/// Returns all rules, in the order of their codes.
pub(crate) fn all_rules() -> &'static [&'static Rule] {
    &ALL
}

/// Returns all rules, in the order of their codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}
