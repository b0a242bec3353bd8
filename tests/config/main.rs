//! Tests of the files through the public API of `bylaws-kinds`: which files are valid, and the problems of invalid ones.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a test may panic, and need not be fast"
)]

mod accepted;
mod cases;
mod catalogue;
mod corpus;
mod documentation;
mod edit;
mod edit_arrivals;
mod edit_properties;
mod folders;
mod hostile;
mod mutations;
mod recovery;
mod registry;
mod roundtrip;
mod rules;
mod world;
