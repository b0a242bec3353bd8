//! Members of the organization, and invites.

pub(crate) mod identities;
pub(crate) mod invites;
pub(crate) mod missing;
pub(crate) mod plan;
pub(crate) mod remote;
