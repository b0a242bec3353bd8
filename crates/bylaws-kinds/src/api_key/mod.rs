//! API keys: only their status is managed.

mod lower;
pub(crate) mod remote;
mod rules;
mod schema;
pub(crate) mod syntax;
