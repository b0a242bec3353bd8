//! Workspaces and their settings.

pub(crate) mod remote;
