//! The arguments of `bylaws audit`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::{Comment, Connection, DocumentFormat, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Audit {
    /// A YAML file or a folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Judge a snapshot: needs neither credential nor network. It holds no usage and no cost, so the rules that
    /// need them are not judged.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Do not read usage, cost and Claude Code: fewer requests, and the rules that need them are not judged.
    #[arg(long)]
    pub(crate) no_figures: bool,
    /// Exit with 2 where something is found that is at least so bad.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Judge as on this day instead of the service's own.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// Warnings about the files are errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    #[command(flatten)]
    pub(crate) comment: Comment,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// How bad a finding has to be to fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Somebody has to act.
    Error,
    /// Somebody has to look.
    Warning,
}
