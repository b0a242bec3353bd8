//! A sheet as a table for a terminal.

use std::fmt::Write;

use bylaws_engine::figures::{Dimension, Row};
use bylaws_engine::sentence::plural;

use super::columns::Shown;
use super::grid::{Grid, Head, Kind};
use super::periods::{Periods, title};
use super::trend::{per_bar, trend};
use super::{About, Sheet, number, requests};
use crate::render::escape::escape;
use crate::render::style::Style;

/// The maximum number of bars in a row: a month of days.
const MOST_BARS: usize = 31;

pub(super) fn render<M: Shown>(sheet: &Sheet<M>, style: Style, width: Option<usize>) -> String {
    let by: Vec<&str> = sheet.by.iter().map(|dimension| dimension.as_str()).collect();
    let mut out = head(sheet.title, &sheet.about, style);
    let mut line = format!("by {}", by.join(", "));
    for (dimension, ids) in &sheet.only {
        let ids: Vec<String> = ids.iter().map(|id| sheet.labels.label(*dimension, Some(id)).text()).collect();
        let _ = write!(line, "; only {} {}", dimension.as_str(), ids.join(", "));
    }
    let periods = Periods::of(sheet);
    if let Some(periods) = &periods {
        let _ = write!(line, "; {}", periods.what());
    } else if sheet.about.is_growing() {
        let _ = write!(line, "; the last {} is incomplete", sheet.bucket.as_str());
    }
    let _ = writeln!(out, "{}\n", style.dim(&line));
    let table = &sheet.table;
    let buckets = table.buckets.len();
    if table.rows.is_empty() {
        let _ = writeln!(out, "Nothing was reported.\n");
    } else {
        let columns = M::columns(table, &sheet.by);
        let mut heads: Vec<Head> =
            by.iter().map(|title| Head { title: (*title).to_owned(), kind: Kind::Name, drop: 0 }).collect();
        let number = |title: &str, drop| Head { title: title.to_owned(), kind: Kind::Number, drop };
        let first_period = heads.len();
        if let Some(periods) = &periods {
            // The newest period is always kept, and the oldest are left out first.
            let drop = |place: usize| u16::try_from(periods.all.len() - 1 - place).unwrap_or(u16::MAX - 1);
            let head = |(place, period)| number(&title(period), drop(place));
            heads.extend(periods.all.iter().enumerate().map(head));
            heads.push(number("total", 0));
            heads.push(number("share", u16::MAX));
        } else {
            heads.extend(columns.iter().map(|column| number(column.title, column.drop)));
            heads.push(number("share", 2));
        }
        let has_bars = periods.is_none() && buckets > 1 && !sheet.by.contains(&Dimension::Day);
        if has_bars {
            heads.push(Head { title: "trend".to_owned(), kind: Kind::Bars, drop: 0 });
        }
        let mut shown: Vec<&Row<M>> = table.rows.iter().collect();
        shown.extend(table.others.as_ref().map(|others| &others.row));
        shown.push(&table.total);
        let last = shown.len() - 1;
        let cells = |(at, row): (usize, &&Row<M>)| {
            let mut cells: Vec<String> = match &table.others {
                _ if at == last => only_first("total", by.len()),
                Some(others) if at == table.rows.len() => {
                    only_first(&format!("others ({})", others.count), by.len())
                }
                _ => {
                    let labels = sheet.by.iter().zip(&row.key);
                    labels.map(|(by, value)| sheet.labels.label(*by, value.as_deref()).text()).collect()
                }
            };
            if let Some(periods) = &periods {
                cells.extend((0..periods.all.len()).map(|place| periods.cell(row, place).short()));
                cells.push(periods.total(row).short());
            } else {
                cells.extend(columns.iter().map(|column| (column.cell)(&row.sum).short()));
            }
            let share = row.sum.portion(&table.total.sum, 1_000);
            cells.push(share.map_or_else(|| "-".to_owned(), number::percent));
            if has_bars {
                cells.push(String::new());
            }
            cells
        };
        let rows: Vec<Vec<String>> = shown.iter().enumerate().map(cells).collect();
        let draw = |at: usize, width: usize| {
            shown.get(at).map_or_else(String::new, |row| trend(*row, buckets, width))
        };
        let grid = Grid { heads, rows, has_sum: true, short_name: 18 };
        let laid = grid.lay_out(width, buckets.min(MOST_BARS), &draw, style);
        out.push_str(&laid.text);
        out.push('\n');
        if has_bars {
            let each = plural(per_bar(buckets, laid.bars), sheet.bucket.as_str());
            let _ = writeln!(out, "{}", style.dim(&format!("each bar of the trend is {each}")));
        }
        let places = first_period..first_period + periods.as_ref().map_or(0, |periods| periods.all.len());
        let (older, others): (Vec<usize>, Vec<usize>) =
            laid.left_out.iter().partition(|at| places.contains(at));
        let mut missing = grid.titles(&others);
        if let Some(periods) = &periods {
            missing.extend(periods.older(older.len()));
            for part in periods.parts(older.len()) {
                let _ = writeln!(out, "{}", style.dim(&part));
            }
        }
        left_out(&mut out, &missing, style);
    }
    tail(&mut out, &sheet.about, style);
    out
}

/// Returns the heading: the report, the organization and the range.
pub(super) fn head(title: &str, about: &About, style: Style) -> String {
    let (id, name) = &about.organization;
    let line = format!("{title} at {} ({})", escape(name), escape(id));
    format!("{}\n{}\n", style.head(&line), about.interval())
}

/// Names the columns that did not fit.
pub(super) fn left_out(out: &mut String, titles: &[String], style: Style) {
    if !titles.is_empty() {
        let line = format!("not shown: {}; a wider terminal or --format csv shows all", titles.join(", "));
        let _ = writeln!(out, "{}", style.dim(&line));
    }
}

/// Writes the notes and the number of requests.
pub(super) fn tail(out: &mut String, about: &About, style: Style) {
    for note in &about.notes {
        let _ = writeln!(out, "{} {}", style.change("note:"), escape(note));
    }
    let _ = writeln!(out, "{}", style.dim(requests(about.reads).as_str()));
}

fn only_first(text: &str, cells: usize) -> Vec<String> {
    let mut row = vec![String::new(); cells];
    if let Some(first) = row.first_mut() {
        text.clone_into(first);
    }
    row
}
