//! Live state for the page: from the service, or from a snapshot, which has no usage or cost.

use std::collections::BTreeMap;

use bylaws_api::Reader;
use bylaws_engine::UserId;
use bylaws_reports::page::chart;
use bylaws_reports::page::document::{Chart, Section};
use bylaws_reports::{Dimension, Fact, UsageQuestion};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::args::Page;
use crate::commands::files::Files;
use crate::exit::Failure;
use crate::live::figures;
use crate::live::review::{self, Review};
use crate::log::timed;
use crate::progress::Progress;
use crate::world::World;

/// The number of days in the charts, including today: one page of the service's report.
const DAYS: i32 = 30;

/// Live state, and where it came from.
pub(super) struct LiveSide {
    pub(super) review: Review,
    /// The name of the snapshot, if it is one.
    pub(super) snapshot: Option<String>,
    pub(super) reads: usize,
    pub(super) usage: Section<Chart>,
    pub(super) cost: Section<Chart>,
    /// The last day with usage of each person.
    pub(super) seen: BTreeMap<UserId, Date>,
}

/// Reads live state; refuses any organization but that of the files.
pub(super) async fn read(args: &Page, files: Option<&Files>, world: &World) -> Result<LiveSide, Failure> {
    let desired = files.map(|files| &files.desired);
    if let Some(given) = &args.live {
        let why = "a snapshot has no usage or cost";
        let review = timed("snapshot read", || review::of_snapshot(&world.path(given), desired))?;
        let (usage, cost, seen) = (Section::not_read(why), Section::not_read(why), BTreeMap::new());
        let (review, snapshot) = (review.without_figures(why), Some(given.display().to_string()));
        return Ok(LiveSide { review, snapshot, reads: 0, usage, cost, seen });
    }
    let progress = Progress::new(world);
    let (review, reader) = review::of_service(&args.connection, desired, true, &progress, world).await?;
    let charts = charts(&reader, &review, &progress).await;
    progress.finish();
    let (usage, cost, seen) = charts?;
    let reads = usize::try_from(reader.counts().reads).unwrap_or(usize::MAX);
    Ok(LiveSide { review, snapshot: None, reads, usage, cost, seen })
}

type Charts = (Section<Chart>, Section<Chart>, BTreeMap<UserId, Date>);

/// Reads usage and cost of the last days, and the last day with usage of each person; records what the credential may
/// not read.
async fn charts(reader: &Reader, review: &Review, progress: &Progress) -> Result<Charts, Failure> {
    let today = review.today();
    let since = today - (DAYS - 1).days();
    let range = review::range(since, today)?;
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
    let cost = section(cost, |facts| chart(&facts, &days, false, &review.live))?;
    Ok((usage, cost, seen))
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
