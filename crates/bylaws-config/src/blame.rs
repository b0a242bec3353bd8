//! Decides which lines to cut after a syntax error: as few as possible.
//! The parser reports where it gave up, which is often below the line that is wrong.

use std::ops::Range;

use crate::cuts::Remainder;
use crate::lines::Line;
use crate::nesting::{Open, open_at};
use crate::refusal::{Cause, Refusal, UNCLOSED_BRACKET, UNCLOSED_QUOTE, WITHOUT_KEY};

/// How to report a syntax error, and how far its cut reaches.
pub(crate) struct Blame {
    /// The bytes to underline.
    pub(crate) position: Range<usize>,
    /// Message and help that replace the parser's.
    pub(crate) words: Option<(&'static str, &'static str)>,
    /// Whether it is a consequence of an error that was already reported.
    pub(crate) is_echo: bool,
    /// The end of the cut, in bytes.
    pub(crate) reach: usize,
}

impl Blame {
    fn at(position: Range<usize>, reach: usize) -> Self {
        Self { position, words: None, is_echo: false, reach }
    }
}

/// Cuts the lines that a syntax error affects out of the text.
pub(crate) fn cut(remainder: &mut Remainder, refusal: &Refusal) -> Blame {
    let byte = refusal.byte;
    let line = Line::at(remainder.text(), byte);
    let open = open_at(remainder.text(), line.start);
    let reach = match (refusal.cause, open.first()) {
        (Cause::Alias, _) => return alias(remainder, byte),
        (Cause::Tag { start, end, scalar }, _) => return tag(remainder, start..end, scalar),
        (Cause::Tab, _) => tabs(remainder, line.start),
        (_, Some(first)) => {
            let is_dedented = line.indent() <= Line::at(remainder.text(), first).indent();
            let (start, words) = match open {
                Open { quote: Some(quote), .. } => (quote, Some(UNCLOSED_QUOTE)),
                Open { bracket: Some(bracket), .. } if is_dedented => (bracket, Some(UNCLOSED_BRACKET)),
                Open { .. } => (byte, None),
            };
            return Blame { words, ..Blame::at(start..start, cut_line(remainder, byte)) };
        }
        (Cause::Colon, None) => return colon(remainder, byte),
        (Cause::Indent, None) => siblings(remainder, line.start),
        (_, None) => cut_line(remainder, byte),
    };
    Blame::at(byte..byte, reach)
}

/// Cuts the line that contains a byte, or the multi-line value that does, with everything indented under it.
/// Returns the end of the cut.
pub(crate) fn cut_line(remainder: &mut Remainder, byte: usize) -> usize {
    let text = remainder.text();
    let line = Line::at(text, byte);
    let open = open_at(text, line.start);
    let (first, is_quoted) = (open.first(), open.quote.is_some());
    let blamed = first.map_or(line, |first| Line::at(text, first));
    let within = first.unwrap_or(byte) - blamed.start;
    let content = blamed.text.trim_end().len();
    let value = blamed.value().filter(|&value| value <= within && value < content);
    let item = blamed.content();
    let (from, indent) = match value {
        Some(value) => (Some(value), item),
        None if blamed.is_item() && blamed.value().is_none() && item <= within && item < content => {
            (Some(item), blamed.indent())
        }
        None => (None, blamed.indent()),
    };
    let end = end_of(text, blamed, indent);
    match from {
        Some(from) => remainder.hole(blamed.start + from..end),
        None => remainder.gap(blamed.start..end),
    };
    // A quoted string may continue on lines that are not indented; a line with a key is more likely the next entry.
    let line = Line::at(remainder.text(), byte);
    if line.start < end || !is_quoted || line.value().is_some() {
        return end;
    }
    remainder.gap(line.bytes())
}

/// Cuts the whole section that contains a byte, from one line without indentation to the next.
/// Returns its end, or `None` if there was nothing to cut.
pub(crate) fn cut_section(remainder: &mut Remainder, byte: usize) -> Option<usize> {
    let text = remainder.text();
    let begins =
        |line: Line<'_>| !line.is_void() && line.indent() == 0 && !line.text.starts_with(['-', ']', '}']);
    let mut first = Line::at(text, byte);
    while !begins(first) {
        match first.start.checked_sub(1) {
            Some(above) => first = Line::at(text, above),
            None => break,
        }
    }
    let end = first.following(text).find(|&line| begins(line)).map_or(text.len(), |line| line.start);
    let bytes = first.start..end;
    let stood = text.get(bytes.clone()).is_some_and(|section| !section.trim().is_empty());
    remainder.gap(bytes);
    stood.then_some(end)
}

