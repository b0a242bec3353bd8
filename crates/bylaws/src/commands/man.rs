//! `bylaws man`: manual pages, one a command.

use std::path::Path;

use crate::args;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) fn run(dir: &Path, world: &mut World) -> Result<ExitStatus, Failure> {
    let dir = world.path(dir);
    let failed = |error| Failure::Io { path: dir.clone(), what: "write manual pages to", error };
    std::fs::create_dir_all(&dir).map_err(failed)?;
    clap_mangen::generate_to(args::command(), &dir).map_err(failed)?;
    world.error(format!("manual pages written to {}", dir.display()));
    Ok(ExitStatus::Done)
}
