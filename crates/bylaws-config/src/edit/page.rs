//! A file under edit: its comments and the splices so far.
//! Callers decide what to edit; this module finds where lines, entries and brackets begin and end.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Step;
use crate::comments;
use crate::position::{Position, Positions};
use crate::raw::{Raw, RawValue};
use crate::source::SourceFile;
use crate::syntax;

/// Bytes to replace, and the replacement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Splice {
    start: usize,
    end: usize,
    with: String,
}

/// A file and its pending splices.
pub struct Page<'f> {
    pub(super) file: &'f SourceFile,
    number: u32,
    comments: Vec<Range<usize>>,
    pub(super) keeps_comments: bool,
    // A set, because a list that several lines share through an alias must be edited once.
    splices: BTreeSet<Splice>,
}

impl<'f> Page<'f> {
    /// Opens a file and returns its page and tree, or `None` if the text is not a single YAML document.
    pub(super) fn open(number: usize, file: &'f SourceFile) -> Option<(Self, Raw)> {
        let tree = syntax::parse(&file.text).ok()?;
        let comments = comments::of(&file.text, &tree);
        let number = u32::try_from(number).ok()?;
        Some((Self { file, number, comments, keeps_comments: false, splices: BTreeSet::new() }, tree))
    }

    pub(super) fn text(&self) -> &'f str {
        &self.file.text
    }

    /// Returns the text of a byte range, or an empty string if the range is invalid.
    pub(super) fn cut(&self, range: Range<usize>) -> &'f str {
        self.text().get(range).unwrap_or_default()
    }

    pub(super) fn position(&self, raw: &Raw) -> Position {
        self.position_of(start(raw)..own_end(raw))
    }

    fn position_of(&self, bytes: Range<usize>) -> Position {
        Positions::new(self.number, self.text()).bytes(bytes.start, bytes.end).position(&self.file.name)
    }

    /// Replaces a byte range with a text.
    pub fn splice(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.splices.insert(Splice { start: range.start, end: range.end, with: with.into() });
    }

    /// Removes a byte range. If comments are kept, each one in it stays on a line of its own.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        let is_kept = |comment: &&Range<usize>| {
            self.keeps_comments && range.start <= comment.start && comment.end <= range.end
        };
        let kept: Vec<Range<usize>> = self.comments.iter().filter(is_kept).cloned().collect();
        let mut at = range.start;
        for comment in kept {
            let line = self.line_start(comment.start);
            let before = self.cut(line..comment.start);
            if at <= line {
                self.splice(at..line, "");
                at = line + before.len() - before.trim_start().len();
            }
            self.splice(at..comment.start, "");
            at = self.line_end(comment.end).min(range.end);
        }
        self.splice(at..range.end, "");
    }

    pub(super) fn is_edited(&self) -> bool {
        !self.splices.is_empty()
    }

    /// Returns the text after all splices, or `None` if two of them overlap.
    pub(super) fn after(&self) -> Option<String> {
        let mut out = String::with_capacity(self.text().len());
        let mut at = 0;
        for splice in &self.splices {
            out.push_str(self.text().get(at..splice.start)?);
            out.push_str(&splice.with);
            at = splice.end;
        }
        out.push_str(self.text().get(at..)?);
        Some(out)
    }

    /// Returns the comments that the splices remove, with their locations.
    pub(super) fn lost_comments(&self) -> Vec<Step> {
        let goes = |comment: &&Range<usize>| {
            self.splices.iter().any(|splice| splice.start <= comment.start && comment.end <= splice.end)
        };
        let step = |comment: &Range<usize>| Step {
            position: self.position_of(comment.clone()),
            what: self.cut(comment.clone()).to_owned(),
        };
        self.comments.iter().filter(goes).map(step).collect()
    }

    /// Returns the text of every comment, in the order of the file.
    pub(super) fn comment_texts(&self) -> Vec<String> {
        self.comments.iter().map(|comment| self.cut(comment.clone()).to_owned()).collect()
    }

    /// Returns whether a comment begins in a byte range.
    pub(super) fn has_comment(&self, range: &Range<usize>) -> bool {
        self.comments.iter().any(|comment| range.start <= comment.start && comment.start < range.end)
    }

    /// Returns the first byte of the line that contains a byte.
    pub(super) fn line_start(&self, byte: usize) -> usize {
        self.cut(0..byte).rfind('\n').map_or(0, |at| at + 1)
    }

    /// Returns the end of the line that contains a byte, including the line break.
    pub(super) fn line_end(&self, byte: usize) -> usize {
        self.cut(byte..self.text().len()).find('\n').map_or(self.text().len(), |at| byte + at + 1)
    }

    /// Returns the line break of the line that contains a byte; for a last line without one, that of the other lines.
    pub(super) fn line_break(&self, byte: usize) -> &'static str {
        let end = self.line_end(byte);
        let line = self.cut(0..end);
        let line = if line.ends_with('\n') { line } else { self.text() };
        let first = line.rfind('\n').map_or(line, |at| line.get(..at).unwrap_or_default());
        if first.ends_with('\r') { "\r\n" } else { "\n" }
    }

    /// Returns whether only spaces and a comment follow on the line.
    pub(super) fn is_line_done(&self, byte: usize) -> bool {
        let rest = self.cut(byte..self.line_end(byte));
        let gap = rest.len() - rest.trim_start().len();
        gap == rest.len() || self.comments.iter().any(|comment| comment.start == byte + gap)
    }

    /// Returns the end of the content of a line, before its comment and trailing spaces.
    pub(super) fn content_end(&self, byte: usize) -> usize {
        let (from, to) = (self.line_start(byte), self.line_end(byte));
        let comment = self.comments.iter().map(|comment| comment.start).find(|at| (byte..to).contains(at));
        from + self.cut(from..comment.unwrap_or(to)).trim_end().len()
    }

    /// Returns the next byte that is one of these signs, skipping comments; only white space and commas may come before
    /// it.
    fn sign(&self, from: usize, to: usize, signs: &[u8]) -> Option<usize> {
        let mut at = from;
        while at < to {
            if let Some(comment) = self.comments.iter().find(|comment| comment.contains(&at)) {
                at = comment.end;
                continue;
            }
            let byte = *self.text().as_bytes().get(at)?;
            if signs.contains(&byte) {
                return Some(at);
            }
            if !byte.is_ascii_whitespace() && byte != b',' {
                return None;
            }
            at += 1;
        }
        None
    }

    /// Returns the next comma in a range.
    pub(super) fn comma(&self, from: usize, to: usize) -> Option<usize> {
        self.sign(from, to, b",")
    }

    /// Returns whether a list or map is written in brackets.
    pub(super) fn is_flow(&self, raw: &Raw) -> bool {
        raw.end > raw.start && self.cut(start(raw)..own_end(raw)).starts_with(['[', '{'])
    }

    /// Returns the byte of the closing bracket of such a list or map.
    pub(super) fn bracket(&self, raw: &Raw) -> Option<usize> {
        let last = last_child(raw).map_or(start(raw) + 1, |child| self.end(child));
        self.sign(last, self.text().len(), b"]}")
    }

    /// Returns the end of a value, which may differ from the end that the parser reports.
    pub fn end(&self, raw: &Raw) -> usize {
        if is_alias(raw) {
            return own_end(raw);
        }
        match &raw.value {
            RawValue::List(_) | RawValue::Map(_) if self.is_flow(raw) => {
                self.bracket(raw).map_or(own_end(raw), |at| at + 1)
            }
            RawValue::List(_) | RawValue::Map(_) => {
                last_child(raw).map_or(own_end(raw), |child| self.end(child))
            }
            RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) => {
                // The parser includes the empty lines after a multi-line string.
                let (start, end) = (start(raw), own_end(raw));
                start + self.cut(start..end).trim_end().len()
            }
        }
    }

    /// Returns the end of an entry of a map, or of an item of a list.
    pub(super) fn entry_end(&self, entry: Entry<'_>) -> usize {
        let key = own_end(entry.first);
        match entry.value {
            // An absent value has the position of the parser; the entry ends with its colon.
            Some(value) if is_absent(value) => {
                let rest = self.cut(key..self.line_end(key));
                let gap = rest.len() - rest.trim_start().len();
                if rest.trim_start().starts_with(':') { key + gap + 1 } else { key }
            }
            value => value.map_or(key, |value| self.end(value).max(key)),
        }
    }

    /// Returns where an entry begins, including an anchor before it on its line.
    pub(super) fn entry_start(&self, entry: Entry<'_>) -> usize {
        let start = start(entry.first);
        let line = self.cut(self.line_start(start)..start);
        let before = line.trim_end();
        let word = before.rfind([' ', '[', '{', ',']).map_or(0, |at| at + 1);
        if before.len() < line.len() && before.get(word..).is_some_and(|word| word.starts_with('&')) {
            start - line.len() + word
        } else {
            start
        }
    }
}

