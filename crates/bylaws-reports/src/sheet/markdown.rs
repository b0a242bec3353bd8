//! A sheet as a Markdown table. User-supplied text is in code spans; the size of the page is limited.

use std::fmt::Write;

use crate::figures::{Dimension, Row};
use bylaws_engine::sentence::plural;

use super::columns::Shown;
use super::label::Label;
use super::periods::{Periods, title};
use super::trend::trend;
use super::{About, Sheet, number, requests};
use bylaws_output::render::markdown::{code, in_cell};

/// Comments and wikis accept about 65,000 bytes.
pub(super) const LIMIT: usize = 60_000;

/// The number of bars in a row.
const BARS: usize = 31;

/// The maximum number of weeks or months in a row, because a page does not scroll sideways well.
const MOST_PERIODS: usize = 12;

pub(super) fn render<M: Shown>(sheet: &Sheet<M>) -> String {
    let mut out = head(sheet.title, &sheet.about);
    let by: Vec<&str> = sheet.by.iter().map(|dimension| dimension.as_str()).collect();
    let _ = write!(out, "By {}", by.join(", "));
    for (dimension, ids) in &sheet.only {
        let ids: Vec<String> = ids.iter().map(|id| cell(&sheet.labels.label(*dimension, Some(id)))).collect();
        let _ = write!(out, "; only {} {}", dimension.as_str(), ids.join(", "));
    }
    let periods = Periods::of(sheet);
    if let Some(periods) = &periods {
        let _ = write!(out, "; {}", periods.what());
    } else if sheet.about.is_growing() {
        let _ = write!(out, "; the last {} is incomplete", sheet.bucket.as_str());
    }
    out.push_str(".\n\n");
    let table = &sheet.table;
    if table.rows.is_empty() {
        out.push_str("Nothing was reported.\n\n");
    } else {
        let columns = M::columns(table, &sheet.by);
        let has_bars = periods.is_none() && table.buckets.len() > 1 && !sheet.by.contains(&Dimension::Day);
        let older = periods.as_ref().map_or(0, |periods| periods.all.len().saturating_sub(MOST_PERIODS));
        let mut titles: Vec<String> = by.iter().map(|title| (*title).to_owned()).collect();
        if let Some(periods) = &periods {
            titles.extend(periods.all.iter().skip(older).map(title));
            titles.push("total".to_owned());
        } else {
            titles.extend(columns.iter().map(|column| column.title.to_owned()));
        }
        titles.push("share".to_owned());
        let numbers = titles.len() - by.len();
        titles.extend(has_bars.then(|| "trend".to_owned()));
        let marks = (0..titles.len())
            .map(|at| if (by.len()..by.len() + numbers).contains(&at) { "---:" } else { "---" });
        let _ = writeln!(out, "| {} |\n| {} |", titles.join(" | "), marks.collect::<Vec<_>>().join(" | "));
        let line = |names: &[String], row: &Row<M>| {
            let mut cells = names.to_vec();
            cells.resize(by.len(), String::new());
            if let Some(periods) = &periods {
                cells.extend((older..periods.all.len()).map(|place| periods.cell(row, place).long()));
                cells.push(periods.total(row).long());
            } else {
                cells.extend(columns.iter().map(|column| (column.cell)(&row.sum).long()));
            }
            let share = row.sum.portion(&table.total.sum, 1_000);
            cells.push(share.map_or_else(|| "-".to_owned(), number::percent));
            cells.extend(has_bars.then(|| trend(row, table.buckets.len(), BARS)));
            format!("| {} |\n", cells.join(" | "))
        };
        let mut left = 0;
        for row in &table.rows {
            let labels = sheet.by.iter().zip(&row.key);
            let names: Vec<String> =
                labels.map(|(by, value)| cell(&sheet.labels.label(*by, value.as_deref()))).collect();
            let text = line(&names, row);
            if left > 0 || out.len() + text.len() > LIMIT {
                left += 1;
            } else {
                out.push_str(&text);
            }
        }
        if let Some(others) = &table.others {
            out.push_str(&line(&[format!("others ({})", others.count)], &others.row));
        }
        out.push_str(&line(&["**total**".to_owned()], &table.total));
        out.push('\n');
        if left > 0 {
            let _ = writeln!(
                out,
                "{} not shown: too many for one page; `--top` sums them, `--format csv` lists all.\n",
                plural(left, "row"),
            );
        }
        if let Some(periods) = &periods {
            for part in periods.parts(older) {
                let _ = writeln!(out, "{part}.\n");
            }
            if let Some(older) = periods.older(older) {
                let _ = writeln!(out, "Not shown: {older}; `--format csv` lists all.\n");
            }
        }
    }
    tail(&mut out, &sheet.about);
    out
}

/// Returns the heading: the report, the organization and the range.
pub(super) fn head(title: &str, about: &About) -> String {
    format!("### {title} at {}\n\n{}. ", code(&about.organization.1), about.interval())
}

/// Returns the notes and the number of requests.
pub(super) fn tail(out: &mut String, about: &About) {
    for note in &about.notes {
        let _ = writeln!(out, "Note: {}\n", code(note));
    }
    let _ = writeln!(out, "{}.", requests(about.reads));
}

/// Returns a label for a cell of a table.
pub(super) fn cell(label: &Label<'_>) -> String {
    let Some(shown) = label.name.or(label.id) else { return label.nothing.to_owned() };
    let mut text = in_cell(shown);
    for more in label.more() {
        let _ = write!(text, " ({})", in_cell(more));
    }
    text
}
