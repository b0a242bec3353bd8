//! Workspaces and their settings.

pub(crate) mod activities;
pub(crate) mod adopt;
pub(crate) mod approval;
pub(crate) mod facts;
pub(crate) mod lower;
pub(crate) mod matching;
pub(crate) mod names;
pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod rules;
pub(crate) mod schema;
mod settings;
pub(crate) mod write;
