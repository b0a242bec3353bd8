//! Every rule of the files. Codes are grouped by hundreds; the rules of `BL05` are in three modules.

mod allow;
mod audit;
mod guards;
mod memberships;
mod names;
mod people;
mod shape;
mod text;
mod workspaces;
mod yaml;

use crate::rule::Rule;

pub(crate) use allow::*;
pub(crate) use audit::*;
pub(crate) use guards::*;
pub(crate) use memberships::*;
pub(crate) use names::*;
pub(crate) use people::*;
pub(crate) use shape::*;
pub(crate) use text::*;
pub(crate) use workspaces::*;
pub(crate) use yaml::*;

/// The rules of all modules, in the order of their codes.
static CHAPTERS: [&[&Rule]; 10] = [
    text::RULES,
    yaml::RULES,
    shape::RULES,
    people::RULES,
    workspaces::RULES,
    memberships::RULES,
    names::RULES,
    guards::RULES,
    allow::RULES,
    audit::RULES,
];

/// Returns all rules, in the order of their codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    CHAPTERS.into_iter().flatten().copied()
}
