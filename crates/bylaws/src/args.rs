//! The command line as typed values. Parsing does nothing; `commands/` does.
//! The comments here are what `--help` prints, so they are plain text.

#![expect(clippy::doc_markdown, reason = "help is printed as it stands, without Markdown")]

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

use bylaws_output::render::markdown::Link;

/// What follows the commands and options in the help.
const EXIT_CODES: &str = "\
Exit codes:
  0  In sync, or done
  1  Failed, or wrong use of the command line
  2  Changes pending (plan --detailed-exitcode), or something was found (audit --fail-on)
  3  A guard refused
  4  The files have problems, or there are none
  5  Applied in part
  6  The plan no longer fits";

/// Keeps a Claude organization in git: members, roles, invites, workspaces, workspace memberships
/// and API-key statuses.
#[derive(Debug, Parser)]
#[command(name = "bylaws", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// More about what happens: -v requests, -vv everything. RUST_LOG says it more finely.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,

    /// When to use colours. `auto` looks at the terminal, NO_COLOR and CLICOLOR_FORCE.
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
    /// Check the files, offline: every problem, with its place.
    Validate(Validate),
    /// Explain a problem of the files or a finding of an audit by its code, or list all of them.
    Explain(Explain),
    /// Show what apply would do.
    Plan(Plan),
    /// Carry the plan out: the changes it shows, and nothing else.
    Apply(Apply),
    /// Show a saved plan or report again.
    Show(Show),
    /// Look for what a review should: dormant people, old keys, stale invites, spending, and the like.
    Audit(Audit),
    /// Who may do what, where, and why.
    Access(Access),
    /// Usage, cost, Claude Code and keys as tables; or everything as one page.
    Report(Report),
    /// Add people to the files.
    Onboard(Onboard),
    /// The edits of the files for somebody who leaves, and everything to do by hand.
    Offboard(Offboard),
    /// Check or read the journal that apply keeps.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Post the Markdown of a plan or report as one comment or issue, edited in place.
    ///
    /// The token is read from GITHUB_TOKEN or GITLAB_TOKEN, never from an argument. Prints the address of what
    /// was posted. Exits with 0 where the text stands there now, and with 1 where it does not.
    #[command(subcommand)]
    Comment(PostCommand),
    /// Write the live organization as files; a plan right after it is empty.
    Import(Import),
    /// Save the live state, for `plan --live` and as a seed for the emulator.
    Snapshot(Snapshot),
    /// Say which organization this is, with which credential, and what it may read.
    Whoami(Whoami),
    /// Print a JSON Schema.
    Schema(Schema),
    /// Serve an organization in memory, to try things out.
    Emulator(Emulator),
    /// The whole story against a built-in emulator: no file, key or network needed.
    Demo,
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Write manual pages into a folder.
    Man {
        /// The folder; made where it is missing.
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

/// How plans and reports print: for people, programs, and the places where reviews happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// For people.
    Text,
    /// One document.
    Json,
    /// One comment on a pull request; short enough for GitHub and GitLab, however many changes there are.
    Markdown,
    /// Annotations on the lines that ask for what is refused, blocked or failed, as workflow commands of
    /// GitHub Actions; the text goes to standard error.
    Github,
    /// JUnit XML, for places that show tests.
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

/// What a comment says beyond the plan or the report.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Comment {
    /// The name in the first line of the Markdown, by which a comment is found and edited in place; tells
    /// the configurations of one repository apart [default: PATH].
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new(), help_heading = "Markdown")]
    pub(crate) comment_name: Option<String>,
    /// Where everything can be read, such as the run of CI: the Markdown links to it.
    #[arg(long, value_name = "URL", value_parser = Link::parse, help_heading = "Markdown")]
    pub(crate) link: Option<Link>,
}

/// How `validate` prints: for people, programs, and the places where reviews happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProblemFormat {
    /// For people.
    Text,
    /// One document.
    Json,
    /// Annotations on the lines of a pull request, as workflow commands of GitHub Actions.
    Github,
    /// JUnit XML, for places that show tests.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// The files.
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

