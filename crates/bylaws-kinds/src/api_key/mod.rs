//! API keys: only their status is managed.

pub(crate) mod approval;
pub(crate) mod lower;
pub(crate) mod remote;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod write;
