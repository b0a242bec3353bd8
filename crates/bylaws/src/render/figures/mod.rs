//! Figures as a table for people, CSV, JSON and Markdown: four views of one sheet. Whatever adds up has been
//! added up before.

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
    /// Which report: `usage`.
    pub(crate) report: &'static str,
    /// The same for people: `Usage`.
    pub(crate) title: &'static str,
    pub(crate) about: About,
    pub(crate) bucket: Bucket,
    pub(crate) by: Vec<Dimension>,
    /// What was asked to be seen alone: the dimension and the ids.
    pub(crate) only: Vec<(Dimension, Vec<String>)>,
    pub(crate) table: Table<M>,
    pub(crate) labels: Labels,
}

/// What every report says of itself.
pub(crate) struct About {
    pub(crate) organization: (String, String),
    pub(crate) range: Range,
    /// The service's time.
    pub(crate) now: Timestamp,
    /// What could not be read, and the like.
    pub(crate) notes: Vec<String>,
    /// Read requests.
    pub(crate) reads: u64,
}

impl About {
    /// Whether the last bucket still grows.
    pub(crate) fn is_growing(&self) -> bool {
        self.range.to > self.now
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

/// Prints the sheet; what is about it, and does not belong in the format, goes to standard error.
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

/// What CSV has no place for.
fn beside(about: &About, world: &World) {
    for note in &about.notes {
        world.error(format!("note: {}", super::inert::inert(note)));
    }
    world.error(format!("{}; {}", about.interval(), requests(about.reads)));
}

/// `1 read request`, `4 read requests`.
fn requests(reads: u64) -> String {
    super::plan::plural(usize::try_from(reads).unwrap_or(usize::MAX), "read request")
}
