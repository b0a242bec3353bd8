//! API keys: only their status is managed.

pub(crate) mod remote;
