//! Explicit workspace memberships.

pub(crate) mod adopt;
pub(crate) mod approval;
pub(crate) mod lower;
mod overlap;
pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod rules;
pub(crate) mod schema;
mod standing;
pub(crate) mod wishes;
pub(crate) mod write;
