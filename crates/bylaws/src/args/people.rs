//! The arguments of `bylaws onboard` and `bylaws offboard`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::civil::Date;

use super::{Connection, Format, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Onboard {
    /// Addresses of the people to add.
    #[arg(required = true, value_name = "EMAIL")]
    pub(crate) emails: Vec<String>,
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Somebody whose role, teams and workspaces they get.
    #[arg(long, value_name = "EMAIL")]
    pub(crate) like: Option<String>,
    /// Role in the organization [default: the role of --like].
    #[arg(long, value_name = "ROLE", required_unless_present = "like")]
    pub(crate) role: Option<String>,
    /// Team to add them to; repeat it for several.
    #[arg(long = "team", value_name = "TEAM")]
    pub(crate) teams: Vec<String>,
    /// Workspace membership to give them, such as production=workspace_user; repeat it for several.
    #[arg(long = "workspace", value_name = "NAME=ROLE")]
    pub(crate) workspaces: Vec<String>,
    /// Last day of their membership (UTC).
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) until: Option<Date>,
    /// Note to write into their lines.
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) edit: Edit,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Offboard {
    /// The address of who leaves.
    pub(crate) email: String,
    /// A YAML file or a folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) edit: Edit,
}

/// What becomes of an edit, and what is looked at beside the files.
#[derive(Debug, ClapArgs)]
pub(crate) struct Edit {
    /// Write the files. Without it they are only shown.
    #[arg(long)]
    pub(crate) write: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Look at a snapshot instead of the service: needs neither credential nor network.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "offline")]
    pub(crate) live: Option<PathBuf>,
    /// Look at the files alone, even where there is a credential.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Guards that hold as well; the stricter wins.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
