//! Explicit workspace memberships.

pub(crate) mod activities;
pub(crate) mod adopt;
pub(crate) mod approval;
pub(crate) mod entry;
mod overlap;
pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod rules;
mod standing;
pub(crate) mod syntax;
pub(crate) mod wishes;
