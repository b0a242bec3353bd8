//! `bylaws report usage`, `cost` and `claude-code`: the reports of the service, grouped by dimensions.

use std::collections::BTreeSet;

use bylaws_reports::{About, Bucket, Dimension, Labels, ReportKind, Sheet, Table, UsageQuestion};

use super::begin::{MOST_BUCKETS, MOST_DAYS, begin};
use crate::args::{Connection, ReportDays, ReportUsage, Shape, Span};
use crate::exit::Failure;
use crate::live::figures;
use crate::live::known::{self, Filters};
use crate::progress::Progress;
use crate::world::World;

pub(super) struct Options<'a> {
    kind: ReportKind,
    by: &'a [Dimension],
    span: &'a Span,
    bucket: Bucket,
    /// By dimension, as the user wrote them.
    filters: Filters,
    pub(super) shape: &'a Shape,
    connection: &'a Connection,
}

impl<'a> Options<'a> {
    pub(super) fn usage(args: &'a ReportUsage) -> Self {
        let ReportUsage { by, span, bucket, workspace, person, key, model, shape, connection } = args;
        let filters = [
            (Dimension::Workspace, workspace),
            (Dimension::Person, person),
            (Dimension::Key, key),
            (Dimension::Model, model),
        ];
        let filters = filters.into_iter().filter(|(_, names)| !names.is_empty());
        let filters = filters.map(|(by, names)| (by, names.clone())).collect();
        Self { kind: ReportKind::Usage, by, span, bucket: *bucket, filters, shape, connection }
    }

    pub(super) fn days(kind: ReportKind, args: &'a ReportDays) -> Self {
        let ReportDays { by, span, bucket, shape, connection } = args;
        Self { kind, by, span, bucket: *bucket, filters: Vec::new(), shape, connection }
    }
}

pub(super) async fn read(
    options: &Options<'_>,
    progress: &Progress,
    world: &World,
) -> Result<Sheet, Failure> {
    let Options { kind, span, bucket, filters, shape, connection, .. } = options;
    let by = each_once(options.by);
    let of_ids = *kind != ReportKind::ClaudeCode;
    let most = if of_ids { MOST_BUCKETS } else { MOST_DAYS };
    let (reader, about) = begin(connection, span, *bucket, most, progress, world).await?;
    // The records of Claude Code themselves contain e-mail addresses and key names.
    let shown = by.iter().copied().filter(|_| of_ids);
    let wanted: BTreeSet<Dimension> = shown.chain(known::looked_up(filters)).collect();
    let known = known::read(&reader, &wanted, progress).await?;
    let only = known::resolve(&known, filters, &reader).await?;
    let (range, page) = (about.range, shape.page_size.map(Into::into));
    let facts = match kind {
        ReportKind::Usage => {
            let (by, only) = (by.clone(), only.clone());
            let question = UsageQuestion { range, bucket: *bucket, by, only, page };
            figures::usage(&reader, &question, progress).await?
        }
        ReportKind::Cost => figures::cost(&reader, range, &by, page, progress).await?,
        ReportKind::ClaudeCode => figures::claude_code(&reader, &range.days(), &by, page, progress).await?,
    };
    let mut table = Table::of(range.buckets(*bucket), facts);
    if by.first() == Some(&Dimension::Day) {
        table = table.by_key();
    }
    if let Some(top) = shape.top {
        table = table.top(top.get());
    }
    let labels = if of_ids { Labels::of(known.lists) } else { Labels::default() };
    let about = About { notes: known.notes, reads: reader.counts().reads, ..about };
    Ok(Sheet { kind: *kind, about, bucket: *bucket, by, only, table, labels })
}

fn each_once(by: &[Dimension]) -> Vec<Dimension> {
    let mut once = Vec::new();
    for dimension in by {
        if !once.contains(dimension) {
            once.push(*dimension);
        }
    }
    once
}
