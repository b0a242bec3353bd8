//! `bylaws report usage`: tokens, grouped by dimensions.

use bylaws_reports::figures::{Dimension, Fact, Table};
use bylaws_reports::sheet::{Labels, Sheet};

use super::begin::{MOST_BUCKETS, begin};
use crate::args::ReportUsage;
use crate::exit::{ExitStatus, Failure};
use crate::live::figures::{self, UsageQuestion};
use crate::live::known::{self, Named, Wanted};
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn run(args: &ReportUsage, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let sheet = read(args, &progress, world).await;
    progress.finish();
    super::print(&sheet?, args.shape.format, world);
    Ok(ExitStatus::Done)
}

async fn read(
    args: &ReportUsage,
    progress: &Progress,
    world: &World,
) -> Result<Sheet<bylaws_reports::figures::Tokens>, Failure> {
    let by = super::each_once(&args.by);
    let begun = begin(&args.connection, &args.span, args.bucket, MOST_BUCKETS, progress, world).await?;
    let named = Named { workspaces: &args.workspace, people: &args.person, keys: &args.key };
    let mut known = known::read(&begun.reader, Wanted::by(&by).and(named), progress).await?;
    let mut only = known::resolve(&known, named, &begun.reader).await?;
    only.models.clone_from(&args.model);
    let question = UsageQuestion {
        range: begun.range,
        bucket: args.bucket,
        by: by.clone(),
        only: only.clone(),
        page: args.shape.page_size.map(Into::into),
    };
    let buckets = figures::usage(&begun.reader, &question, progress).await?;
    let facts = buckets.into_iter().flat_map(|bucket| {
        let by = &by;
        bucket.lines.into_iter().map(move |line| Fact {
            at: bucket.from,
            key: by.iter().map(|by| line.value(*by).map(str::to_owned)).collect(),
            measure: line.tokens,
        })
    });
    let table = super::shaped(Table::of(begun.range.buckets(args.bucket), facts), &args.shape);
    let only = [
        (Dimension::Workspace, only.workspaces),
        (Dimension::Person, only.people),
        (Dimension::Key, only.keys),
        (Dimension::Model, only.models),
    ];
    let notes = std::mem::take(&mut known.notes);
    Ok(Sheet {
        report: "usage",
        title: "Usage",
        about: begun.about(notes),
        bucket: args.bucket,
        by,
        only: only.into_iter().filter(|(_, ids)| !ids.is_empty()).collect(),
        table,
        labels: Labels::of(known),
    })
}
