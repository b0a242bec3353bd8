//! What every report begins and ends with: the organization, the range, notes and the number of requests.

use std::fmt::Write;

use bylaws_engine::sentence::plural;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_output::render::escape::escape;
use bylaws_output::render::markdown::code;
use bylaws_output::render::style::Style;
use jiff::Timestamp;
use serde::Serialize;

use crate::range::{Bucket, Range};

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

/// The description that every report contains.
pub struct About {
    /// The organization.
    pub organization: OrganizationRef,
    /// The interval that the report covers.
    pub range: Range,
    /// The time of the service.
    pub now: Timestamp,
    /// Notes, such as names that could not be read.
    pub notes: Vec<String>,
    /// The number of read requests.
    pub reads: u64,
}

/// The range of a report, in its document.
#[derive(Serialize)]
pub(crate) struct RangeDocument {
    /// The start, inclusive, UTC.
    from: Timestamp,
    /// The end, exclusive, UTC.
    to: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'static str>,
    /// Whether the last bucket is complete.
    complete: bool,
}

impl About {
    /// Returns whether the last bucket is incomplete.
    pub(crate) fn is_growing(&self) -> bool {
        self.range.to > self.now
    }

    /// Returns the range for a document.
    pub(crate) fn range(&self, bucket: Option<Bucket>) -> RangeDocument {
        let Range { from, to } = self.range;
        RangeDocument { from, to, bucket: bucket.map(Bucket::as_str), complete: !self.is_growing() }
    }

    /// Returns the interval for people, in UTC.
    fn interval(&self) -> String {
        let Range { from, to } = self.range;
        if !self.range.is_of_days() {
            return format!("{from} to {to}");
        }
        let (first, last) = self.range.first_and_last_day();
        let days = plural(self.range.days().len(), "day");
        if first == last { format!("{first} (UTC)") } else { format!("{first} to {last} ({days}, UTC)") }
    }

    /// Returns the number of requests: `1 read request`, `4 read requests`.
    fn requests(&self) -> String {
        plural(self.reads, "read request").to_string()
    }

    /// Returns the lines that have no place in CSV.
    pub fn beside_csv(&self) -> Vec<String> {
        let notes = self.notes.iter().map(|note| format!("note: {}", escape(note)));
        notes.chain([format!("{}; {}", self.interval(), self.requests())]).collect()
    }

    /// Returns the lines above a table for a terminal: the organization, the range, and what the table shows.
    pub(crate) fn head(&self, title: &str, what: &str, style: Style) -> String {
        let OrganizationRef { id, name } = &self.organization;
        let line = format!("{title} at {} ({})", escape(name), escape(id));
        format!("{}\n{}\n{}\n\n", style.head(&line), self.interval(), style.dim(what))
    }

    /// Returns the lines below a table for a terminal: the columns that did not fit, the notes and the number of
    /// requests.
    pub(crate) fn tail(&self, left_out: &[String], style: Style) -> String {
        let mut out = String::new();
        if !left_out.is_empty() {
            let titles = left_out.join(", ");
            let line = format!("not shown: {titles}; a wider terminal or --format csv shows all");
            out = style.dim(&line) + "\n";
        }
        for note in &self.notes {
            let _ = writeln!(out, "{} {}", style.change("note:"), escape(note));
        }
        out + &style.dim(&self.requests()) + "\n"
    }

    /// Returns the lines above a table in Markdown.
    pub(crate) fn markdown_head(&self, title: &str, what: &str) -> String {
        format!("### {title} at {}\n\n{}. {what}.\n\n", code(&self.organization.name), self.interval())
    }

    /// Returns the lines below a table in Markdown.
    pub(crate) fn markdown_tail(&self) -> String {
        let notes = self.notes.iter().map(|note| format!("Note: {}\n\n", code(note)));
        notes.collect::<String>() + &self.requests() + ".\n"
    }
}
