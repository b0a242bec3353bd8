//! Text that other people chose: which characters cannot be seen, and which names look the same.

pub use crate::hidden::{characters, is_direction_mark, is_hidden};
pub use crate::lookalike::{disguise, skeleton, twin};
pub use crate::name::{alike_tags, comparable, difference as name_difference, is_look_alike};
