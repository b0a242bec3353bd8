//! A report of the service as a table for people, CSV, JSON and Markdown: four views of one sheet, whose sums are
//! already computed.

mod csv;
pub(crate) mod document;
mod text;

use bylaws_output::render::style::Style;

use crate::about::{About, Report};
use crate::dimension::Dimension;
use crate::grid::{Head, Kind};
use crate::kind::ReportKind;
use crate::label::{Form, Labels};
use crate::number::percent;
use crate::period::Period;
use crate::range::Bucket;
use crate::table::{Row, Table};
use crate::trend::trend;

/// The maximum number of bars in a row: a month of days.
const MOST_BARS: usize = 31;

/// One report, ready to be shown.
pub struct Sheet {
    /// The report.
    pub kind: ReportKind,
    /// The organization and the range of the report.
    pub about: About,
    /// The length of a bucket.
    pub bucket: Bucket,
    /// The dimensions that the rows are grouped by.
    pub by: Vec<Dimension>,
    /// The filters: the dimension and the ids.
    pub only: Vec<(Dimension, Vec<String>)>,
    /// The rows and their sums.
    pub table: Table,
    /// The names for the ids in the rows.
    pub labels: Labels,
}

impl Report for Sheet {
    fn text(&self, style: Style, width: Option<usize>) -> String {
        text::text(self, style, width)
    }

    fn json(&self) -> String {
        document::render(self)
    }

    fn markdown(&self) -> String {
        text::markdown(self)
    }

    fn csv(&self) -> String {
        csv::render(self)
    }

    fn about(&self) -> &About {
        &self.about
    }
}

/// The cell of a row in one column.
type Cell<'a> = Box<dyn Fn(&Row) -> String + 'a>;

impl Sheet {
    /// Returns the weeks or months that get a column each, next to the total: none if there are fewer than two of
    /// them, or if the rows are days.
    fn periods(&self) -> Vec<Period> {
        let all = self.about.range.periods(self.bucket, self.about.now);
        if all.len() > 1 && !self.by.contains(&Dimension::Day) { all } else { Vec::new() }
    }

    /// Returns whether the table has a column of bars.
    fn has_trend(&self) -> bool {
        self.periods().is_empty() && self.table.buckets.len() > 1 && !self.by.contains(&Dimension::Day)
    }

    /// Returns what the table shows: `by workspace; only model x; cost per month`.
    fn what(&self, form: &Form) -> String {
        let by: Vec<&str> = self.by.iter().map(|dimension| dimension.as_str()).collect();
        let mut what = vec![format!("by {}", by.join(", "))];
        for (dimension, ids) in &self.only {
            let ids = ids.iter().map(|id| self.labels.label(*dimension, Some(id)).shown(form));
            what.push(format!("only {dimension} {}", ids.collect::<Vec<_>>().join(", ")));
        }
        if !self.periods().is_empty() {
            what.push(format!("{} per {}", self.kind.main(), self.bucket));
        } else if self.about.is_growing() {
            what.push(format!("the last {} is incomplete", self.bucket));
        }
        what.join("; ")
    }

    /// Returns all columns and rows as text, without the columns of the oldest periods. The last rows are that of the
    /// others, if there are any, and the total.
    fn cells(&self, form: &Form, older: usize) -> (Vec<Head>, Vec<Vec<String>>) {
        let number = |title: &str, drop| Head { title: title.to_owned(), kind: Kind::Number, drop };
        let columns = self.kind.columns(&self.table.total.sum, &self.by);
        let periods = self.periods();
        let mut heads = Vec::new();
        let mut cells: Vec<Cell<'_>> = Vec::new();
        if periods.is_empty() {
            for (title, drop, cell) in columns {
                heads.push(number(title, drop));
                cells.push(Box::new(move |row| cell(&row.sum, form.number)));
            }
        } else if let Some((_, _, main)) = columns.into_iter().find(|(_, drop, _)| *drop == 0) {
            for (place, period) in periods.iter().enumerate().skip(older) {
                // The newest period is always kept, and the oldest are left out first.
                let drop = u16::try_from(periods.len() - 1 - place).unwrap_or(u16::MAX - 1);
                heads.push(number(&period.title(), drop));
                cells.push(Box::new(move |row| main(row.at(place), form.number)));
            }
            heads.push(number("total", 0));
            cells.push(Box::new(move |row| main(&row.sum, form.number)));
        }
        heads.push(number("share", if periods.is_empty() { 2 } else { u16::MAX }));
        let total = &self.table.total.sum;
        cells.push(Box::new(|row| row.sum.portion(total, 1_000).map_or_else(|| "-".to_owned(), percent)));
        if self.has_trend() {
            heads.push(Head { title: "trend".to_owned(), kind: Kind::Bars, drop: 0 });
            cells.push(Box::new(|row| trend(row, self.table.buckets.len(), MOST_BARS)));
        }
        let name = |by: &Dimension| Head { title: by.as_str().to_owned(), kind: Kind::Name, drop: 0 };
        let rows = self.table.all().enumerate().map(|(at, row)| {
            let cells = cells.iter().map(|cell| cell(row));
            self.names(at, row, form).into_iter().chain(cells).collect()
        });
        let rows = rows.collect();
        (self.by.iter().map(name).chain(heads).collect(), rows)
    }

    /// Returns the names of a row, one for each dimension; the rows of sums have one name.
    fn names(&self, at: usize, row: &Row, form: &Form) -> Vec<String> {
        let sum = match &self.table.others {
            _ if at < self.table.rows.len() => {
                let labels = self.by.iter().zip(&row.key);
                return labels.map(|(by, id)| self.labels.label(*by, id.as_deref()).shown(form)).collect();
            }
            Some((count, _)) if at == self.table.rows.len() => format!("others ({count})"),
            _ => form.total.to_owned(),
        };
        let mut names = vec![sum];
        names.resize(self.by.len(), String::new());
        names
    }
}
