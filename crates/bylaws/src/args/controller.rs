//! The arguments of `bylaws controller`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::format::Format;

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Controller {
    /// Configuration of the controller [default: controller.yaml].
    pub(crate) config: Option<PathBuf>,
    /// Run one round for each organization and exit, for cron and CI.
    #[arg(long)]
    pub(crate) once: bool,
    /// Serve the page, metrics, health and the hook at this address; only this machine can reach the default.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9820", conflicts_with = "once")]
    pub(crate) listen: SocketAddr,
    #[command(subcommand)]
    pub(crate) command: Option<ControllerCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ControllerCommand {
    /// Show the condition of every organization, or everything about one.
    Status(ControllerStatus),
    /// Stop all writes to an organization, also in the middle of an apply.
    Suspend(ControllerSuspend),
    /// End a suspension.
    Resume(ControllerName),
    /// Let one plan through, held changes included; used once, within 24 hours.
    Approve(ControllerApprove),
    /// Start the next round of an organization now.
    Run(ControllerName),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ControllerStatus {
    /// Name of the organization in the configuration [default: all].
    pub(crate) name: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) config: ControllerConfig,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ControllerName {
    /// Name of the organization in the configuration.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) config: ControllerConfig,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ControllerSuspend {
    /// Name of the organization in the configuration.
    pub(crate) name: String,
    /// Why; everybody who looks at the status sees it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// When it ends by itself: a time such as 2026-12-01T09:00:00Z, or how long, such as 4h.
    #[arg(long, value_name = "TIME", value_parser = until)]
    pub(crate) until: Option<Until>,
    #[command(flatten)]
    pub(crate) config: ControllerConfig,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ControllerApprove {
    /// Name of the organization in the configuration.
    pub(crate) name: String,
    /// Fingerprint of the plan, as `controller status` shows it.
    #[arg(required_unless_present = "withdraw", conflicts_with = "withdraw")]
    pub(crate) fingerprint: Option<String>,
    /// Withdraw an approval that was not used yet.
    #[arg(long)]
    pub(crate) withdraw: bool,
    #[command(flatten)]
    pub(crate) config: ControllerConfig,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ControllerConfig {
    /// Configuration of the controller [default: controller.yaml].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The end of a suspension.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    At(Timestamp),
    In(SignedDuration),
}

fn until(text: &str) -> Result<Until, String> {
    if let Ok(at) = text.parse() {
        return Ok(Until::At(at));
    }
    let time: Option<SignedDuration> = text.parse().ok();
    let time = time.filter(SignedDuration::is_positive).map(Until::In);
    time.ok_or_else(|| "write a time such as `2026-12-01T09:00:00Z`, or how long, such as `4h`".to_owned())
}
