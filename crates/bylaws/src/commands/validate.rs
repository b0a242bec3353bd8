//! `bylaws validate`: offline, never looks at a clock.

use super::files;
use crate::args::{ProblemFormat, Validate};
use crate::document::{pretty, problems as document, sarif};
use crate::exit::{ExitStatus, Failure};
use crate::render::plan::plural;
use crate::render::{github, junit, problems};
use crate::world::World;

pub(crate) fn run(args: &Validate, world: &mut World) -> Result<ExitStatus, Failure> {
    let root = files::find(args.path.as_ref(), world)?;
    let loaded = bylaws_config::load(&world.path(&root.path)).map_err(Failure::NoFiles)?;
    let loaded = if args.strict { loaded.strictly() } else { loaded };
    let people = |style| {
        let silenced = match loaded.silenced {
            0 => String::new(),
            n => format!("{} silenced by comments\n", plural(n, "warning")),
        };
        if loaded.problems.is_empty() {
            let files = plural(loaded.files.len(), "file");
            format!("{}: no problems in {files}\n{silenced}", root.path.display())
        } else {
            problems::render(&loaded.problems, &loaded.files, &root, style) + "\n" + &silenced
        }
    };
    let text = match args.format {
        ProblemFormat::Text => people(world.style()),
        ProblemFormat::Json => pretty(&document::document(&loaded, &root)),
        ProblemFormat::Junit => junit::problems(&loaded, &root),
        ProblemFormat::Sarif => pretty(&sarif::document(&loaded, &root)),
        ProblemFormat::Github => {
            // Annotations show on the lines of the change; the log of the job is read by people too.
            world.error(people(world.style()).trim_end());
            github::annotations(&loaded, &root, &github::prefix(world))
        }
    };
    world.print(&text);
    Ok(if loaded.desired.is_none() { ExitStatus::Files } else { ExitStatus::Done })
}
