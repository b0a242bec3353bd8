//! The arguments of `bylaws access`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::{Connection, TableFormat, date};

#[derive(Debug, ClapArgs)]
pub(crate) struct Access {
    /// YAML file or folder for the reasons, which name a line or a team [default: bylaws.yaml or bylaws/, if one
    /// exists].
    pub(crate) path: Option<PathBuf>,
    /// Show the access that the files ask for, as if fully applied; works offline.
    #[arg(long, conflicts_with = "live")]
    pub(crate) files: bool,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    /// Show what changed between two states. Each is a git revision (the files of that commit), a snapshot, `live`
    /// (the service) or empty (the current files): `v1..v2`, `origin/main..`, `q3.json..live`.
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["live", "files"])]
    pub(crate) diff: Option<String>,
    /// Grouping of the output.
    #[arg(long, value_enum, default_value_t = By::Person)]
    pub(crate) by: By,
    /// Only these people, by e-mail address.
    #[arg(long, value_name = "EMAIL")]
    pub(crate) person: Vec<String>,
    /// Only these workspaces, by name, id or label in the files.
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) workspace: Vec<String>,
    /// Only members of these teams.
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Vec<String>,
    /// Only this role, in a workspace or in the organization.
    #[arg(long, value_name = "ROLE", conflicts_with = "who_can")]
    pub(crate) role: Option<String>,
    /// Only people with this role or a stronger one, such as workspace_developer; `reach` matches any role.
    #[arg(long, value_name = "ROLE")]
    pub(crate) who_can: Option<String>,
    /// Access as of this date instead of the service's current date, or today's for files.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// How access is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each person with their workspaces.
    Person,
    /// Each workspace with its people.
    Workspace,
    /// Each role with the people who have it, and where.
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
