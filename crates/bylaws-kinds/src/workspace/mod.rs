//! Workspaces and their settings.

pub(crate) mod approval;
mod keys;
pub(crate) mod lower;
pub(crate) mod names;
pub(crate) mod remote;
pub(crate) mod rules;
pub(crate) mod schema;
mod settings;
pub(crate) mod write;
