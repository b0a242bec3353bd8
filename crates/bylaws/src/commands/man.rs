//! `bylaws man`: writes manual pages, one per command.

use std::fs;
use std::path::Path;

use crate::exit::{ExitStatus, Failure};
use crate::world::World;
use crate::{args, output_file};

/// Completes "cannot …".
const WHAT: &str = "write manual pages to";

pub(crate) fn run(dir: &Path, world: &mut World) -> Result<ExitStatus, Failure> {
    let dir = world.path(dir);
    let failed = Failure::io(&dir, WHAT);
    fs::create_dir_all(&dir).map_err(&failed)?;
    // The library would follow a link at the target path.
    let made = tempfile::tempdir().map_err(&failed)?;
    clap_mangen::generate_to(args::command(), made.path()).map_err(&failed)?;
    for page in fs::read_dir(made.path()).map_err(&failed)? {
        let page = page.map_err(&failed)?;
        let content = fs::read(page.path()).map_err(&failed)?;
        output_file::write_public(&dir.join(page.file_name()), &content, WHAT)?;
    }
    world.error(format!("manual pages written to {}", dir.display()));
    Ok(ExitStatus::Done)
}
