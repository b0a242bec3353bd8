//! Explicit workspace memberships.

pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod wishes;
