//! Access as text and CSV.

mod csv;
mod difference;
mod text;
mod why;

pub use csv::csv;
pub use difference::{difference, difference_csv};
pub use text::{By, state, text};
pub use why::all as reasons;
