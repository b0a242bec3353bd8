//! Who made a difference: what differs ([`differences`]), and a search for it in the Activity Feed ([`Search`]). Pure:
//! the caller reads the feed. What the feed says about a kind is a table in the folder of the kind.

mod compare;
mod difference;
mod search;
pub(crate) mod trail;

#[cfg(test)]
mod tests;

pub use difference::{Difference, What, differences};
pub use search::{Own, Reached, Search};
pub(crate) use trail::Trail;
