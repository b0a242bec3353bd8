//! Checks a text before it is parsed as YAML: merge conflicts, control characters and text direction marks.
//! Each is reported and cut, so that the rest can be read.

use crate::blame;
use crate::cuts::Remainder;
use crate::lines::Line;
use crate::position::Positions;
use crate::problem::Problems;
use crate::rules;

/// Maximum number of lines with control characters to report; a file with more is not text.
const MAX_LINES: usize = 20;

/// A merge conflict marker: seven characters at the beginning of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Ours,
    Base,
    Theirs,
    End,
}

fn marker(line: &str) -> Option<Marker> {
    let line = line.trim_end_matches(['\n', '\r']);
    let is =
        |mark: &str| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    match line.as_bytes().first()? {
        b'<' if is("<<<<<<<") => Some(Marker::Ours),
        b'|' if is("|||||||") => Some(Marker::Base),
        b'=' if line == "=======" => Some(Marker::Theirs),
        b'>' if is(">>>>>>>") => Some(Marker::End),
        _ => None,
    }
}

/// Returns whether there is no merge conflict, control character or direction mark.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.split_inclusive('\n').any(|line| marker(line).is_some()) && odd(text).is_none()
}

/// Reports each merge conflict once, and keeps its first side.
pub(crate) fn conflicts(remainder: &mut Remainder, positions: &Positions<'_>, problems: &mut Problems) {
    // The open conflict, and the byte from which it is dropped.
    let mut open: Option<Option<usize>> = None;
    let mut cuts = Vec::new();
    let mut byte = 0;
    for line in remainder.text().split_inclusive('\n') {
        let end = byte + line.len();
        if let Some(marker) = marker(line) {
            if open.is_none() || marker == Marker::Ours {
                let message = "unresolved merge conflict";
                problems
                    .report(&rules::MERGE_CONFLICT, positions.bytes(byte, byte + 7), message)
                    .label("conflict marker")
                    .help("keep one side, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`");
            }
            let dropped = open.take().flatten();
            match marker {
                Marker::Ours => open = Some(None),
                Marker::Base | Marker::Theirs => open = Some(dropped.or(Some(byte))),
                Marker::End => {}
            }
            let from = if marker == Marker::End { dropped.unwrap_or(byte) } else { byte };
            cuts.push(from..end);
        }
        byte = end;
    }
    for cut in cuts {
        remainder.gap(cut);
    }
}

/// Reports the first control character or direction mark of each line. Of the control characters, YAML allows only tabs
/// and line ends.
pub(crate) fn controls(remainder: &mut Remainder, positions: &Positions<'_>, problems: &mut Problems) {
    let mut from = 0;
    for n in 0.. {
        let Some((byte, c)) = odd(remainder.text().get(from..).unwrap_or_default()) else { return };
        let byte = from + byte;
        if n == MAX_LINES {
            return without(remainder, byte);
        }
        let at = positions.bytes(byte, byte + c.len_utf8());
        if bylaws_engine::spelling::is_direction_mark(c) {
            let message = format!("a character that changes the text direction, U+{:04X}", u32::from(c));
            problems
                .report(&rules::DIRECTION_MARK, at, message)
                .label("displayed in another order from here on")
                .help("delete it, so that the line displays what Bylaws reads");
        } else if c == '\r' {
            let message = "a carriage return without a line feed";
            problems
                .report(&rules::CONTROL_CHARACTER, at, message)
                .help("end lines with LF, or with CR and LF");
        } else if is_odd_break(c) {
            let message = format!("an unusual line break, U+{:04X}", u32::from(c));
            problems.report(&rules::CONTROL_CHARACTER, at, message).help("delete it; end lines with LF");
        } else {
            let message = format!("a control character, U+{:04X}", u32::from(c));
            problems.report(&rules::CONTROL_CHARACTER, at, message).help("delete it");
        }
        blame::cut_line(remainder, byte);
        let line = Line::at(remainder.text(), byte).bytes();
        if remainder.text().get(byte..).is_some_and(|rest| rest.starts_with(c)) {
            remainder.gap(line.clone());
        }
        from = line.end.max(byte + c.len_utf8());
    }
}

/// Cuts every line with a control character from a byte on.
fn without(remainder: &mut Remainder, from: usize) {
    let mut cuts = Vec::new();
    let mut byte = remainder.text().get(..from).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    for line in remainder.text().get(byte..).unwrap_or_default().split_inclusive('\n') {
        if odd(line).is_some() {
            cuts.push(byte..byte + line.len());
        }
        byte += line.len();
    }
    for cut in cuts {
        remainder.gap(cut);
    }
}

/// Returns the first character that is not allowed in a file. A byte order mark at the beginning is removed already.
fn odd(text: &str) -> Option<(usize, char)> {
    // A fast check that most texts pass.
    if text.bytes().all(|b| matches!(b, b'\t' | b'\n' | b' '..=b'~')) {
        return None;
    }
    let mut chars = text.char_indices().peekable();
    while let Some((byte, c)) = chars.next() {
        let lone = c == '\r' && chars.peek().is_none_or(|&(_, next)| next != '\n');
        let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if lone
            || c == '\u{feff}'
            || is_control
            || is_odd_break(c)
            || bylaws_engine::spelling::is_direction_mark(c)
        {
            return Some((byte, c));
        }
    }
    None
}

/// Returns whether only some programs treat a character as a line break: a comment could end in one place for Bylaws and
/// in another in a review.
fn is_odd_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}
