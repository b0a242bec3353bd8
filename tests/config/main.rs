//! The files of Bylaws through the door of `bylaws-config`: what is taken, what is refused, and where.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a test may fail where it stands, and need not be fast"
)]

mod accepted;
mod cases;
mod catalogue;
mod corpus;
mod documentation;
mod edit;
mod edit_properties;
mod folders;
mod hostile;
mod mutations;
mod recovery;
mod registry;
mod roundtrip;
mod rules;
mod world;
