//! Figures as a table for people, CSV, JSON and Markdown: four views of one sheet, whose sums are already computed.

mod columns;
mod csv;
mod document;
mod grid;
pub(crate) mod keys;
mod label;
mod markdown;
mod number;
mod periods;
mod text;
mod trend;

pub(crate) use label::Labels;

use bylaws_engine::figures::{Bucket, Dimension, Range, Table};
use jiff::Timestamp;

use self::columns::Shown;
use crate::args::TableFormat;
use crate::world::World;

/// One report, ready to be shown.
pub(crate) struct Sheet<M> {
    /// The name of the report: `usage`.
    pub(crate) report: &'static str,
    /// The title of the report: `Usage`.
    pub(crate) title: &'static str,
    pub(crate) about: About,
    pub(crate) bucket: Bucket,
    pub(crate) by: Vec<Dimension>,
    /// The filters: the dimension and the ids.
    pub(crate) only: Vec<(Dimension, Vec<String>)>,
    pub(crate) table: Table<M>,
    pub(crate) labels: Labels,
}

/// The description that every report contains.
pub(crate) struct About {
    pub(crate) organization: (String, String),
    pub(crate) range: Range,
    /// The time of the service.
    pub(crate) now: Timestamp,
    /// Notes, such as names that could not be read.
    pub(crate) notes: Vec<String>,
    /// The number of read requests.
    pub(crate) reads: u64,
}

impl About {
    /// Returns whether the last bucket is incomplete.
    pub(crate) fn is_growing(&self) -> bool {
        self.range.to > self.now
    }

    /// Returns the interval for people, in UTC.
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

/// Prints the sheet; notes that have no place in the format go to standard error.
pub(crate) fn print<M: Shown>(sheet: &Sheet<M>, format: TableFormat, world: &mut World) {
    match format {
        TableFormat::Text => {
            let text = text::render(sheet, world.style(), world.width(), world.is_ascii());
            world.show(&text);
        }
        TableFormat::Json => world.print(&document::render(sheet)),
        TableFormat::Markdown => world.print(&markdown::render(sheet)),
        TableFormat::Csv => {
            world.print(&csv::render(sheet));
            beside(&sheet.about, world);
        }
    }
}

/// Prints to standard error what CSV has no place for.
fn beside(about: &About, world: &World) {
    for note in &about.notes {
        world.error(format!("note: {}", super::inert::inert(note)));
    }
    world.error(format!("{}; {}", about.interval(), requests(about.reads)));
}

/// Returns the number of requests: `1 read request`, `4 read requests`.
fn requests(reads: u64) -> String {
    super::plan::plural(usize::try_from(reads).unwrap_or(usize::MAX), "read request")
}
