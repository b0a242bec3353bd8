//! Aligned columns that fit a terminal: first bars are narrowed, then names are cut, then columns are left out and
//! named.

use bylaws_output::render::style::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The gap between two columns.
const GAP: usize = 2;
/// The minimum width of bars.
const NARROWEST_BARS: usize = 8;
/// The minimum width of names once no more columns can be left out.
const SHORTEST_NAME: usize = 6;

/// The kind of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Left-aligned, and may be cut.
    Name,
    /// Right-aligned, and never cut.
    Number,
    /// Drawn as wide as the terminal allows.
    Bars,
}

/// The header of a column.
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// The order of leaving columns out, highest first; 0 is never left out.
    pub(crate) drop: u16,
}

/// A table before layout. If `has_sum`, the last row is the sum.
pub(crate) struct Grid {
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) has_sum: bool,
    /// The width to which names are cut before columns are left out.
    pub(crate) short_name: usize,
}

/// A table after layout.
pub(crate) struct Laid {
    pub(crate) text: String,
    /// The columns that did not fit, by index.
    pub(crate) left_out: Vec<usize>,
    /// The width of bars.
    pub(crate) bars: usize,
}

/// The size of a page in Markdown: comments and wikis accept about 65,000 bytes.
const LIMIT: usize = 60_000;

/// Writes a table in Markdown: as many of `rows` as fit a page, and all of `sums`. Returns how many do not fit.
pub(crate) fn markdown_table(
    out: &mut String,
    heads: &[Head],
    rows: &[Vec<String>],
    sums: &[Vec<String>],
) -> usize {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mark = |head: &Head| if head.kind == Kind::Number { "---:" } else { "---" }.to_owned();
    *out += &line(&heads.iter().map(|head| head.title.clone()).collect::<Vec<_>>());
    *out += &line(&heads.iter().map(mark).collect::<Vec<_>>());
    let mut left = rows.len();
    for text in rows.iter().map(|row| line(row)) {
        if out.len() + text.len() > LIMIT {
            break;
        }
        *out += &text;
        left -= 1;
    }
    for row in sums {
        *out += &line(row);
    }
    out.push('\n');
    left
}

impl Grid {
    /// Lays the table out for a terminal of the given width. `bars` draws the bars of a row in at most the given
    /// width; `widest` is their maximum width.
    pub(crate) fn lay_out(
        &self,
        terminal: Option<usize>,
        widest: usize,
        bars: &dyn Fn(usize, usize) -> String,
        style: Style,
    ) -> Laid {
        let (widths, left_out) = self.widths(terminal, widest);
        let drawn = self.heads.iter().position(|head| head.kind == Kind::Bars);
        let bars_width = drawn.and_then(|at| widths.get(at).copied().flatten()).unwrap_or(0);
        let mut text = String::new();
        let titles: Vec<String> = self.heads.iter().map(|head| head.title.to_uppercase()).collect();
        text.push_str(&self.line(&titles, &widths, |_, cell| style.head(cell)));
        for (at, row) in self.rows.iter().enumerate() {
            let mut row = row.clone();
            if let Some(cell) = drawn.and_then(|drawn| row.get_mut(drawn)) {
                *cell = bars(at, bars_width);
            }
            let is_sum = self.has_sum && at + 1 == self.rows.len();
            let paint = |kind, cell: &str| match kind {
                Kind::Bars => style.dim(cell),
                _ if is_sum => style.head(cell),
                _ => cell.to_owned(),
            };
            text.push_str(&self.line(&row, &widths, paint));
        }
        Laid { text, left_out, bars: bars_width }
    }

    /// Returns the titles of these columns.
    pub(crate) fn titles(&self, places: &[usize]) -> Vec<String> {
        places.iter().filter_map(|at| self.heads.get(*at)).map(|head| head.title.clone()).collect()
    }

