//! A column for each week or month, next to the total.

use bylaws_engine::figures::{Dimension, Extent, Period, Row};
use bylaws_engine::sentence::noun;

use super::Sheet;
use super::columns::{Cell, Column, Shown};

/// The columns for the weeks or months of a sheet.
pub(super) struct Periods<M> {
    /// The periods, oldest first.
    pub(super) all: Vec<Period>,
    cell: fn(&M) -> Cell,
    word: &'static str,
}

impl<M: Shown> Periods<M> {
    /// Returns the weeks or months that get a column; `None` if the sheet has fewer than two of them, or if its rows
    /// are days.
    pub(super) fn of(sheet: &Sheet<M>) -> Option<Self> {
        let all = sheet.about.range.periods(sheet.bucket, sheet.about.now);
        let columns = M::columns(&sheet.table, &sheet.by);
        let Column { cell, .. } = columns.into_iter().find(|column| column.drop == 0)?;
        let has_columns = all.len() > 1 && !sheet.by.contains(&Dimension::Day);
        has_columns.then_some(Self { all, cell, word: sheet.bucket.as_str() })
    }

    /// Returns the figure of a row in a period, by index.
    pub(super) fn cell(&self, row: &Row<M>, place: usize) -> Cell {
        row.at(place).map_or_else(|| (self.cell)(&M::default()), self.cell)
    }

    /// Returns the figure of a row in all periods together.
    pub(super) fn total(&self, row: &Row<M>) -> Cell {
        (self.cell)(&row.sum)
    }

    /// Returns the meaning of the columns: `cost per month`.
    pub(super) fn what(&self) -> String {
        format!("{} per {}", M::MAIN, self.word)
    }

    /// Returns the count and the names of the oldest periods, which are not shown.
    pub(super) fn older(&self, count: usize) -> Option<String> {
        let older = self.all.get(..count)?;
        let (first, last) = (older.first()?, older.last()?);
        let counted = format!("{count} older {}", noun(count, self.word));
        Some(match count {
            1 => format!("{counted} ({})", first.name),
            _ => format!("{counted} ({} to {})", first.name, last.name),
        })
    }

    /// Returns a line for each shown period that the range covers only in part.
    pub(super) fn parts(&self, hidden: usize) -> impl Iterator<Item = String> {
        let shown = self.all.iter().skip(hidden).filter(|period| period.extent == Extent::Part);
        shown.map(|Period { name, first, last, .. }| {
            if first == last {
                format!("{name} covers {first} only")
            } else {
                format!("{name} covers {first} to {last} only")
            }
        })
    }
}

/// Returns the header of a period's column: `2026-11 so far`.
pub(super) fn title(period: &Period) -> String {
    match period.extent {
        Extent::SoFar => format!("{} so far", period.name),
        Extent::Whole | Extent::Part => period.name.clone(),
    }
}
