//! Access as text and CSV.

mod csv;
mod difference;
mod text;
mod why;

pub(crate) use csv::csv;
pub(crate) use difference::{difference, difference_csv};
pub(crate) use text::{state, text};
pub(crate) use why::all as reasons;
