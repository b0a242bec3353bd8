//! How tables print, whatever is in them.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// A table for people, rounded.
    Text,
    /// One document, exact.
    Json,
    /// A row for each single thing, exact; for spreadsheets and databases.
    Csv,
    /// A table for a comment or a wiki.
    Markdown,
}
