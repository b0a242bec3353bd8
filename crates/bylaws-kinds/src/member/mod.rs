//! Members of the organization, and invites.

pub(crate) mod activities;
pub(crate) mod adopt;
pub(crate) mod approval;
pub(crate) mod entry;
pub(crate) mod identities;
pub(crate) mod invites;
pub(crate) mod missing;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod remote;
pub(crate) mod resolve;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod syntax;
pub(crate) mod wish;
