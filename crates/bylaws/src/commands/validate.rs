//! `bylaws validate`: checks the files offline, without a clock.

use bylaws_engine::sentence::plural;
use bylaws_output::document::{pretty, problems as document, sarif};
use bylaws_output::render::lines::Lines;
use bylaws_output::render::{github, junit, problems};

use super::files;
use crate::args::{ProblemFormat, Validate};
use crate::exit::{ExitStatus, Failure};
use crate::repository_path::RepositoryPaths;
use crate::world::World;

pub(crate) fn run(args: &Validate, world: &mut World) -> Result<ExitStatus, Failure> {
    let (root, loaded) = files::read(args.path.as_ref(), args.strict, world)?;
    let people = |style, width| {
        let mut lines = if loaded.problems.is_empty() {
            let files = plural(loaded.files.len(), "file");
            Lines::from(format!("{}: no problems in {files}", root.path.display()))
        } else {
            problems::render(&loaded.problems, &loaded.files, &root, style, width)
        };
        if loaded.silenced > 0 {
            lines.extend(format!("{} suppressed by comments", plural(loaded.silenced, "warning")).into());
        }
        lines
    };
    let paths = RepositoryPaths::new(world);
    let text = match args.format {
        ProblemFormat::Text => {
            let text = people(world.style, world.width);
            world.show(text);
            String::new()
        }
        ProblemFormat::Json => {
            pretty(&document::document(&loaded.problems, loaded.files.len(), loaded.silenced, &root))
        }
        ProblemFormat::Junit => junit::problems(&loaded.problems, &loaded.files, &root),
        ProblemFormat::Sarif => {
            pretty(&sarif::document(&loaded.problems, &loaded.files, &root, &|file| paths.of(file)))
        }
        ProblemFormat::Github => {
            // Annotations show on the lines of the change; people also read the log of the job.
            world.error(people(world.style, world.errors_width));
            github::annotations(&loaded.problems, &loaded.files, &root, &|file| paths.of(file))
        }
    };
    world.print(&text);
    Ok(if loaded.desired.is_none() { ExitStatus::Files } else { ExitStatus::Done })
}
