//! Explicit workspace memberships.

pub(crate) mod remote;
