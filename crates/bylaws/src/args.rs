//! The command line as typed values; `commands/` carries it out.
//! The comments here are what `--help` prints, so they are plain text.

#![expect(clippy::doc_markdown, reason = "help is printed as is, without Markdown")]

mod access;
mod audit;
mod people;
mod post;
mod report;
pub(crate) mod suggest;
mod table_format;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bylaws_engine::{Address, Parallelism};
use bylaws_kinds::parse_address;
use bylaws_output::render::markdown::Link;
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

pub(crate) use access::Access;
pub(crate) use audit::{Audit, FailOn};
pub(crate) use people::{Edit, Offboard, Onboard};
pub(crate) use post::{Post, PostCommand, PostGithub, PostGitlab};
pub(crate) use report::{
    Page, Report, ReportClaudeCode, ReportCommand, ReportCost, ReportKeys, ReportUsage, Shape, Span,
};
pub(crate) use table_format::TableFormat;

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

/// Keeps a Claude organization in git: members, roles, invites, workspaces, workspace memberships
/// and API-key statuses.
#[derive(Debug, Parser)]
#[command(name = "bylaws", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Increase verbosity: -v logs requests, -vv everything; RUST_LOG filters in detail.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,

    /// When to use color; `auto` checks the terminal, NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: ColorChoice,

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
    /// Show a saved plan or report.
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
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// The output formats of plans and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// One comment for a pull request, always short enough for GitHub and GitLab.
    Markdown,
    /// GitHub Actions annotations on the lines that cause refused, blocked or failed changes; the text goes to
    /// standard error.
    Github,
    /// JUnit XML, for CI systems that show test results.
    Junit,
}

impl From<Format> for DocumentFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
        }
    }
}

/// Options for the Markdown of a plan or a report.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Comment {
    /// Name in the first line of the Markdown, by which the comment is found and edited in place; separates several
    /// configurations in one repository [default: PATH].
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new(), help_heading = "Markdown")]
    pub(crate) comment_name: Option<String>,
    /// URL of the full output, such as the CI run; the Markdown links to it.
    #[arg(long, value_name = "URL", value_parser = Link::parse, help_heading = "Markdown")]
    pub(crate) link: Option<Link>,
}

/// The output formats of `validate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProblemFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// GitHub Actions annotations on the lines of a pull request.
    Github,
    /// JUnit XML, for CI systems that show test results.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
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
}

/// The API to use, the credential and the longest wait.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Connection {
    /// URL of the API; plain http only to this machine [env: BYLAWS_API_URL] [default: https://api.anthropic.com].
    #[arg(long, value_name = "URL", help_heading = "Service")]
    pub(crate) api_url: Option<String>,

    /// File with the Admin API key. Without it, ANTHROPIC_ADMIN_KEY or ANTHROPIC_AUTH_TOKEN is read; a key is never an
    /// argument.
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
pub(crate) struct Plan {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Save the plan for `apply --plan`.
    #[arg(long, value_name = "FILE", conflicts_with = "live")]
    pub(crate) out: Option<PathBuf>,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Compare with the files of this revision, such as the target branch of a pull request: shows what this commit
    /// changes apart from drift, and which rules it changes.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Restrict the plan to this address and what it depends on, such as member/ada@acme.com (covers their
    /// invite and workspace memberships) or workspace/production (covers everything in it). Repeatable.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) only: Vec<Address>,
    /// Additional guards file; the stricter limit applies.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    /// Plan as of this date instead of the service's current date.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// Exit with 2 if changes are pending.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Exit with 2 also if anything is waiting, blocked or reported; treat warnings about the files as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full instead of ten entries each.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Apply {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Saved plan to apply; sends only its changes, and stops if one of them is stale.
    #[arg(long, value_name = "FILE", conflicts_with = "expect")]
    pub(crate) plan: Option<PathBuf>,
    /// Fingerprint of the reviewed plan; any other plan is refused.
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) expect: Option<String>,
    /// Compare with the files of this revision; in unattended runs, the last commit that was applied in full.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Reviewed plan as JSON, or a folder of them. Unless every change that this commit causes is in one of them,
    /// nothing is sent. Repeatable.
    #[arg(long, value_name = "PATH", requires = "base", conflicts_with = "plan")]
    pub(crate) reviewed: Vec<PathBuf>,
    /// Apply only this address and what it depends on, such as member/ada@acme.com (covers their invite and
    /// workspace memberships) or workspace/production (covers everything in it). Repeatable.
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with = "plan")]
    pub(crate) only: Vec<Address>,
    /// Additional guards file; the stricter limit applies.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    /// Apply without asking for confirmation.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Maximum number of concurrent changes; 1 sends them strictly in plan order.
    #[arg(long, value_name = "N", default_value = "8", value_parser = parallelism)]
    pub(crate) parallelism: Parallelism,
    /// Journal file; records every write before and after it is sent.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Apply even if the files differ from the commit.
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Apply even if the commit is not the tip of its upstream, or git cannot tell whether it is.
    #[arg(long)]
    pub(crate) allow_stale: bool,
    /// Exit with 2 if anything is waiting, blocked or reported; treat warnings about the files as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Output format of the report.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full instead of ten entries each.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// Saved plan, or the JSON of a plan or report.
    pub(crate) file: PathBuf,
    /// Output format.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full instead of ten entries each.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
}

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

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// Folder to write to; must not contain YAML files, because all files of a folder are read together.
    #[arg(default_value = "bylaws")]
    pub(crate) dir: PathBuf,
    /// Write one file with this name instead of a folder; it must not exist.
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    pub(crate) single: Option<PathBuf>,
    /// Show what the live organization would change in the existing files, and write nothing.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Exit with 2 if --diff shows a change.
    #[arg(long, requires = "diff")]
    pub(crate) detailed_exitcode: bool,
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
    /// Accept only the credential in this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) credential_file: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "write a time such as `90s` or `5m`".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time cannot be negative".to_owned())
}

fn address(text: &str) -> Result<Address, String> {
    parse_address(text).ok_or_else(|| {
        "write an address as plans show it, such as `member/ada@acme.com` or `workspace/production`"
            .to_owned()
    })
}

/// At 100 requests per minute, more concurrent changes would wait longer than the lists they rely on stay valid.
fn parallelism(text: &str) -> Result<Parallelism, String> {
    let wrong = || "write a number from 1 to 16".to_owned();
    let number: usize = text.parse().map_err(|_| wrong())?;
    Parallelism::new(number).filter(|_| number <= 16).ok_or_else(wrong)
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
