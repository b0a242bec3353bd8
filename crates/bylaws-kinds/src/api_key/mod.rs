//! API keys: only their status is managed.

pub(crate) mod objects;
pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod scope;
pub(crate) mod successors;
