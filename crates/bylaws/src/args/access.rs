//! The arguments of `bylaws access`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Connection;

#[derive(Debug, ClapArgs)]
pub(crate) struct Access {
    /// A YAML file or a folder [default: bylaws.yaml, else bylaws/].
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
