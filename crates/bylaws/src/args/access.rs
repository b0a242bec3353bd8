//! The arguments of `bylaws access`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::{Connection, TableFormat, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Access {
    /// A YAML file or a folder, for the reasons: which line or team gives what [default: bylaws.yaml or
    /// bylaws/, where one of them is there].
    pub(crate) path: Option<PathBuf>,
    /// What the files ask for, as though all of it were applied: needs neither credential nor network.
    #[arg(long, conflicts_with = "live")]
    pub(crate) files: bool,
    /// Take the live side from a snapshot: needs neither credential nor network.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// What changed between two states. Each is a git revision (the files of that commit), a snapshot, `live`
    /// for the service, or nothing for the files as they are now: `v1..v2`, `origin/main..`,
    /// `q3.json..live`.
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["live", "files"])]
    pub(crate) diff: Option<String>,
    /// In which order to tell it.
    #[arg(long, value_enum, default_value_t = By::Person)]
    pub(crate) by: By,
    /// Only these people, by address.
    #[arg(long, value_name = "EMAIL")]
    pub(crate) person: Vec<String>,
    /// Only these workspaces, by name, id or what the files call them.
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) workspace: Vec<String>,
    /// Only people in these teams.
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Vec<String>,
    /// Only this role, in a workspace or in the organization.
    #[arg(long, value_name = "ROLE", conflicts_with = "who_can")]
    pub(crate) role: Option<String>,
    /// Everybody with this role or a stronger one, such as workspace_developer; `reach` for any.
    #[arg(long, value_name = "ROLE")]
    pub(crate) who_can: Option<String>,
    /// As on this day instead of the service's own, or today for files.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// In which order access is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each person with their workspaces.
    Person,
    /// Each workspace with its people.
    Workspace,
    /// Each role with who has it where.
    Role,
}

impl From<By> for bylaws_output::render::access::By {
    fn from(by: By) -> Self {
        match by {
            By::Person => Self::Person,
            By::Workspace => Self::Workspace,
            By::Role => Self::Role,
        }
    }
}
