//! The arguments of `bylaws plan`, `bylaws apply` and `bylaws show`.

use std::path::PathBuf;

use bylaws_engine::hold::Hold;
use bylaws_engine::{Address, Parallelism};
use bylaws_kinds::parse_address;
use clap::Args as ClapArgs;
use jiff::civil::Date;

use super::format::Output;
use super::{Connection, date};

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
    /// List changes with this cause or class under `held`, as apply does.
    #[arg(long, value_name = "CAUSE|CLASS", value_parser = hold, hide = true)]
    pub(crate) hold: Vec<Hold>,
    /// Journal of earlier applies; guards count what they sent within 24 hours.
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) journal: Option<PathBuf>,
    /// Read the files of this revision instead of those in the folder.
    #[arg(long, value_name = "REV", requires = "path", hide = true)]
    pub(crate) revision: Option<String>,
    /// Exit with 2 if changes are pending.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Exit with 2 also if anything is waiting, blocked or reported; treat warnings about the files as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
#[command(mut_arg("format", |arg| arg.help("Output format of the report")))]
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
    /// List changes with this cause (such as drift) or class (such as access_loss) instead of sending them.
    /// Repeatable. Causes need `--base`.
    #[arg(long, value_name = "CAUSE|CLASS", value_parser = hold)]
    pub(crate) hold: Vec<Hold>,
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
    /// Read the files of this revision instead of those in the folder.
    #[arg(long, value_name = "REV", requires = "path", hide = true)]
    pub(crate) revision: Option<String>,
    /// Stop before the next write once this file exists.
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) stop_file: Option<PathBuf>,
    /// Apply even if the files differ from the commit.
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Apply even if the commit is not the tip of its upstream, or git cannot tell whether it is.
    #[arg(long)]
    pub(crate) allow_stale: bool,
    /// Exit with 2 if anything is waiting, blocked or reported; treat warnings about the files as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Drift {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Restrict the output to this address, such as member/ada@acme.com (covers their invite and workspace
    /// memberships) or workspace/production (covers everything in it). Repeatable.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) only: Vec<Address>,
    /// Additional guards file; the stricter limit applies.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    /// Exit with 2 if anything differs.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// Saved plan, or the JSON of a plan, a report or drift.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) output: Output,
}

pub(super) fn address(text: &str) -> Result<Address, String> {
    parse_address(text).ok_or_else(|| {
        "write an address as plans show it, such as `member/ada@acme.com` or `workspace/production`"
            .to_owned()
    })
}

fn hold(text: &str) -> Result<Hold, String> {
    let words = || Hold::all().map(Hold::as_str).collect::<Vec<_>>().join(", ");
    Hold::parse(text).ok_or_else(|| format!("use one of {}", words()))
}

/// At 100 requests per minute, more concurrent changes would wait longer than the lists they rely on stay valid.
fn parallelism(text: &str) -> Result<Parallelism, String> {
    let wrong = || "write a number from 1 to 16".to_owned();
    let number: usize = text.parse().map_err(|_| wrong())?;
    Parallelism::new(number).filter(|_| number <= 16).ok_or_else(wrong)
}
