//! `bylaws report keys`: every API key, and which of them are unused.

use std::collections::BTreeSet;

use bylaws_api::{ApiKeysQuery, KeyStatus, collect_all};
use bylaws_reports::{About, Bucket, Dimension, KeyRow, KeySheet, Labels, UsageQuestion};

use super::begin::{MOST_BUCKETS, begin};
use crate::args::{ReportKeys, Span};
use crate::exit::Failure;
use crate::live::{figures, known};
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn read(args: &ReportKeys, progress: &Progress, world: &World) -> Result<KeySheet, Failure> {
    let (reader, about) =
        begin(&args.connection, &args.span, Bucket::Day, MOST_BUCKETS, progress, world).await?;
    progress.say("reading keys");
    let status = args.status.as_deref().map(KeyStatus::from);
    let query = ApiKeysQuery { status };
    let keys = collect_all(reader.api_keys(query)).await.map_err(figures::refused)?;
    let usage = if keys.is_empty() {
        Vec::new()
    } else {
        let question = UsageQuestion::by_day(about.range, &[Dimension::Key]);
        figures::usage(&reader, &question, progress).await?
    };
    let rows = KeyRow::all(keys, about.range, usage);
    let lists = [Dimension::Workspace, Dimension::Person].into_iter();
    let wanted: BTreeSet<Dimension> = lists.filter(|of| rows.iter().any(|row| row.names(*of))).collect();
    let known = known::read(&reader, &wanted, progress).await?;
    Ok(KeySheet {
        about: About { notes: known.notes, reads: reader.counts().reads, ..about },
        rows,
        labels: Labels::of(known.lists),
        within: within(&args.span),
        status: args.status.clone(),
    })
}

/// Returns a short name of the range, for "never used within".
fn within(span: &Span) -> String {
    let last = span.last;
    match (span.from, span.to, span.month) {
        (None, None, None) => format!("{}{}", last.count, last.unit.as_str()),
        _ => "the range".to_owned(),
    }
}
