//! `bylaws show`: shows a saved plan, or the JSON of a plan, a report or drift.

use bylaws_output::document::drift::DriftDocument;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::render;

use super::printed::Printed;
use crate::args::Show;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;
use crate::{bounded, journal, saved};

pub(crate) fn run(args: &Show, world: &mut World) -> Result<ExitStatus, Failure> {
    let printed = Printed::of(&args.output, world)?;
    let path = world.path(&args.file);
    let text = bounded::read_to_string(&path, bounded::DOCUMENT).map_err(Failure::io(&path, "read"))?;
    let mut status = ExitStatus::Done;
    let text = match serde_json::from_str::<PlanDocument>(&text) {
        Ok(plan) => {
            // A damaged saved plan is not shown as a plan.
            let plan = if plan.digest.is_some() { saved::open(&path)? } else { plan };
            if plan.summary.too_large {
                status = ExitStatus::Refused;
            }
            printed.log(|view| render::plan::render(&plan, view), world);
            printed.plan(&plan)
        }
        Err(no_plan) => {
            if let Ok(drift) = serde_json::from_str::<DriftDocument>(&text) {
                printed.log(|view| render::drift::render(&drift, view), world);
                world.show(printed.drift(&drift));
                return Ok(status);
            }
            let report: ReportDocument = serde_json::from_str(&text).map_err(|no_report| {
                let help = if journal::is_one(&text) {
                    "run `bylaws journal show`: this is a journal"
                } else {
                    "pass what `plan --out`, `plan --format json`, `drift --format json` or `apply --format json` wrote"
                };
                let reason = format!("neither a plan ({no_plan}) nor a report ({no_report})");
                Failure::document(&path, reason, help)
            })?;
            printed.log(|view| render::report::render(&report, view), world);
            printed.report(&report)
        }
    };
    world.show(text);
    Ok(status)
}
