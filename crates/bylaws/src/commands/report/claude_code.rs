//! `bylaws report claude-code`: activity in Claude Code. The service reports one day per request.

use bylaws_reports::figures::{Activity, ClaudeCodeDay, Dimension, Fact, Table};
use bylaws_reports::sheet::{Labels, Sheet};
use jiff::tz::TimeZone;

use super::begin::{MOST_DAYS, begin};
use crate::args::ReportClaudeCode;
use crate::exit::{ExitStatus, Failure};
use crate::live::figures;
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn run(args: &ReportClaudeCode, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let sheet = read(args, &progress, world).await;
    progress.finish();
    super::print(&sheet?, args.shape.format, world);
    Ok(ExitStatus::Done)
}

async fn read(
    args: &ReportClaudeCode,
    progress: &Progress,
    world: &World,
) -> Result<Sheet<Activity>, Failure> {
    let by = super::each_once(&args.by);
    let begun = begin(&args.connection, &args.span, args.bucket, MOST_DAYS, progress, world).await?;
    let page = args.shape.page_size.map(Into::into);
    let days = figures::claude_code(&begun.reader, &begun.range.days(), page, progress).await?;
    let facts = days.iter().flat_map(|day| facts(day, &by));
    let mut table = Table::of(begun.range.buckets(args.bucket), facts);
    if by.first() == Some(&Dimension::Day) {
        table = table.by_key();
    }
    let table = super::shaped(table, &args.shape);
    Ok(Sheet {
        report: "claude-code",
        title: "Claude Code",
        about: begun.about(Vec::new()),
        bucket: args.bucket,
        by,
        only: Vec::new(),
        table,
        // The records themselves contain e-mail addresses and key names.
        labels: Labels::as_written(),
    })
}

/// Returns the figures of a day. By model only tokens and cost exist: the service does not report the model of a
/// commit.
fn facts(day: &ClaudeCodeDay, by: &[Dimension]) -> Vec<Fact<Activity>> {
    let Ok(midnight) = day.day.to_zoned(TimeZone::UTC) else { return Vec::new() };
    let at = midnight.timestamp();
    let date = day.day.to_string();
    let mut facts = Vec::new();
    for record in &day.records {
        let key = |model: Option<&str>| {
            let value = |by: &Dimension| match by {
                Dimension::Day => Some(date.clone()),
                Dimension::Model => model.map(str::to_owned),
                other => record.value(*other).map(str::to_owned),
            };
            by.iter().map(value).collect()
        };
        if by.contains(&Dimension::Model) {
            facts.extend(record.models.iter().map(|model| Fact {
                at,
                key: key(Some(&model.model)),
                measure: model.activity.clone(),
            }));
        } else {
            facts.push(Fact { at, key: key(None), measure: record.activity.clone() });
        }
    }
    facts
}
