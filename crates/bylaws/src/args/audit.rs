//! The arguments of `bylaws audit`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::{Comment, Connection, DocumentFormat, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Audit {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Read live state from a snapshot; works offline. A snapshot has no usage and no cost, so the rules that need
    /// them are not checked.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Do not read usage, cost and Claude Code: fewer requests, but the rules that need them are not checked.
    #[arg(long)]
    pub(crate) no_figures: bool,
    /// Exit with 2 if there is a finding of at least this severity.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Check as of this date instead of the service's current date.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// Treat warnings about the files as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    #[command(flatten)]
    pub(crate) comment: Comment,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The lowest severity that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Findings that require action.
    Error,
    /// Findings that require a review.
    Warning,
}
