//! The arguments of `bylaws onboard`, `bylaws offboard` and `bylaws adopt`.

use std::path::PathBuf;

use bylaws_engine::Address;
use clap::Args as ClapArgs;
use jiff::civil::Date;

use super::plan::address;
use super::{Connection, Format, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Onboard {
    /// E-mail addresses of the people to add.
    #[arg(required = true, value_name = "EMAIL")]
    pub(crate) emails: Vec<String>,
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Person whose role, teams and workspaces to copy.
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
    /// E-mail address of the person to remove.
    pub(crate) email: String,
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) edit: Edit,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Adopt {
    /// What to adopt, such as member/ada@acme.com (covers their invite and workspace memberships) or
    /// workspace/production (covers everything in it) [default: every difference].
    #[arg(value_name = "ADDRESS", value_parser = address)]
    pub(crate) addresses: Vec<Address>,
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Adopt only what differs from the files of this revision as well, and keep what the files changed since then.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Write the files instead of only showing the edit.
    #[arg(long)]
    pub(crate) write: bool,
    /// Exit with 2 if anything is skipped.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Additional guards file; the stricter limit applies.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl Adopt {
    /// Returns the options that it shares with the other commands.
    pub(crate) fn edit(&self) -> Edit {
        let Self { write, format, live, guards, connection, .. } = self;
        Edit {
            write: *write,
            format: *format,
            live: live.clone(),
            offline: false,
            guards: guards.clone(),
            connection: connection.clone(),
        }
    }
}

/// The options that `onboard` and `offboard` share.
#[derive(Debug, ClapArgs)]
pub(crate) struct Edit {
    /// Write the files instead of only showing the edit.
    #[arg(long)]
    pub(crate) write: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "offline")]
    pub(crate) live: Option<PathBuf>,
    /// Read the files only, even if there is a credential.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Additional guards file; the stricter limit applies.
    #[arg(long, value_name = "FILE")]
    pub(crate) guards: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
