//! The arguments of `bylaws onboard` and `bylaws offboard`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Connection;

#[derive(Debug, ClapArgs)]
pub(crate) struct Onboard {
    /// The address of who arrives.
    pub(crate) email: String,
    /// A YAML file or a folder [default: bylaws.yaml, else bylaws/].
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Offboard {
    /// The address of who leaves.
    pub(crate) email: String,
    /// A YAML file or a folder [default: bylaws.yaml, else bylaws/].
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
