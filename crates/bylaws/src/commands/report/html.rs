//! `bylaws report --html`: reads everything once, and writes it as one page.
//!
//! Each part of the page is a file here; a part that is not available says why on the page.

mod live_side;

use std::path::Path;

use bylaws_engine::sentence::plural;
use bylaws_output::document::plan::{OrganizationRef, PlanDocument};
use bylaws_output::render;
use bylaws_reports::page;
use bylaws_reports::page::document::PageDocument;
use live_side::LiveSide;

use crate::args::Page;
use crate::commands::audit;
use crate::commands::files::{self, Files};
use crate::commands::plan;
use crate::exit::{ExitStatus, Failure};
use crate::live::read::Reading;
use crate::live::review::{self, Review};
use crate::log::timed;
use crate::output_file;
use crate::world::World;

pub(super) async fn run(args: &Page, world: &mut World) -> Result<ExitStatus, Failure> {
    let Some(out) = &args.html else {
        return Err(Failure::other(
            "no report is named",
            "name one of usage, cost, claude-code, keys and access, or write everything as one page with --html FILE",
        ));
    };
    // The page shows live state without files too.
    let files = files::load_if_any(args.path.as_ref(), world)?;
    let side = live_side::read(args, files.as_ref(), world).await?;
    let refused = |what: &&bylaws_engine::audit::Unseen| side.review.refused.contains(what);
    for (what, why) in side.review.unseen.iter().filter(|(what, _)| refused(what)) {
        world.error(render::unseen(*what, why));
    }
    let document = document(side, files.as_ref());
    let page = timed("page made", || page::page(&document));
    if out == Path::new("-") {
        world.print(&page);
        return Ok(ExitStatus::Done);
    }
    output_file::write_private(&world.path(out), &page, "write the page to")?;
    world.error(format!(
        "{}: {}, {}, {}, {}",
        render::escape::escape(&out.display().to_string()),
        size(page.len()),
        plural(document.access.people.len(), "person"),
        plural(document.access.workspaces.len(), "workspace"),
        plural(document.reads, "read request"),
    ));
    Ok(ExitStatus::Done)
}

fn document(side: LiveSide, files: Option<&Files>) -> PageDocument {
    let LiveSide { review, snapshot, reads, usage, cost, seen } = side;
    let today = review.today();
    let plan = planned(files, &review);
    let desired = files.map(|files| &files.desired);
    let access = page::access(&review.live, desired, today, &review.observed, &seen);
    let audit = files.map(|files| audit::judge(files, &review, 0, today));
    let findings = audit.as_ref().map(|audit| page::findings(audit, &access.people));
    PageDocument {
        organization: OrganizationRef { id: review.live.id.to_string(), name: review.live.name.clone() },
        today: today.to_string(),
        bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
        files: files.map(|files| files.root.written()),
        commit: plan.as_ref().ok().and_then(|plan| plan.config.commit.clone()),
        snapshot,
        reads,
        access,
        findings: findings.ok_or("the audit needs files, and there are none").into(),
        usage,
        cost,
        drift: plan.as_ref().map(page::drift).into(),
    }
}

/// Plans without the guards file of CI, or says why not: the page shows differences and does not refuse a plan.
fn planned(files: Option<&Files>, review: &Review) -> Result<PlanDocument, String> {
    let files = files.ok_or("there are no files to compare with")?;
    let Some(live) = review::for_plan(&files.desired, &review.live) else {
        let why: Vec<&str> = review.unseen.values().map(String::as_str).collect();
        return Err(format!("the credential may not read what a plan needs: {}", why.join("; ")));
    };
    let today = review.today();
    let plan = plan::of(&bylaws_kinds::Basis::new(&files.desired, today), &Reading::new(live, review.now));
    Ok(plan::document(&plan, files, None, &[], today))
}

/// `812 KB`, `2.8 MB`.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
