//! `bylaws report --html`: reads everything once, and writes it as one page.
//!
//! A part that is not available says why on the page.

use std::collections::BTreeMap;
use std::path::Path;

use bylaws_api::Reader;
use bylaws_engine::sentence::plural;
use bylaws_engine::{Amount, UserId, WorkspaceId};
use bylaws_output::document::plan::{OrganizationRef, PlanDocument};
use bylaws_output::render;
use bylaws_reports::page::document::{Chart, PageDocument, Section};
use bylaws_reports::page::{self, chart};
use bylaws_reports::{Dimension, Fact, UsageQuestion};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::args::Page;
use crate::commands::audit;
use crate::commands::files::{self, Files};
use crate::commands::plan;
use crate::exit::{ExitStatus, Failure};
use crate::live::figures;
use crate::live::read::Reading;
use crate::live::review::{self, Extent, Review};
use crate::log::timed;
use crate::output_file;
use crate::progress::Progress;
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
    let side = read(args, files.as_ref(), world).await?;
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
    let audit = files.map(|files| audit::document(files, &review, 0, today));
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
        service_accounts: page::service_accounts(&review.live),
        federation: page::federation(&review.live),
        limits: page::limits(&review.live),
        external_keys: page::external_keys(&review.live),
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
        let refused = review.unseen.iter().filter(|(what, _)| review.refused.contains(what));
        let why: Vec<&str> = refused.map(|(_, why)| why.as_str()).collect();
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

/// The number of days in the charts, including today.
const DAYS: i32 = 30;

/// Live state, and where it came from.
struct LiveSide {
    review: Review,
    /// The name of the snapshot, if it is one.
    snapshot: Option<String>,
    reads: usize,
    usage: Section<Chart>,
    cost: Section<Chart>,
    /// The last day with usage of each person.
    seen: BTreeMap<UserId, Date>,
}

/// Reads live state; refuses any organization but that of the files.
async fn read(args: &Page, files: Option<&Files>, world: &World) -> Result<LiveSide, Failure> {
    let desired = files.map(|files| &files.desired);
    if let Some(given) = &args.live {
        let why = "a snapshot has no usage or cost";
        let review = timed("snapshot read", || review::of_snapshot(&world.path(given), desired))?;
        let (usage, cost, seen) = (Section::not_read(why), Section::not_read(why), BTreeMap::new());
        let (review, snapshot) = (review.without_figures(why), Some(given.display().to_string()));
        return Ok(LiveSide { review, snapshot, reads: 0, usage, cost, seen });
    }
    let progress = Progress::new(world);
    let extent = Extent::WithFigures;
    let (mut review, reader) =
        review::of_service(&args.connection, desired, extent, &progress, world).await?;
    let charts = charts(&reader, &mut review, &progress).await;
    progress.finish();
    let (usage, cost, seen) = charts?;
    let reads = usize::try_from(reader.counts().reads).unwrap_or(usize::MAX);
    Ok(LiveSide { review, snapshot: None, reads, usage, cost, seen })
}

type Charts = (Section<Chart>, Section<Chart>, BTreeMap<UserId, Date>);

/// Reads usage and cost of the last days, and the last day with usage of each person; records what the credential may
/// not read. Adds what this month has cost to the spend limits.
async fn charts(reader: &Reader, review: &mut Review, progress: &Progress) -> Result<Charts, Failure> {
    let today = review.today();
    let since = today - (DAYS - 1).days();
    // The whole month, for spend limits: 31 days are one page of the service's report.
    let range = review::range(since.min(today.first_of_month()), today)?;
    let days: Vec<Date> = since.series(1.day()).take_while(|day| *day <= today).collect();
    let mut seen: BTreeMap<UserId, Date> = BTreeMap::new();
    let question = UsageQuestion::by_day(range, &[Dimension::Workspace, Dimension::Person]);
    let usage = section(figures::usage(reader, &question, progress).await, |mut facts| {
        facts.retain(|fact| fact.figures.tokens() > 0);
        for fact in &facts {
            // The oldest bucket comes first.
            let [_, person] = fact.ids();
            seen.extend(person.map(|id| (UserId::new(id), fact.day())));
        }
        chart(&facts, &days, true, &review.live)
    })?;
    let cost = figures::cost(reader, range, &[Dimension::Workspace], None, progress).await;
    let mut spent = None;
    let cost = section(cost, |facts| {
        spent = Some(spent_since(&facts, today.first_of_month()));
        chart(&facts, &days, false, &review.live)
    })?;
    if let Some(limits) = &mut review.live.spend_limits {
        limits.spent = spent;
    }
    Ok((usage, cost, seen))
}

/// Returns the cost of each workspace since a day; the default one is `None`.
fn spent_since(facts: &[Fact], first: Date) -> BTreeMap<Option<WorkspaceId>, Amount> {
    let mut spent: BTreeMap<Option<WorkspaceId>, Amount> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.day() >= first) {
        let [workspace] = fact.ids();
        *spent.entry(workspace.map(WorkspaceId::new)).or_default() += &fact.figures.cost();
    }
    spent
}

/// Returns a part of the page, or why it was not read if the credential may not or the organization does not have it;
/// any other error ends the run.
fn section(
    read: Result<Vec<Fact>, Failure>,
    of: impl FnOnce(Vec<Fact>) -> Chart,
) -> Result<Section<Chart>, Failure> {
    match read {
        Ok(facts) => Ok(Section::Read(of(facts))),
        Err(failure) => failure.refusal().map(Section::not_read).ok_or(failure),
    }
}
