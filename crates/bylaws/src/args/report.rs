//! The arguments of `bylaws report`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::Connection;

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Report {
    #[command(subcommand)]
    pub(crate) what: Option<ReportCommand>,
    #[command(flatten)]
    pub(crate) page: Page,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Tokens of the Messages API, by workspace, person, key, model and more.
    Usage(ReportUsage),
    /// What it cost, to the last decimal, by workspace and by line of the bill.
    Cost(ReportCost),
    /// What people did with Claude Code, day by day.
    ClaudeCode(ReportClaudeCode),
    /// Every API key: whose, where, how old, when last used.
    Keys(ReportKeys),
}

/// One page for a browser.
#[derive(Debug, ClapArgs)]
pub(crate) struct Page {
    /// A YAML file or a folder [default: bylaws.yaml, else bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Write one page with access, findings, usage, cost and drift; it needs no network and holds everything.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportUsage {
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportCost {
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportClaudeCode {
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportKeys {
    #[command(flatten)]
    pub(crate) connection: Connection,
}
