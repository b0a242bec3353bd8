//! Converts between API and engine: lists to `Live`, a `Write` to a request.

pub(crate) mod activity;
pub(crate) mod calls;
pub(crate) mod figures;
pub(crate) mod imported;
pub(crate) mod known;
pub(crate) mod left_out;
pub(crate) mod names;
pub(crate) mod read;
pub(crate) mod review;
pub(crate) mod snapshot;
pub(crate) mod trim;
pub(crate) mod writer;
