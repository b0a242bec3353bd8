//! `bylaws report cost`: cost to the last decimal.

use bylaws_engine::Amount;
use bylaws_reports::figures::{Fact, Table};
use bylaws_reports::sheet::{Labels, Sheet};

use super::begin::{MOST_BUCKETS, begin};
use crate::args::ReportCost;
use crate::exit::{ExitStatus, Failure};
use crate::live::figures;
use crate::live::known::{self, Wanted};
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn run(args: &ReportCost, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let sheet = read(args, &progress, world).await;
    progress.finish();
    super::print(&sheet?, args.shape.format, world);
    Ok(ExitStatus::Done)
}

async fn read(args: &ReportCost, progress: &Progress, world: &World) -> Result<Sheet<Amount>, Failure> {
    let by = super::each_once(&args.by);
    let begun = begin(&args.connection, &args.span, args.bucket, MOST_BUCKETS, progress, world).await?;
    let mut known = known::read(&begun.reader, Wanted::by(&by), progress).await?;
    let page = args.shape.page_size.map(Into::into);
    let buckets = figures::cost(&begun.reader, begun.range, &by, page, progress).await?;
    let facts = buckets.into_iter().flat_map(|bucket| {
        let by = &by;
        bucket.lines.into_iter().map(move |line| Fact {
            at: bucket.from,
            key: by.iter().map(|by| line.value(*by).map(str::to_owned)).collect(),
            measure: line.amount,
        })
    });
    let table = super::shaped(Table::of(begun.range.buckets(args.bucket), facts), &args.shape);
    let notes = std::mem::take(&mut known.notes);
    Ok(Sheet {
        report: "cost",
        title: "Cost",
        about: begun.about(notes),
        bucket: args.bucket,
        by,
        only: Vec::new(),
        table,
        labels: Labels::of(known),
    })
}
