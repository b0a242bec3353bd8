//! Finds the comments of a file. The tree is needed because a `#` inside a scalar does not begin a comment.

use std::ops::Range;

use crate::raw::{Raw, RawValue};

/// Returns the byte ranges of the comments of a text, from the `#` to the end of the line.
pub(crate) fn of(text: &str, raw: &Raw) -> Vec<Range<usize>> {
    let texts = texts_of(raw);
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = |at: usize| {
            let before = line.get(..at).unwrap_or_default();
            (before.is_empty() || before.ends_with([' ', '\t'])) && !is_inside(&texts, start + at)
        };
        if let Some((at, _)) = line.match_indices('#').find(|&(at, _)| begins(at)) {
            comments.push(start + at..start + line.trim_end_matches(['\n', '\r']).len());
        }
        start += line.len();
    }
    comments
}

/// Returns the byte ranges of the strings of a file, sorted.
pub(crate) fn texts_of(raw: &Raw) -> Vec<Range<usize>> {
    let mut texts = Vec::new();
    collect(raw, &mut texts);
    texts.sort_unstable_by_key(|range| range.start);
    texts
}

fn collect(raw: &Raw, texts: &mut Vec<Range<usize>>) {
    match &raw.value {
        RawValue::Text(_) => texts.push(raw.start as usize..raw.end as usize),
        RawValue::Null | RawValue::Bool | RawValue::Number => {}
        RawValue::List(items) => items.iter().for_each(|item| collect(item, texts)),
        RawValue::Map(pairs) => {
            for (key, value) in pairs {
                collect(key, texts);
                collect(value, texts);
            }
        }
    }
}

/// Returns whether a byte is in one of these ranges.
pub(crate) fn is_inside(texts: &[Range<usize>], byte: usize) -> bool {
    let after = texts.partition_point(|range| range.start <= byte);
    after.checked_sub(1).and_then(|at| texts.get(at)).is_some_and(|range| range.contains(&byte))
}