    /// Returns the width of each column; `None` if it is left out.
    fn widths(&self, terminal: Option<usize>, widest: usize) -> (Vec<Option<usize>>, Vec<usize>) {
        let natural = |(at, head): (usize, &Head)| {
            let least = if head.kind == Kind::Bars { widest } else { 0 };
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
            cells.chain([head.title.width(), least]).max()
        };
        let wanted: Vec<Option<usize>> = self.heads.iter().enumerate().map(natural).collect();
        let mut widths = wanted.clone();
        let mut left_out = Vec::new();
        let Some(terminal) = terminal else { return (widths, left_out) };
        let total = |widths: &[Option<usize>]| {
            let kept = widths.iter().flatten();
            kept.clone().sum::<usize>() + kept.count().saturating_sub(1) * GAP
        };
        loop {
            let over = total(&widths).saturating_sub(terminal);
            if over == 0 {
                break;
            }
            let shrunk = self.shrink(&mut widths, Kind::Bars, NARROWEST_BARS, over)
                || self.shrink(&mut widths, Kind::Name, self.short_name, 1);
            if shrunk {
                continue;
            }
            let kept = self.heads.iter().zip(&mut widths).enumerate();
            let droppable = kept.filter(|(_, (head, width))| head.drop > 0 && width.is_some());
            if let Some((at, (_, width))) = droppable.max_by_key(|(_, (head, _))| head.drop) {
                left_out.push(at);
                *width = None;
            } else if !self.shrink(&mut widths, Kind::Name, SHORTEST_NAME, 1) {
                break;
            }
        }
        // The width of left-out columns is distributed among names that were cut.
        let mut room = terminal.saturating_sub(total(&widths));
        loop {
            let before = room;
            for ((head, width), wanted) in self.heads.iter().zip(&mut widths).zip(&wanted) {
                let is_cut = head.kind == Kind::Name && *width < *wanted;
                if let (true, Some(width), 1..) = (is_cut, width.as_mut(), room) {
                    *width += 1;
                    room -= 1;
                }
            }
            if room == before {
                return (widths, left_out);
            }
        }
    }

    /// Narrows the widest column of a kind by one if it is wider than `least`.
    fn shrink(&self, widths: &mut [Option<usize>], kind: Kind, least: usize, by: usize) -> bool {
        let of_kind = self.heads.iter().zip(widths).filter(|(head, _)| head.kind == kind);
        let widest = of_kind.filter_map(|(_, width)| width.as_mut()).max_by_key(|width| **width);
        match widest {
            Some(width) if *width > least => {
                *width = (*width - by.min(*width)).max(least);
                true
            }
            _ => false,
        }
    }

    fn line(
        &self,
        cells: &[String],
        widths: &[Option<usize>],
        paint: impl Fn(Kind, &str) -> String,
    ) -> String {
        let mut line = String::new();
        let mut pending = 0;
        for ((head, cell), width) in self.heads.iter().zip(cells).zip(widths) {
            let Some(width) = *width else { continue };
            let cell = cut(cell, width);
            let rest = width.saturating_sub(cell.width());
            let (before, after) = if head.kind == Kind::Number { (rest, 0) } else { (0, rest) };
            line.push_str(&" ".repeat(pending + before));
            line.push_str(&paint(head.kind, &cell));
            pending = after + GAP;
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }
}

/// Cuts a text to this many columns in its middle, because names may differ at either end.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let tail = room * 2 / 5;
    let end: String = taken(text.chars().rev(), tail).chars().rev().collect();
    let begin = taken(text.chars(), room - end.width());
    format!("{begin}…{end}")
}

/// Returns the longest prefix that fits.
fn taken(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    chars.take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let head = |title: &str, kind, drop| Head { title: title.to_owned(), kind, drop };
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        Grid {
            heads: vec![
                head("workspace", Kind::Name, 0),
                head("input", Kind::Number, 2),
                head("output", Kind::Number, 1),
                head("total", Kind::Number, 0),
                head("trend", Kind::Bars, 0),
            ],
            rows: vec![
                row(["production of everything we have", "1.23k", "4", "1.24k", ""]),
                row(["研究研究研究研究研究研究研究", "1", "2", "3", ""]),
                row(["total", "1.23k", "6", "1.24k", ""]),
            ],
            has_sum: true,
            short_name: 12,
        }
    }

    fn laid(terminal: Option<usize>) -> Laid {
        grid().lay_out(terminal, 20, &|_, width| "#".repeat(width), Style::plain())
    }

    #[test]
    fn a_table_fits_and_names_the_left_out_columns() {
        for width in 30..100 {
            let laid = laid(Some(width));
            for line in laid.text.lines() {
                assert!(line.width() <= width, "{width}: {line:?}");
            }
            let missing = 5 - laid.text.lines().next().unwrap().split_whitespace().count();
            assert_eq!(missing, laid.left_out.len(), "{}", laid.text);
        }
        assert_eq!(laid(None).bars, 20);
    }

    #[test]
    fn bars_shrink_before_names_and_names_before_columns() {
        let laid = laid(Some(42));
        assert_eq!(
            laid.text,
            "WORKSPACE          OUTPUT  TOTAL  TREND\n\
             production…e have       4  1.24k  ########\n\
             研究研究研…究研究       2      3  ########\n\
             total                   6  1.24k  ########\n"
        );
        assert_eq!(laid.left_out, [1]);
    }
}
