//! The raw tree of a text: its values with their byte ranges, before they are checked.

use granit_parser::{Marker, Span};

use crate::position::narrow;

/// A value with its byte range. Line and column, from 1, are those of `start`.
#[derive(Clone)]
pub struct Raw {
    /// The line of the first byte.
    pub line: u32,
    /// The column of the first byte, in characters.
    pub column: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// The byte range of the definition, which differs from `start` and `end` only for an alias.
    pub defined: (u32, u32),
    /// The value itself.
    pub value: RawValue,
}

/// A value as parsed. Booleans and numbers are read from the text when they are needed.
#[derive(Clone)]
pub enum RawValue {
    /// No value, `~` or `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// A string, without quotes and escapes.
    Text(String),
    /// A list with its items.
    List(Vec<Raw>),
    /// A map with its keys and values, in the order of the file.
    Map(Vec<(Raw, Raw)>),
}

impl Raw {
    pub(crate) fn null(span: &Span) -> Self {
        let (start, end) = (narrow(byte(span.start)), narrow(byte(span.end)));
        let (line, column) = (narrow(span.start.line()), narrow(span.start.col() + 1));
        Self { line, column, start, end, defined: (start, end), value: RawValue::Null }
    }
}

/// Returns the offset of a location, which the parser knows for every text in memory.
pub(crate) fn byte(marker: Marker) -> usize {
    marker.byte_offset().unwrap_or_default()
}
