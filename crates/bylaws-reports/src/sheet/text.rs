//! A sheet as a table for a terminal, and in Markdown.

use std::fmt::Write;

use bylaws_engine::sentence::{noun, plural};
use bylaws_output::render::style::Style;

use super::{MOST_BARS, Sheet};
use crate::grid::{Grid, markdown_table};
use crate::label::Form;
use crate::period::Period;
use crate::range::Bucket;
use crate::table::Row;
use crate::trend::{per_bar, trend};

/// The maximum number of weeks or months in a row, because a page does not scroll sideways well.
const MOST_PERIODS: usize = 12;

pub(super) fn text(sheet: &Sheet, style: Style, width: Option<usize>) -> String {
    let mut out = sheet.about.head(sheet.kind.title(), &sheet.what(&Form::TERMINAL), style);
    if sheet.table.rows.is_empty() {
        return out + "Nothing was reported.\n\n" + &sheet.about.tail(&[], style);
    }
    let (heads, rows) = sheet.cells(&Form::TERMINAL, 0);
    let all: Vec<&Row> = sheet.table.all().collect();
    let buckets = sheet.table.buckets.len();
    let draw =
        |at: usize, width: usize| all.get(at).map_or_else(String::new, |row| trend(row, buckets, width));
    let grid = Grid { heads, rows, has_sum: true, short_name: 18 };
    let laid = grid.lay_out(width, buckets.min(MOST_BARS), &draw, style);
    out += &laid.text;
    out.push('\n');
    let mut line = |line: &str| out += &(style.dim(line) + "\n");
    if sheet.has_trend() {
        let each = plural(per_bar(buckets, laid.bars), sheet.bucket.as_str());
        line(&format!("each bar of the trend is {each}"));
    }
    let periods = sheet.periods();
    let places = sheet.by.len()..sheet.by.len() + periods.len();
    let (older, others): (Vec<usize>, Vec<usize>) = laid.left_out.iter().partition(|at| places.contains(at));
    let mut left_out = grid.titles(&others);
    left_out.extend(hidden(&periods, older.len(), sheet.bucket));
    parts(&periods, older.len()).for_each(|part| line(&part));
    out + &sheet.about.tail(&left_out, style)
}

pub(super) fn markdown(sheet: &Sheet) -> String {
    let what = sheet.what(&Form::MARKDOWN).replacen('b', "B", 1);
    let mut out = sheet.about.markdown_head(sheet.kind.title(), &what);
    if sheet.table.rows.is_empty() {
        return out + "Nothing was reported.\n\n" + &sheet.about.markdown_tail();
    }
    let periods = sheet.periods();
    let older = periods.len().saturating_sub(MOST_PERIODS);
    let (heads, rows) = sheet.cells(&Form::MARKDOWN, older);
    let (named, sums) = rows.split_at_checked(sheet.table.rows.len()).unwrap_or((&rows, &[]));
    let left = markdown_table(&mut out, &heads, named, sums);
    if left > 0 {
        let rows = plural(left, "row");
        let why = "too many for one page; `--top` sums them, `--format csv` lists all";
        let _ = writeln!(out, "{rows} not shown: {why}.\n");
    }
    for part in parts(&periods, older) {
        let _ = writeln!(out, "{part}.\n");
    }
    if let Some(older) = hidden(&periods, older, sheet.bucket) {
        let _ = writeln!(out, "Not shown: {older}; `--format csv` lists all.\n");
    }
    out + &sheet.about.markdown_tail()
}

/// Returns the count and the names of the oldest periods, which are not shown.
fn hidden(periods: &[Period], count: usize, bucket: Bucket) -> Option<String> {
    let (first, last) = (periods.first()?, periods.get(count.checked_sub(1)?)?);
    let counted = format!("{count} older {}", noun(count, bucket.as_str()));
    Some(match count {
        1 => format!("{counted} ({})", first.name),
        _ => format!("{counted} ({} to {})", first.name, last.name),
    })
}

/// Returns a line for each shown period that the range covers only in part.
fn parts(periods: &[Period], hidden: usize) -> impl Iterator<Item = String> {
    periods.iter().skip(hidden).filter_map(Period::part)
}
