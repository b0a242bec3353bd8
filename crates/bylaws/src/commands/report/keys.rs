//! `bylaws report keys`: every API key, and which of them are unused.

use std::collections::BTreeSet;

use bylaws_api::{ApiKeysQuery, KeyStatus, collect_all};
use bylaws_reports::{Bucket, Dimension, KeyRow, KeySheet, Labels, UsageQuestion};

use super::begin::{MOST_BUCKETS, begin};
use crate::args::{ReportKeys, Span};
use crate::exit::Failure;
use crate::live::{figures, known};
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn read(args: &ReportKeys, progress: &Progress, world: &World) -> Result<KeySheet, Failure> {
    let begun = begin(&args.connection, &args.span, Bucket::Day, MOST_BUCKETS, progress, world).await?;
    progress.say("reading keys");
    let status = args.status.as_deref().map(KeyStatus::from);
    let query = ApiKeysQuery { status, ..ApiKeysQuery::default() };
    let keys = collect_all(begun.reader.api_keys(query)).await.map_err(figures::refused)?;
    let usage = if keys.is_empty() {
        Vec::new()
    } else {
        let question = UsageQuestion::by_day(begun.range, &[Dimension::Key]);
        figures::usage(&begun.reader, &question, progress).await?
    };
    let rows = KeyRow::all(keys, begun.range, usage);
    let lists = [Dimension::Workspace, Dimension::Person].into_iter();
    let wanted: BTreeSet<Dimension> = lists.filter(|of| rows.iter().any(|row| row.names(*of))).collect();
    let known = known::read(&begun.reader, &wanted, progress).await?;
    Ok(KeySheet {
        about: begun.about(known.notes),
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
