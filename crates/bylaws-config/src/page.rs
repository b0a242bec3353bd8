//! A file under construction, with one entry per line.
//! Callers decide what to write; this module writes keys, values and comments so that they read back as meant.

use std::borrow::Cow;
use std::fmt::Write as _;

use bylaws_engine::Line;

use crate::notes::Notes;
use crate::quote::scalar;

/// A file under construction.
pub struct Page<'a> {
    text: String,
    notes: &'a Notes,
}

impl<'a> Page<'a> {
    /// Returns what `write` writes, or `None` if that is nothing.
    pub fn written(notes: &'a Notes, write: impl FnOnce(&mut Self)) -> Option<String> {
        let mut page = Self { text: String::new(), notes };
        write(&mut page);
        Some(page.text).filter(|text| !text.is_empty())
    }

    /// Writes `key:` with a value, or without one if lines follow below it.
    pub fn line(&mut self, indent: usize, key: &str, value: &str) {
        let colon = if value.is_empty() { ":" } else { ": " };
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:indent$}{key}{colon}{value}", "");
    }

    /// Writes the same with the comments for `line`.
    pub fn noted(&mut self, indent: usize, line: &Line, key: &str, value: &str) {
        self.comment(indent, self.notes.above(line));
        self.line(indent, key, value);
        if let Some(note) = self.notes.beside(line) {
            self.text.truncate(self.text.trim_end().len());
            let _ = writeln!(self.text, " # {note}");
        }
    }

    /// Writes an item of a list.
    pub fn item(&mut self, indent: usize, value: &str) {
        let _ = writeln!(self.text, "{:indent$}- {value}", "");
    }

    /// Writes the comments above `line`.
    pub fn notes_above(&mut self, indent: usize, line: &Line) {
        self.comment(indent, self.notes.above(line));
    }

    /// Writes the comments at the top of the file.
    pub fn notes_at_top(&mut self) {
        self.comment(0, self.notes.head());
    }

    /// Writes the comments above `unlisted:`.
    pub fn notes_above_unlisted(&mut self) {
        self.comment(0, self.notes.unlisted());
    }

    /// Writes an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    fn comment(&mut self, indent: usize, lines: Vec<String>) {
        for line in lines {
            let _ = writeln!(self.text, "{:indent$}{}", "", format!("# {line}").trim_end());
        }
    }
}

/// Returns the value of the first field if there is no other value, otherwise all fields on one line.
pub fn short_or_long(first: (&str, &str), others: &[(&str, Option<Cow<'_, str>>)]) -> String {
    if others.iter().all(|(_, value)| value.is_none()) {
        return first.1.to_owned();
    }
    let others = others.iter().map(|(key, value)| (*key, value.as_deref()));
    let all = std::iter::once((first.0, Some(first.1))).chain(others);
    flow(&all.map(|(key, value)| (key, value.map(scalar_or_day))).collect::<Vec<_>>())
}

/// Returns a scalar, with dates unquoted because they are easier to read.
fn scalar_or_day(text: &str) -> String {
    let is_day = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_day { text.to_owned() } else { scalar(text) }
}

/// Returns the fields that have a value, in braces. The values are written as they are.
pub fn flow(fields: &[(&str, Option<String>)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {value}")))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// Returns the strings in brackets.
pub fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", items.map(scalar).collect::<Vec<_>>().join(", "))
}

/// Returns `{}` for an empty map, because a key without a value is an error.
pub fn none_or_below(is_empty: bool) -> &'static str {
    if is_empty { "{}" } else { "" }
}
