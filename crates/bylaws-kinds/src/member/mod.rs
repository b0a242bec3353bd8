//! Members of the organization, and invites.

pub(crate) mod remote;
