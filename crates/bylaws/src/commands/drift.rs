//! `bylaws drift`: where the organization differs from the commit in force, and both ways out.

use std::collections::BTreeSet;

use bylaws_engine::{Address, Cause};
use bylaws_kinds::Base;
use bylaws_output::document::changed_by::Attributions;
use bylaws_output::document::drift::DriftDocument;
use bylaws_output::render;

use super::committed;
use super::files::{self, Files};
use super::plan::{self, LiveSide};
use super::printed::Printed;
use crate::args::Drift;
use crate::exit::{ExitStatus, Failure};
use crate::git::Repository;
use crate::progress::Progress;
use crate::world::World;

pub(crate) async fn run(args: &Drift, world: &mut World) -> Result<ExitStatus, Failure> {
    let printed = Printed::of(&args.output, world)?;
    let progress = Progress::new(world);
    let mut files = committed(args, world)?;
    files.load_guards(args.guards.as_ref(), false, world)?;
    let live = match &args.live {
        Some(snapshot) => LiveSide::Snapshot(world.path(snapshot)),
        None => LiveSide::service(false, &args.connection, &progress, world),
    };
    let (reading, reader) = live.read(&files.desired, true, &progress, world).await?;
    let today = reading.today();
    // Nothing in it is caused by a commit.
    let basis = files.basis(today, reading.clocks, Some(Base::Files(&files.desired)));
    let plan = plan::select(plan::of(&basis, &reading), &args.only, &reading, &basis)?;
    let mut document = plan::document(&plan, &files, None, &args.only, today);
    if args.live.is_some() {
        document.reads.clear();
    }
    let attributions = match &reader {
        Some(reader) => {
            let changes = plan.changes.iter().filter(|change| change.cause == Some(Cause::Drift));
            let drift: BTreeSet<&Address> = changes
                .map(|change| &change.address)
                .chain(plan.blocked.iter().map(|item| &item.address))
                .collect();
            plan::attributions(reader, &plan, &reading, &drift, &mut document).await
        }
        None => Attributions::default(),
    };
    let drift = DriftDocument::of(&plan, &document, &attributions);
    let text = printed.drift(&drift);
    printed.log(|view| render::drift::render(&drift, view), world);
    world.show(text);
    // What was not compared may have been changed.
    let is_clean = drift.drift.is_empty() && drift.not_compared.is_empty();
    Ok(if args.detailed_exitcode && !is_clean { ExitStatus::Pending } else { ExitStatus::Done })
}

/// Returns the files of the checked-out commit: edits that are not committed are not in force. Outside of a repository,
/// the files as they are.
fn committed(args: &Drift, world: &mut World) -> Result<Files, Failure> {
    let root = files::find(args.path.as_ref(), world)?;
    let path = world.path(&root.path);
    if Repository::around(&path).is_none() {
        return files::load(args.path.as_ref(), false, world);
    }
    let (_, loaded) = committed::files(&path, "HEAD")?.load();
    files::accept(loaded, root, world)
}
