//! Tests of the plan as tables: files and live state in a few words, the plan as lines.

mod files;
mod live_side;
mod model;
mod rotation;
pub(crate) mod shown;
mod typed;
pub(crate) mod words;
pub(crate) mod world;

mod approvals;
mod causes;
mod expiry;
mod guards_counts;
mod guards_losses;
mod identity;
mod key_names;
mod keys;
mod live_names;
mod memberships;
mod memberships_unlisted;
mod missing;
mod narrowed;
mod notes;
mod people;
mod properties;
mod reads;
mod review_first;
mod selected;
mod spellings;
mod workspaces;