/// Where the service is and who asks.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Connection {
    /// Where the service is; plain http only to this machine [env: BYLAWS_API_URL] [default:
    /// https://api.anthropic.com].
    #[arg(long, value_name = "URL", help_heading = "Service")]
    pub(crate) api_url: Option<String>,

    /// A file that holds the Admin API key. Otherwise ANTHROPIC_ADMIN_KEY or ANTHROPIC_AUTH_TOKEN is
    /// read; never an argument.
    #[arg(long, value_name = "FILE", help_heading = "Service")]
    pub(crate) credential_file: Option<PathBuf>,

    /// The longest the service may ask a request to wait, e.g. 90s or 5m.
    #[arg(long, default_value = "5m", value_parser = duration, value_name = "TIME", help_heading = "Service")]
    pub(crate) max_wait: Duration,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Validate {
    /// A YAML file or a folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = ProblemFormat::Text)]
    pub(crate) format: ProblemFormat,
    /// Warnings are errors.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// Such as BL0301 or BA0301, or unknown-key.
    pub(crate) code: Option<String>,
    /// Write a page for each problem of the files into a folder.
    #[arg(long, value_name = "DIR", conflicts_with = "code")]
    pub(crate) dir: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "dir")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    /// A YAML file or a folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Save the plan for `apply --plan`.
    #[arg(long, value_name = "FILE", conflicts_with = "live")]
    pub(crate) out: Option<PathBuf>,
    /// Plan against a snapshot: needs neither credential nor network.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Compare with the files of this revision, such as the branch that a pull request targets: shows what this commit
    /// changes apart from drift, and which rules it changes.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Restrict the plan to this address and what it depends on, such as member/ada@acme.com (covers their
    /// invite and workspace memberships) or workspace/production (covers everything in it). Repeatable.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) only: Vec<Address>,
    /// Guards that hold as well; the stricter wins.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    /// Plan as on this day instead of the service's own.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// Exit with 2 where changes are pending.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Exit with 2 where anything is waiting, blocked or reported, too; warnings about the files are
    /// errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full; without it, each is cut to ten entries.
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
    /// A YAML file or a folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// A saved plan: only changes in it are sent, and none may have moved since.
    #[arg(long, value_name = "FILE", conflicts_with = "expect")]
    pub(crate) plan: Option<PathBuf>,
    /// The fingerprint of the plan that was reviewed; any other plan is refused.
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) expect: Option<String>,
    /// Compare with the files of this revision; unattended, the one whose apply left nothing to do.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Send only what was reviewed: a plan as JSON, or a folder of them. Every change that this commit causes must
    /// be in one of these plans, or nothing is sent. Repeatable.
    #[arg(long, value_name = "PATH", requires = "base", conflicts_with = "plan")]
    pub(crate) reviewed: Vec<PathBuf>,
    /// Apply only this address and what it depends on, such as member/ada@acme.com (covers their invite and
    /// workspace memberships) or workspace/production (covers everything in it). Repeatable.
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with = "plan")]
    pub(crate) only: Vec<Address>,
    /// Guards that hold as well; the stricter wins.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Number of changes that may be under way at once; 1 sends them strictly in plan order.
    #[arg(long, value_name = "N", default_value = "8", value_parser = parallelism)]
    pub(crate) parallelism: Parallelism,
    /// Record every write before and after it is sent.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Apply files that differ from the commit.
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Apply a commit that is not the tip of its upstream, or of which git cannot say whether it is.
    #[arg(long)]
    pub(crate) allow_stale: bool,
    /// Exit with 2 where anything is waiting, blocked or reported; warnings about the files are errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full; without it, each is cut to ten entries.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// A saved plan, or the JSON of a plan or report.
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full; without it, each is cut to ten entries.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Check that nothing was edited, dropped, moved or cut off.
    Verify(JournalVerify),
    /// Show the runs and what each of them wrote.
    Show(JournalShow),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JournalVerify {
    /// The journal.
    pub(crate) file: PathBuf,
    /// The head that apply printed: the record with this hash must be there. Without it, nothing
    /// shows that whole runs were cut off the end, or that somebody computed all hashes anew.
    #[arg(long, value_name = "HASH")]
    pub(crate) head: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JournalShow {
    /// The journal.
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The folder to write; it must not hold YAML files yet, as all files of a folder are one.
    #[arg(default_value = "bylaws")]
    pub(crate) dir: PathBuf,
    /// Write one file of this name instead of a folder; it must not be there yet.
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    pub(crate) single: Option<PathBuf>,
    /// Write nothing: show what the live organization would change in the files that are there.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Exit with 2 where --diff shows a change.
    #[arg(long, requires = "diff")]
    pub(crate) detailed_exitcode: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Snapshot {
    /// Where to write it; `-` for standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Whoami {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Schema {
    /// Of what.
    #[arg(value_enum, default_value_t = SchemaKind::Config)]
    pub(crate) kind: SchemaKind,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Emulator {
    /// Where to listen; port 0 takes a free one. The address is the first line printed.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// The organization to begin with: a seed or a snapshot.
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Answer this many milliseconds late.
    #[arg(long, default_value_t = 0, value_name = "MS")]
    pub(crate) latency: u64,
    /// Allow this many requests a minute.
    #[arg(long, value_name = "N")]
    pub(crate) rate_limit: Option<std::num::NonZeroU32>,
    /// A list of fault rules.
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
    Address::parse(text).ok_or_else(|| {
        "write an address as plans show it, such as `member/ada@acme.com` or `workspace/production`"
            .to_owned()
    })
}

/// More at once would wait longer for their turn at 100 requests a minute than a list may be relied on.
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
