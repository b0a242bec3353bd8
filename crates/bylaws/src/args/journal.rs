//! The arguments of `bylaws journal`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::format::Format;

#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Verify that no record was edited, removed, moved or cut off.
    Verify(JournalVerify),
    /// Show the runs and the writes of each.
    Show(JournalShow),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JournalVerify {
    /// Journal file.
    pub(crate) file: PathBuf,
    /// Journal head that apply printed; a record with this hash must exist. Without it, missing runs at the end and a
    /// complete rewrite of the journal cannot be detected.
    #[arg(long, value_name = "HASH")]
    pub(crate) head: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JournalShow {
    /// Journal file.
    pub(crate) file: PathBuf,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
