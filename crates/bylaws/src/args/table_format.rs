//! The output formats of tables.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// A table for people, rounded.
    Text,
    /// One JSON document, exact.
    Json,
    /// One row per item, exact; for spreadsheets and databases.
    Csv,
    /// A Markdown table, for a comment or a wiki.
    Markdown,
}
