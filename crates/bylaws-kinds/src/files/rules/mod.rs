//! Every rule of the files. Codes are grouped by hundreds.
//! The rules of a kind are in its folder, those of YAML in `bylaws-config`.

mod audit;
mod guards;
mod sections;

use std::sync::LazyLock;

use bylaws_config::Rule;

use crate::objects::OBJECTS;
use crate::{member, workspace, workspace_member};

pub(crate) use audit::*;
pub(crate) use bylaws_config::rules::*;
pub(crate) use guards::*;
pub(crate) use member::rules::*;
pub(crate) use sections::*;
pub(crate) use workspace::rules::*;
pub(crate) use workspace_member::rules::*;

/// The rules of this crate, except those of the kinds in [`OBJECTS`].
static LISTS: [&[&Rule]; 6] = [
    sections::LIST,
    member::rules::LIST,
    workspace::rules::LIST,
    workspace_member::rules::LIST,
    guards::LIST,
    audit::LIST,
];

/// All rules, in the order of their codes.
static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all: Vec<_> = {
        let of_kinds = OBJECTS.iter().map(|objects| objects.rules());
        RULES.into_iter().chain(LISTS).chain(of_kinds).flatten().copied().collect()
    };
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
