//! Figures as a table for people, CSV, JSON and Markdown: four views of one sheet, whose sums are already computed.

mod columns;
mod csv;
mod document;
mod grid;
pub mod keys;
mod label;
mod markdown;
pub(crate) mod number;
mod periods;
mod text;
mod trend;

use bylaws_engine::sentence::plural;
use bylaws_engine::text::Text;
pub use label::{Known, Labels, NamedObject};

use bylaws_engine::figures::{Bucket, Dimension, Range, Table};
use jiff::Timestamp;

use self::columns::Shown;
use crate::render::style::Style;

/// One report, ready to be shown.
pub struct Sheet<M> {
    /// The name of the report: `usage`.
    pub report: &'static str,
    /// The title of the report: `Usage`.
    pub title: &'static str,
    /// The organization and the range of the report.
    pub about: About,
    /// The length of a bucket.
    pub bucket: Bucket,
    /// The dimensions that the rows are grouped by.
    pub by: Vec<Dimension>,
    /// The filters: the dimension and the ids.
    pub only: Vec<(Dimension, Vec<String>)>,
    /// The rows and their sums.
    pub table: Table<M>,
    /// The names for the ids in the rows.
    pub labels: Labels,
}

/// The description that every report contains.
pub struct About {
    /// The id and the name of the organization.
    pub organization: (String, String),
    /// The interval that the report covers.
    pub range: Range,
    /// The time of the service.
    pub now: Timestamp,
    /// Notes, such as names that could not be read.
    pub notes: Vec<String>,
    /// The number of read requests.
    pub reads: u64,
}

impl About {
    /// Returns whether the last bucket is incomplete.
    pub(crate) fn is_growing(&self) -> bool {
        self.range.to > self.now
    }

    /// Returns the lines that have no place in CSV.
    pub fn beside_csv(&self) -> Vec<String> {
        let notes = self.notes.iter().map(|note| format!("note: {}", super::escape::escape(note)));
        notes.chain([format!("{}; {}", self.interval(), requests(self.reads))]).collect()
    }

    /// Returns the interval for people, in UTC.
    pub(crate) fn interval(&self) -> String {
        let Range { from, to } = self.range;
        if !self.range.is_of_days() {
            return format!("{from} to {to}");
        }
        let (first, last) = self.range.first_and_last_day();
        let days = plural(self.range.days().len(), "day");
        if first == last { format!("{first} (UTC)") } else { format!("{first} to {last} ({days}, UTC)") }
    }
}

/// A report in each of its formats.
pub trait Report {
    /// A table for a terminal of this width, in columns.
    fn text(&self, style: Style, width: Option<usize>) -> String;
    /// One document, exact.
    fn json(&self) -> String;
    /// A table for a comment or a wiki.
    fn markdown(&self) -> String;
    /// A row for each single thing, exact.
    fn csv(&self) -> String;
    /// The description of the report.
    fn about(&self) -> &About;
}

impl<M: Shown> Report for Sheet<M> {
    fn text(&self, style: Style, width: Option<usize>) -> String {
        text::render(self, style, width)
    }

    fn json(&self) -> String {
        document::render(self)
    }

    fn markdown(&self) -> String {
        markdown::render(self)
    }

    fn csv(&self) -> String {
        csv::render(self)
    }

    fn about(&self) -> &About {
        &self.about
    }
}

/// Returns the number of requests: `1 read request`, `4 read requests`.
fn requests(reads: u64) -> Text {
    plural(reads, "read request")
}
