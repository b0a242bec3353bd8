//! Members of the organization, and invites.

pub(crate) mod approval;
pub(crate) mod lower;
pub(crate) mod people;
pub(crate) mod remote;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod write;
