//! Workspaces and their settings.

pub(crate) mod facts;
pub(crate) mod matching;
pub(crate) mod plan;
pub(crate) mod remote;
