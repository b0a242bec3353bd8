//! `bylaws validate`: offline, never looks at a clock.

use serde_json::json;

use super::files;
use crate::args::{Format, Validate};
use crate::document::pretty;
use crate::exit::{ExitStatus, Failure};
use crate::render::problems;
use crate::world::World;

pub(crate) fn run(args: &Validate, world: &mut World) -> Result<ExitStatus, Failure> {
    let root = files::find(args.path.as_ref(), world)?;
    let loaded = bylaws_config::load(&world.path(&root.path)).map_err(Failure::NoFiles)?;
    let (errors, warnings) = files::counts(&loaded.problems);
    let text = match args.format {
        Format::Text if loaded.problems.is_empty() => {
            let n = loaded.files.len();
            format!("{}: no problems in {}\n", root.path.display(), crate::render::plan::plural(n, "file"))
        }
        Format::Text => problems::render(&loaded.problems, &loaded.files, &root, world.style()) + "\n",
        Format::Json => pretty(&json!({
            "format_version": 1,
            "problems": loaded.problems.iter().map(|problem| json!({
                "severity": match problem.rule.severity {
                    bylaws_config::Severity::Error => "error",
                    bylaws_config::Severity::Warning => "warning",
                },
                "code": problem.rule.code,
                "rule": problem.rule.name,
                "message": problem.message,
                "file": root.shown(&problem.place.file),
                "line": problem.place.line,
                "column": problem.place.column,
                "help": problem.help,
                "related": problem.secondary.iter().map(|(place, label)| json!({
                    "file": root.shown(&place.file),
                    "line": place.line,
                    "column": place.column,
                    "message": label,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "summary": { "errors": errors, "warnings": warnings, "files": loaded.files.len() },
        })),
    };
    world.print(&text);
    let bad = errors > 0 || args.strict && warnings > 0;
    Ok(if bad { ExitStatus::Files } else { ExitStatus::Done })
}
