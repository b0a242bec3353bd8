//! `bylaws plan`: reads, compares, judges, shows. Built on a client that has no writes.

use std::path::PathBuf;

use bylaws_api::{Credential, Reader};
use bylaws_engine::{Guards, Plan as EnginePlan, Ruling};
use jiff::civil::Date;

use super::files::{self, Files};
use super::printed::Printed;
use crate::args::Plan;
use crate::connect;
use crate::document::from_plan::{Context, Places};
use crate::document::plan::PlanDocument;
use crate::document::saved;
use crate::exit::{ExitStatus, Failure};
use crate::git;
use crate::live::read::{self, Asked, Reading};
use crate::live::snapshot::Snapshot;
use crate::private_file;
use crate::progress::Progress;
use crate::render;
use crate::render::log::timed;
use crate::world::World;

pub(crate) async fn run(args: &Plan, world: &mut World) -> Result<ExitStatus, Failure> {
    let printed = Printed::of(args.format, &args.comment, world)?;
    let progress = Progress::new(world);
    let start = std::time::Instant::now();
    // The answer takes longer than the files do. What is wrong with the files is told before anything that is
    // wrong with the connection.
    let live = match &args.live {
        Some(snapshot) => LiveSide::Snapshot(world.path(snapshot)),
        None => LiveSide::Service(connect::reader(&args.connection, &progress, world).map(
            |(reader, credential)| {
                let asked = Asked::now(&reader);
                (reader, credential, asked)
            },
        )),
    };
    let files = printed.load(args.path.as_ref(), args.strict, world)?;
    let guards = files::load_guards(args.guards.as_ref(), args.strict, world)?;
    let reading = match live {
        LiveSide::Snapshot(path) => timed("snapshot read", || from_snapshot(&path, &files))?,
        LiveSide::Service(connected) => {
            let (reader, credential, asked) = connected?;
            let reading = read::read(&reader, asked, &credential, &files.desired, &progress).await;
            progress.finish();
            tracing::debug!(milliseconds = start.elapsed().as_millis(), "live side read");
            reading?
        }
    };
    let today = args.now.unwrap_or_else(|| reading.today());
    let (plan, document) = make(&files, guards.as_ref(), &reading, today);
    let refused = plan.is_refused();
    if let Some(out) = args.out.as_ref().filter(|_| !refused) {
        private_file::write(&world.path(out), &saved::seal(&document, reading.now), "write the plan to")?;
    }
    let text = timed("rendered", || printed.plan(&document));
    printed.log(|style| render::plan::render(&document, style), world);
    world.answer(args.format, &text);
    if let Some(out) = &args.out {
        let said =
            if refused { "not saved: a guard refused the plan" } else { "saved; apply it with --plan" };
        world.error(&format!("{}: {said}", out.display()));
    }
    Ok(status(&document, args.detailed_exitcode, args.strict))
}

/// Where the live side comes from.
enum LiveSide {
    Snapshot(PathBuf),
    /// A client, and the question it has asked already; or why there is none.
    Service(Result<(Reader, Credential, Asked), Failure>),
}

fn from_snapshot(path: &std::path::Path, files: &Files) -> Result<Reading, Failure> {
    let snapshot = Snapshot::load(path)?;
    read::check_organization(&files.desired, snapshot.organization.id.as_str(), &snapshot.organization.name)?;
    snapshot.reading(&files.desired, path)
}

/// The plan, and the document that shows it.
pub(crate) fn make(
    files: &Files,
    guards: Option<&Guards>,
    reading: &Reading,
    today: Date,
) -> (EnginePlan, PlanDocument) {
    let plan = timed("planned", || bylaws_engine::plan(&files.desired, &reading.live, today, guards));
    let context = Context {
        places: Places { origins: &files.origins, root: &files.root },
        digest: &files.digest,
        commit: git::commit(&files.path),
        today,
    };
    let document = timed("document made", || PlanDocument::of(&plan, &context));
    (plan, document)
}

/// Refused beats pending.
fn status(document: &PlanDocument, detailed: bool, strict: bool) -> ExitStatus {
    if document.summary.refused {
        return ExitStatus::Refused;
    }
    if detailed && document.summary.changes > 0 || strict && needs_attention(document) {
        return ExitStatus::Pending;
    }
    ExitStatus::Done
}

/// What `--strict` does not let pass.
pub(crate) fn needs_attention(document: &PlanDocument) -> bool {
    let reported = document.guards.iter().any(|guard| *guard.ruling == Ruling::Reported);
    let summary = &document.summary;
    reported || summary.waiting + summary.blocked + summary.unlisted > 0
}