/// Returns the end of a line and of everything below it that is indented deeper than `indent`.
fn end_of(text: &str, line: Line<'_>, indent: usize) -> usize {
    let mut end = line.end();
    for below in line.following(text) {
        if below.is_void() {
            continue;
        }
        let deeper = below.indent() > indent;
        let item = below.is_item() && below.indent() == indent && !line.is_item();
        let closes = below.text.trim_start().starts_with([']', '}'])
            && open_at(text, below.start).first().is_some_and(|first| line.bytes().contains(&first));
        if !deeper && !item && !closes {
            break;
        }
        end = below.end();
        if closes && !deeper {
            break;
        }
    }
    end
}

/// Handles a misplaced `:`: either it is the second one of its line, or the line above has no key.
fn colon(remainder: &mut Remainder, byte: usize) -> Blame {
    let text = remainder.text();
    let line = Line::at(text, byte);
    let is_second = line.value().is_some_and(|value| line.start + value <= byte);
    match line.above(text).filter(|_| !is_second) {
        Some(above) if above.value().is_none() && !above.is_item() && above.indent() <= line.indent() => {
            let position = above.start + above.indent()..above.end();
            let bytes = above.start..end_of(text, above, above.indent());
            Blame { words: Some(WITHOUT_KEY), ..Blame::at(position, remainder.gap(bytes)) }
        }
        Some(above) if line.indent() > above.indent() => {
            let bytes = line.start..end_of(text, line, above.indent());
            Blame::at(byte..byte, remainder.gap(bytes))
        }
        _ => Blame::at(byte..byte, cut_line(remainder, byte)),
    }
}

/// Cuts a line with a wrong indentation and the lines below it with the same one.
fn siblings(remainder: &mut Remainder, start: usize) -> usize {
    let text = remainder.text();
    let line = Line::at(text, start);
    let is_alike = |below: &Line<'_>| {
        below.indent() > line.indent()
            || (below.indent() == line.indent() && below.is_item() == line.is_item())
    };
    let below = line.following(text).filter(|below| !below.is_void()).take_while(is_alike).last();
    let end = end_of(text, line, line.indent()).max(below.map_or(0, Line::end));
    remainder.gap(start..end)
}

/// Cuts consecutive lines that are indented with tabs.
fn tabs(remainder: &mut Remainder, start: usize) -> usize {
    let text = remainder.text();
    let line = Line::at(text, start);
    let alike = line.following(text).take_while(|below| below.has_tab() || below.text.trim().is_empty());
    let end = alike.filter(|below| below.has_tab()).last().unwrap_or(line).end();
    remainder.gap(start..end)
}

/// Cuts an alias, which is a whole value.
fn alias(remainder: &mut Remainder, byte: usize) -> Blame {
    let rest = remainder.text().get(byte..).unwrap_or_default();
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    let word = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
    let Some(name) = word.strip_prefix('*').filter(|name| name.is_ascii()) else {
        return Blame::at(byte..byte, cut_line(remainder, byte));
    };
    let bytes = byte..byte + word.len();
    let is_echo = remainder.has_lost(name);
    Blame { is_echo, ..Blame::at(bytes.clone(), remainder.hole(bytes)) }
}

/// Cuts a tag: a scalar beside it, which ends at the byte `scalar`, is cut with it; any other value is kept.
fn tag(remainder: &mut Remainder, tag: Range<usize>, scalar: Option<usize>) -> Blame {
    let text = remainder.text();
    let in_brackets = open_at(text, tag.start).first().is_some();
    let reach = match scalar {
        None => remainder.blank(tag.clone()),
        Some(end) if in_brackets => {
            // The scalar may be the key of an entry.
            let rest = text.get(end..).unwrap_or_default();
            let end = end + rest.find([',', '[', ']', '{', '}', '\n']).unwrap_or(rest.len());
            remainder.hole(tag.start..end)
        }
        Some(_) => cut_line(remainder, tag.start),
    };
    Blame::at(tag, reach)
}