/// An entry of a map, or an item of a list.
#[derive(Clone, Copy)]
pub struct Entry<'r> {
    /// The key, or the item.
    pub first: &'r Raw,
    /// The value of a key.
    pub value: Option<&'r Raw>,
}

/// Returns the entries of a map or the items of a list.
pub fn entries(raw: &Raw) -> Vec<Entry<'_>> {
    match &raw.value {
        RawValue::List(items) => items.iter().map(|item| Entry { first: item, value: None }).collect(),
        RawValue::Map(pairs) => {
            pairs.iter().map(|(key, value)| Entry { first: key, value: Some(value) }).collect()
        }
        RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) => Vec::new(),
    }
}

/// Returns a key of a map and its value.
pub fn field<'r>(raw: &'r Raw, name: &str) -> Option<(&'r Raw, &'r Raw)> {
    let RawValue::Map(pairs) = &raw.value else { return None };
    pairs.iter().find(|(key, _)| text(key) == Some(name)).map(|(key, value)| (key, value))
}

/// Returns the text of a string.
pub fn text(raw: &Raw) -> Option<&str> {
    if let RawValue::Text(text) = &raw.value { Some(text) } else { None }
}

/// Returns whether this is an alias, whose value is edited at its anchor.
pub fn is_alias(raw: &Raw) -> bool {
    (raw.start, raw.end) != raw.defined
}

/// Returns whether there is nothing after the colon.
pub(super) fn is_absent(raw: &Raw) -> bool {
    matches!(raw.value, RawValue::Null) && raw.start == raw.end
}

/// Returns the first byte of a value.
pub fn start(raw: &Raw) -> usize {
    raw.start as usize
}

fn own_end(raw: &Raw) -> usize {
    raw.end as usize
}

fn last_child(raw: &Raw) -> Option<&Raw> {
    match &raw.value {
        RawValue::List(items) => items.last(),
        RawValue::Map(pairs) => pairs.last().map(|(key, value)| {
            // An absent value has the position of the parser.
            if is_absent(value) { key } else { value }
        }),
        RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) => None,
    }
}
