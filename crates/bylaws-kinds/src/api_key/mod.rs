//! API keys: only their status is managed.

mod activities;
mod adopt;
mod entry;
pub(crate) mod matching;
pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
mod rules;
pub(crate) mod successors;
mod syntax;
