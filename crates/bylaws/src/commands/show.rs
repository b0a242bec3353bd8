//! `bylaws show`: a saved plan, or the JSON of a plan or report, again.

use super::comment;
use crate::args::{DocumentFormat, Show};
use crate::bounded;
use crate::document::plan::PlanDocument;
use crate::document::report::ReportDocument;
use crate::document::{pretty, saved};
use crate::exit::{ExitStatus, Failure};
use crate::render;
use crate::world::World;

pub(crate) fn run(args: &Show, world: &mut World) -> Result<ExitStatus, Failure> {
    let comment = comment::of(&args.comment, args.format)?;
    let path = world.path(&args.file);
    let text = bounded::read_to_string(&path, bounded::DOCUMENT).map_err(|error| Failure::Io {
        path: path.clone(),
        what: "read",
        error,
    })?;
    let text = match (serde_json::from_str::<PlanDocument>(&text), args.format) {
        (Ok(plan), format) => {
            // A saved plan that is damaged is not shown as if it were one.
            let plan = if plan.digest.is_some() { saved::open(&path)? } else { plan };
            match format {
                DocumentFormat::Text => render::plan::render(&plan, world.style()),
                DocumentFormat::Json => pretty(&plan),
                DocumentFormat::Markdown => render::markdown::plan(&plan, &comment),
            }
        }
        (Err(no_plan), format) => {
            let report: ReportDocument =
                serde_json::from_str(&text).map_err(|no_report| Failure::Document {
                    path: path.clone(),
                    reason: format!("neither a plan ({no_plan}) nor a report ({no_report})"),
                    help: "show takes what `plan --out`, `plan --format json` or `apply --format json` wrote",
                })?;
            match format {
                DocumentFormat::Text => render::report::render(&report, world.style()),
                DocumentFormat::Json => pretty(&report),
                DocumentFormat::Markdown => render::markdown::report(&report, &comment),
            }
        }
    };
    world.answer(args.format, &text);
    Ok(ExitStatus::Done)
}
