//! Locations in the files.
//! [`At`] is the small internal form; [`Position`], with the name of the file, is public.

use std::cell::OnceCell;
use std::cmp::Ordering;

/// A location in a file: a part of one line, never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The name of the file, as in [`SourceFile::name`](crate::SourceFile::name).
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The offset of the first byte in the text of the file.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

/// A [`Position`] that identifies its file by number, small and `Copy` because every value has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    pub(crate) file: u32,
    /// The line, from 1.
    pub line: u32,
    pub(crate) column: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl At {
    /// Returns the location of a parsed value; `line` and `column` are those of `start`.
    pub(crate) fn found(positions: &Positions<'_>, line: u32, column: u32, start: u32, end: u32) -> Self {
        let file = positions.file;
        // An empty range is extended to a neighboring character, if possible without counting lines again.
        let (from, to) = visible(positions.text, start as usize, end as usize);
        let (from, to) = (narrow(from), narrow(to));
        match from.cmp(&start) {
            Ordering::Equal => Self { file, line, column, start: from, end: to },
            Ordering::Less if column > 1 => Self { file, line, column: column - 1, start: from, end: to },
            Ordering::Less | Ordering::Greater => positions.bytes(start as usize, end as usize),
        }
    }

    /// Returns the public form, with the name of the file.
    pub(crate) fn position(self, file: &str) -> Position {
        Position {
            file: file.to_owned(),
            line: self.line,
            column: self.column,
            start: self.start as usize,
            end: self.end as usize,
        }
    }
}

/// Finds many locations in one text: each costs reading a few thousand bytes, not the whole text before it.
pub(crate) struct Positions<'t> {
    file: u32,
    pub(crate) text: &'t str,
    /// Byte, line and column, from 0, at every [`STEP`] bytes; computed on first use.
    marks: OnceCell<Vec<(usize, usize, usize)>>,
}

/// Bytes between two marks.
const STEP: usize = 4_096;

impl<'t> Positions<'t> {
    pub(crate) fn new(file: u32, text: &'t str) -> Self {
        Self { file, text, marks: OnceCell::new() }
    }

    /// Returns the location of a byte range, extended to one character if it is empty.
    pub(crate) fn bytes(&self, start: usize, end: usize) -> At {
        let (start, end) = visible(self.text, start, end);
        let (line, column) = self.line_and_column(start);
        At { file: self.file, line, column, start: narrow(start), end: narrow(end) }
    }

    /// Returns the line and column of a byte, both from 1.
    pub(crate) fn line_and_column(&self, byte: usize) -> (u32, u32) {
        let marks = self.marks.get_or_init(|| marks(self.text));
        let after = marks.partition_point(|&(mark, ..)| mark <= byte);
        let (mark, line, column) = marks.get(after.saturating_sub(1)).copied().unwrap_or_default();
        let (line, column) = advance(self.text.get(mark..byte).unwrap_or_default(), line, column);
        (narrow(line + 1), narrow(column + 1))
    }
}

fn marks(text: &str) -> Vec<(usize, usize, usize)> {
    let mut marks = vec![(0, 0, 0)];
    let (mut from, mut line, mut column) = (0, 0, 0);
    while from + STEP < text.len() {
        let to = text.ceil_char_boundary(from + STEP);
        (line, column) = advance(text.get(from..to).unwrap_or_default(), line, column);
        marks.push((to, line, column));
        from = to;
    }
    marks
}

/// Returns the line and column after `text`, which begins at `line` and `column`.
fn advance(text: &str, line: usize, column: usize) -> (usize, usize) {
    match text.rfind('\n') {
        None => (line, column + text.chars().count()),
        Some(last) => {
            let lines = text.bytes().filter(|&b| b == b'\n').count();
            (line + lines, text.get(last + 1..).unwrap_or_default().chars().count())
        }
    }
}

/// Converts an offset; files are limited to far less than 4 GiB.
pub(crate) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Adjusts a byte range so that it can be underlined: on one line and at least one character.
fn visible(text: &str, start: usize, end: usize) -> (usize, usize) {
    let start = text.floor_char_boundary(start);
    let end = text.floor_char_boundary(end.max(start));
    let line = text.get(start..end).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    if !line.is_empty() {
        return (start, start + line.len());
    }
    let next = text.get(start..).and_then(|rest| rest.chars().next());
    let last = text.get(..start).and_then(|before| before.chars().next_back());
    match (next, last) {
        (Some(next), _) if next != '\n' && next != '\r' => (start, start + next.len_utf8()),
        (_, Some(last)) if last != '\n' => (start - last.len_utf8(), start),
        (Some(next), _) => (start, start + next.len_utf8()),
        (None, Some(last)) => (start - last.len_utf8(), start),
        (None, None) => (0, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::Positions;

    #[test]
    fn a_location_is_never_empty_and_within_one_line() {
        for (text, start, end, expected) in [
            ("a: b\nc: d\n", 5, 6, (2, 1, 5, 6)),
            ("é: b\n", 4, 5, (1, 4, 4, 5)),
            ("é: b\n", 1, 1, (1, 1, 0, 2)),
            ("a:\nb: c\n", 2, 2, (1, 2, 1, 2)),
            ("a: b\r\nc\r\n", 0, 9, (1, 1, 0, 4)),
            ("a\n", 2, 2, (1, 2, 1, 2)),
            ("a", 99, 99, (1, 1, 0, 1)),
            ("\n", 0, 0, (1, 1, 0, 1)),
        ] {
            let at = Positions::new(0, text).bytes(start, end);
            assert_eq!((at.line, at.column, at.start, at.end), expected, "{text:?} {start}..{end}");
        }
    }

    #[test]
    fn lines_and_columns_are_right_far_from_the_beginning() {
        let text = "é".repeat(5_000) + &"a: b\r\n日本\n".repeat(3_000) + &"x".repeat(9_000);
        let positions = Positions::new(0, &text);
        for start in (0..text.len() + 9).step_by(701) {
            let at = positions.bytes(start, start + 3);
            let before = &text[..at.start as usize];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!((at.line as usize, at.column as usize), (line, column), "{start}");
        }
    }
}
