//! A sheet as one JSON document. Its fields are a stable interface: readers ignore unknown fields.

use bylaws_config::without_live_keys;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_output::document::pretty;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::Sheet;
use crate::about::RangeDocument;
use crate::dimension::Dimension;
use crate::kind::Exact;
use crate::label::Labels;
use crate::table::Row;

/// Fields in insertion order.
pub(crate) struct Fields<T>(pub(crate) Vec<(&'static str, T)>);

#[derive(Serialize)]
struct Document<'a> {
    format_version: u32,
    report: &'static str,
    organization: &'a OrganizationRef,
    range: RangeDocument,
    group_by: Vec<&'static str>,
    filters: Fields<&'a [String]>,
    /// The start of each bucket; a bucket ends at the start of the next one, the last at the end of the range.
    buckets: &'a [Timestamp],
    rows: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    others: Option<Line>,
    #[serde(flatten)]
    sums: Sums,
    notes: &'a [String],
    reads: u64,
}

#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Fields<Value>>,
    /// The number of rows summed in this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct Sums {
    total: Fields<Exact>,
    /// A figure for every bucket; without those that are undefined for this grouping.
    series: Fields<Vec<Exact>>,
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

pub(super) fn render(sheet: &Sheet) -> String {
    let Sheet { table, by, about, .. } = sheet;
    let group = |row: &Row| {
        let values = by.iter().zip(&row.key);
        values.map(|(by, id)| (by.as_str(), value(*by, &sheet.labels, id.as_deref()))).collect()
    };
    let line = |row: &Row| Line { group: Some(Fields(group(row))), rows: None, sums: sums(sheet, row) };
    let others = table.others.as_ref();
    pretty(&Document {
        format_version: 1,
        report: sheet.kind.as_str(),
        organization: &about.organization,
        range: about.range(Some(sheet.bucket)),
        group_by: by.iter().map(|dimension| dimension.as_str()).collect(),
        filters: Fields(sheet.only.iter().map(|(by, ids)| (by.as_str(), ids.as_slice())).collect()),
        buckets: &table.buckets,
        rows: table.rows.iter().map(line).collect(),
        others: others.map(|(count, row)| Line { group: None, rows: Some(*count), sums: sums(sheet, row) }),
        sums: sums(sheet, &table.total),
        notes: &about.notes,
        reads: about.reads,
    })
}

fn sums(sheet: &Sheet, row: &Row) -> Sums {
    let Sheet { kind, by, table, .. } = sheet;
    let known = kind.exact().iter().filter(|(name, _)| kind.is_known(name, by));
    let series = known.map(|(name, figure)| {
        let places = 0..table.buckets.len();
        (*name, places.map(|place| figure(row.at(place))).collect())
    });
    let total = kind.exact().iter().map(|column| (column.0, kind.figure(column, &row.sum, by)));
    Sums { total: Fields(total.collect()), series: Fields(series.collect()) }
}

fn value(by: Dimension, labels: &Labels, id: Option<&str>) -> Value {
    let label = labels.label(by, id);
    let text = |text: Option<&str>| text.map(|text| without_live_keys(text).into_owned());
    if !labels.has_ids(by) {
        return Value::Word(text(id));
    }
    // The default workspace has no id here, but it is a workspace.
    let name = if id.is_none() { label.known() } else { label.name };
    Value::Named { id: text(id), name: text(name), status: text(label.mark) }
}

impl<T: Serialize> Serialize for Fields<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
