//! API keys: only their status is managed.

mod adopt;
mod lower;
pub(crate) mod matching;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
mod schema;
pub(crate) mod successors;
mod syntax;
