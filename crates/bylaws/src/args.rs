//! The command line as typed values; `commands/` carries it out.
//! The comments here are what `--help` prints, so they are plain text.

#![expect(clippy::doc_markdown, reason = "help is printed as is, without Markdown")]

mod access;
mod audit;
mod controller;
mod format;
mod journal;
mod people;
mod plan;
mod post;
mod report;
pub(crate) mod suggest;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, ColorChoice, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

pub(crate) use access::Access;
pub(crate) use audit::{Audit, FailOn};
pub(crate) use controller::{
    Controller, ControllerApprove, ControllerCommand, ControllerConfig, ControllerName, ControllerStatus,
    ControllerSuspend, Until,
};
pub(crate) use format::{Comment, DocumentFormat, Format, Output, ProblemFormat, TableFormat};
pub(crate) use journal::{JournalCommand, JournalShow, JournalVerify};
pub(crate) use people::{Adopt, Edit, Offboard, Onboard};
pub(crate) use plan::{Apply, Drift, Plan, Show};
pub(crate) use post::{Post, PostCommand, PostGithub, PostGitlab};
pub(crate) use report::{Page, Report, ReportCommand, ReportDays, ReportKeys, ReportUsage, Shape, Span};

/// The text after the commands and options in the help.
const EXIT_CODES: &str = "\
Exit codes:
  0  In sync, or done
  1  Failed, or wrong use of the command line
  2  Changes pending (plan --detailed-exitcode), or findings (audit --fail-on)
  3  A guard refused
  4  The files have problems, or there are none
  5  Applied in part
  6  The plan is stale";

/// Keeps a Claude organization in git: members, roles, invites, workspaces, workspace memberships,
/// API-key statuses and rate limits.
#[derive(Debug, Parser)]
#[command(name = "bylaws", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Increase verbosity: -v logs requests, -vv everything; RUST_LOG filters in detail.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,

    /// When to use color; `auto` checks the terminal, NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: ColorChoice,

    /// For the controller: print the number of requests, and the error that ends a run, each as one line of JSON on
    /// standard error. Messages name the keys of its configuration.
    #[arg(long, global = true, hide = true)]
    pub(crate) json_error: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The command line, for completions and manual pages.
pub fn command() -> clap::Command {
    Args::command()
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the files offline and report every problem with its position.
    Validate(Validate),
    /// Explain a problem or an audit finding by its code, or list all of them.
    Explain(Explain),
    /// Show what apply would do.
    Plan(Plan),
    /// Apply the plan: the changes it shows, and nothing else.
    Apply(Apply),
    /// Show what was changed outside git, and how to keep or undo it.
    Drift(Drift),
    /// Show a saved plan, a report or drift.
    Show(Show),
    /// Report dormant members, old keys, stale invites and unusual spending.
    Audit(Audit),
    /// Show who has which access, where and why.
    Access(Access),
    /// Report usage, cost, Claude Code and keys as tables, or everything as one HTML page.
    Report(Report),
    /// Add people to the files.
    Onboard(Onboard),
    /// Remove a person from the files, and list the manual steps.
    Offboard(Offboard),
    /// Edit the files to say what is live, changing only the lines that differ.
    Adopt(Adopt),
    /// Reconcile organizations continuously from git.
    Controller(Controller),
    /// Verify or show the journal that apply writes.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Post the Markdown of a plan or report as one comment or issue, edited in place.
    ///
    /// The token is read from GITHUB_TOKEN or GITLAB_TOKEN, never from an argument. Prints the URL of the comment or
    /// issue. Exits with 0 if the comment was posted or is up to date, with 1 otherwise.
    #[command(subcommand)]
    Comment(PostCommand),
    /// Write the live organization as files; a plan right after the import is empty.
    Import(Import),
    /// Save the live state, for `plan --live` and as a seed for the emulator.
    Snapshot(Snapshot),
    /// Show the organization, the credential and what it may read.
    Whoami(Whoami),
    /// Print a JSON Schema.
    Schema(Schema),
    /// Serve an in-memory organization for experiments and tests.
    Emulator(Emulator),
    /// Run a guided demo against a built-in emulator; needs no file, key or network.
    Demo,
    /// Print completions for a shell.
    Completions {
        /// Shell to print completions for.
        shell: Shell,
    },
    /// Write manual pages into a folder.
    Man {
        /// Folder to write to; created if it does not exist.
        dir: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// The configuration files.
    Config,
    /// `plan --format json`, and saved plans.
    Plan,
    /// `apply --format json`.
    Report,
    /// Seeds of the emulator, and snapshots.
    Seed,
    /// `audit --format json`.
    Audit,
    /// `access --format json`.
    Access,
    /// `drift --format json`.
    Drift,
}

/// The API to use, the credential and the longest wait.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Connection {
    /// URL of the API; plain http only to this machine [env: BYLAWS_API_URL] [default: https://api.anthropic.com].
    #[arg(long, value_name = "URL", help_heading = "Service")]
    pub(crate) api_url: Option<String>,

    /// File with the Admin API key. Without it, ANTHROPIC_ADMIN_KEY, ANTHROPIC_AUTH_TOKEN or
    /// ANTHROPIC_FEDERATION_RULE_ID is read; a key is never an argument.
    #[arg(long, value_name = "FILE", help_heading = "Service")]
    pub(crate) credential_file: Option<PathBuf>,

    /// Longest wait to accept if the service asks for one, such as 90s or 5m.
    #[arg(long, default_value = "5m", value_parser = duration, value_name = "TIME", help_heading = "Service")]
    pub(crate) max_wait: Duration,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Validate {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ProblemFormat::Text)]
    pub(crate) format: ProblemFormat,
    /// Treat warnings as errors.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// Code or name, such as BL0301, BA0301 or unknown-key.
    pub(crate) code: Option<String>,
    /// Write one page per problem of the files into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "code")]
    pub(crate) dir: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "dir")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// Folder to write to; must not contain YAML files, because all files of a folder are read together.
    #[arg(default_value = "bylaws")]
    pub(crate) dir: PathBuf,
    /// Write one file with this name instead of a folder; it must not exist.
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    pub(crate) single: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Snapshot {
    /// File to write; `-` for standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Whoami {
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Schema {
    /// Schema to print.
    #[arg(value_enum, default_value_t = SchemaKind::Config)]
    pub(crate) kind: SchemaKind,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Emulator {
    /// Address to listen on; port 0 picks a free port. The URL is the first line printed.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// Organization to start with: a seed or a snapshot.
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Delay every answer by this many milliseconds.
    #[arg(long, default_value_t = 0, value_name = "MS")]
    pub(crate) latency: u64,
    /// Allow this many requests per minute.
    #[arg(long, value_name = "N")]
    pub(crate) rate_limit: Option<std::num::NonZeroU32>,
    /// File with a list of fault rules.
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Accept only the credentials in this file, one a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) credential_file: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "write a time such as `90s` or `5m`".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time cannot be negative".to_owned())
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day as YYYY-MM-DD".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::command().debug_assert();
    }
}
