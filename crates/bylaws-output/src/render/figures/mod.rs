//! Figures as a table for people, CSV, JSON and Markdown: four views of one sheet. Whatever adds up has been
//! added up before.

mod columns;
mod csv;
mod document;
mod grid;
pub mod keys;
mod label;
mod markdown;
mod number;
mod periods;
mod text;
mod trend;

pub use label::{Bearer, Known, Labels};

use bylaws_engine::figures::{Bucket, Dimension, Range, Table};
use jiff::Timestamp;

use self::columns::Shown;
use crate::render::style::Style;

/// One report, ready to be shown.
pub struct Sheet<M> {
    /// Which report: `usage`.
    pub report: &'static str,
    /// The same for people: `Usage`.
    pub title: &'static str,
    pub about: About,
    pub bucket: Bucket,
    pub by: Vec<Dimension>,
    /// What was asked to be seen alone: the dimension and the ids.
    pub only: Vec<(Dimension, Vec<String>)>,
    pub table: Table<M>,
    pub labels: Labels,
}

/// What every report says of itself.
pub struct About {
    pub organization: (String, String),
    pub range: Range,
    /// The service's time.
    pub now: Timestamp,
    /// What could not be read, and the like.
    pub notes: Vec<String>,
    /// Read requests.
    pub reads: u64,
}

impl About {
    /// Whether the last bucket still grows.
    pub(crate) fn is_growing(&self) -> bool {
        self.range.to > self.now
    }

    /// What CSV has no place for, in lines.
    pub fn beside_csv(&self) -> Vec<String> {
        let notes = self.notes.iter().map(|note| format!("note: {}", super::inert::inert(note)));
        notes.chain([format!("{}; {}", self.interval(), requests(self.reads))]).collect()
    }

    /// The interval for people, in UTC.
    pub(crate) fn interval(&self) -> String {
        let Range { from, to } = self.range;
        if !self.range.is_of_days() {
            return format!("{from} to {to}");
        }
        let (first, last) = self.range.first_and_last_day();
        let days = super::plan::plural(self.range.days().len(), "day");
        if first == last { format!("{first} (UTC)") } else { format!("{first} to {last} ({days}, UTC)") }
    }
}

/// A report in each of its formats.
pub trait Report {
    /// A table for a terminal of this width, in columns.
    fn text(&self, style: Style, width: Option<usize>, is_ascii: bool) -> String;
    /// One document, exact.
    fn json(&self) -> String;
    /// A table for a comment or a wiki.
    fn markdown(&self) -> String;
    /// A row for each single thing, exact.
    fn csv(&self) -> String;
    /// What the report says of itself.
    fn about(&self) -> &About;
}

impl<M: Shown> Report for Sheet<M> {
    fn text(&self, style: Style, width: Option<usize>, is_ascii: bool) -> String {
        text::render(self, style, width, is_ascii)
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

/// `1 read request`, `4 read requests`.
fn requests(reads: u64) -> String {
    super::plan::plural(usize::try_from(reads).unwrap_or(usize::MAX), "read request")
}
