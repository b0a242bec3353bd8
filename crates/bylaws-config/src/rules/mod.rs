//! The rules that hold for every file, whatever it is about. Codes are grouped by hundreds.
//! The rules of the sections are with their kinds in `bylaws-kinds`.

mod allow;
mod shape;
mod text;
mod yaml;

use crate::rule::Rule;

pub use allow::*;
pub use shape::*;
pub use text::*;
pub use yaml::*;

/// The rules of all modules, in the order of their codes.
pub static RULES: [&[&Rule]; 4] = [text::LIST, yaml::LIST, shape::LIST, allow::LIST];
