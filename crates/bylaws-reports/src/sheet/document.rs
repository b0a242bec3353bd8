//! A sheet as one JSON document. Its fields are a stable interface: readers ignore unknown fields.

use crate::figures::{Dimension, Row};
use serde::{Serialize, Serializer};

use super::columns::{Raw, Shown, raw};
use super::label::Labels;
use super::{About, Sheet};
use bylaws_output::document::pretty;

/// Fields in insertion order.
pub(super) struct Fields<T>(pub(super) Vec<(&'static str, T)>);

#[derive(Serialize)]
struct Document {
    format_version: u32,
    report: &'static str,
    organization: Organization,
    range: Range,
    group_by: Vec<&'static str>,
    filters: Fields<Vec<String>>,
    /// The start of each bucket; a bucket ends at the start of the next one, the last at the end of the range.
    buckets: Vec<String>,
    rows: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    others: Option<Line>,
    total: Fields<Raw>,
    series: Fields<Vec<Raw>>,
    notes: Vec<String>,
    reads: u64,
}

#[derive(Serialize)]
pub(super) struct Organization {
    id: String,
    name: String,
}

#[derive(Serialize)]
pub(super) struct Range {
    /// The start, inclusive, UTC.
    from: String,
    /// The end, exclusive, UTC.
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'static str>,
    /// Whether the last bucket is complete.
    complete: bool,
}

#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Fields<Value>>,
    /// The number of rows summed in this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    total: Fields<Raw>,
    /// A figure for every bucket.
    series: Fields<Vec<Raw>>,
}

/// The value of one dimension of a row.
#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Word(Option<String>),
    Named {
        id: Option<String>,
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<String>,
    },
}

pub(super) fn render<M: Shown>(sheet: &Sheet<M>) -> String {
    let table = &sheet.table;
    let group = |row: &Row<M>| {
        let values = sheet
            .by
            .iter()
            .zip(&row.key)
            .map(|(by, value)| (by.as_str(), Value::of(*by, &sheet.labels, value.as_deref())));
        Line {
            group: Some(Fields(values.collect())),
            rows: None,
            total: total(row, &sheet.by),
            series: series(row, table.buckets.len(), &sheet.by),
        }
    };
    let others = table.others.as_ref().map(|others| Line {
        group: None,
        rows: Some(others.count),
        total: total(&others.row, &sheet.by),
        series: series(&others.row, table.buckets.len(), &sheet.by),
    });
    let about = &sheet.about;
    pretty(&Document {
        format_version: 1,
        report: sheet.report,
        organization: Organization::of(about),
        range: Range::of(about, Some(sheet.bucket.as_str())),
        group_by: sheet.by.iter().map(|dimension| dimension.as_str()).collect(),
        filters: Fields(sheet.only.iter().map(|(by, ids)| (by.as_str(), ids.clone())).collect()),
        buckets: table.buckets.iter().map(ToString::to_string).collect(),
        rows: table.rows.iter().map(group).collect(),
        others,
        total: total(&table.total, &sheet.by),
        series: series(&table.total, table.buckets.len(), &sheet.by),
        notes: about.notes.clone(),
        reads: about.reads,
    })
}

impl Organization {
    pub(super) fn of(about: &About) -> Self {
        Self { id: about.organization.0.clone(), name: about.organization.1.clone() }
    }
}

impl Range {
    pub(super) fn of(about: &About, bucket: Option<&'static str>) -> Self {
        Self {
            from: about.range.from.to_string(),
            to: about.range.to.to_string(),
            bucket,
            complete: !about.is_growing(),
        }
    }
}

impl Value {
    fn of(by: Dimension, labels: &Labels, value: Option<&str>) -> Self {
        let label = labels.label(by, value);
        let text = |text: Option<&str>| text.map(|text| bylaws_config::without_live_keys(text).into_owned());
        if !labels.has_ids(by) {
            return Self::Word(text(label.id));
        }
        // The default workspace has no id here, but it is a workspace.
        let name = if label.id.is_none() && by == Dimension::Workspace {
            Some(label.nothing.to_owned())
        } else {
            text(label.name)
        };
        Self::Named { id: text(label.id), name, status: text(label.mark) }
    }
}

fn total<M: Shown>(row: &Row<M>, by: &[Dimension]) -> Fields<Raw> {
    Fields(raw(&row.sum, by).collect())
}

/// Returns every figure by bucket, with zero for buckets without data.
fn series<M: Shown>(row: &Row<M>, buckets: usize, by: &[Dimension]) -> Fields<Vec<Raw>> {
    let nothing = M::default();
    let told = M::RAW.iter().filter(|(name, _)| !M::is_silent(name, by));
    let of =
        |figure: fn(&M) -> Raw| (0..buckets).map(|place| figure(row.at(place).unwrap_or(&nothing))).collect();
    Fields(told.map(|(name, figure)| (*name, of(*figure))).collect())
}

impl<T: Serialize> Serialize for Fields<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
