//! Converts the text of a file to a tree; reports secret keys, duplicate keys and merge keys.
//! `lower` interprets the tree.

use crate::allow;
use std::collections::HashSet;
use std::ops::Range;

use crate::cuts::{Cuts, Remainder};
use crate::node::{Entry, Node, Value};
use crate::plain;
use crate::position::{At, Positions, narrow};
use crate::problem::Problems;
use crate::raw::{Raw, RawValue};
use crate::recover;
use crate::rules;
use crate::secret;
use crate::shown::shown;
use crate::syntax;
use crate::unseen;

/// The result of reading a file.
pub(crate) struct Read {
    /// The root of each YAML document; empty if nothing could be read.
    pub(crate) roots: Vec<Node>,
    /// Whether the whole file was read. Otherwise nothing can be reported as missing.
    pub(crate) complete: bool,
    /// Bytes to mask in the text before it is shown.
    pub(crate) mask: Vec<Range<usize>>,
}

/// Reads `text`, in which unescaped secret keys are masked already.
pub(crate) fn read(file: u32, text: &str, problems: &mut Problems) -> Read {
    let positions = Positions::new(file, text);
    let is_plain = plain::is_plain(text);
    let result = is_plain.then(|| syntax::parse(text));
    let (documents, cuts, complete) = match result {
        Some(Ok(raw)) => {
            allow::read(&positions, text, &raw, problems);
            unseen::in_comments(&positions, text, &raw, problems);
            (vec![raw], Cuts::default(), true)
        }
        refused => {
            let mut remainder = Remainder::new(text.to_owned());
            plain::conflicts(&mut remainder, &positions, problems);
            plain::controls(&mut remainder, &positions, problems);
            let refusal = refused.and_then(Result::err);
            let documents = recover::recover(&mut remainder, refusal, &positions, problems);
            if let [raw] = documents.as_slice() {
                allow::read(&positions, remainder.text(), raw, problems);
            }
            (documents, remainder.cuts(), false)
        }
    };
    let end = narrow(text.len());
    let mut builder = TreeBuilder { positions, text, problems, cuts, mask: Vec::new() };
    let mut roots = Vec::new();
    let mut known = HashSet::new();
    let is_single = documents.len() == 1;
    for raw in documents {
        let mut root = builder.settle(raw, None, 0..end);
        if let (Value::Map(entries), false) = (&mut root.value, is_single) {
            // Two documents in one file are one mistake: keys that are in both are not reported as well.
            entries.retain(|entry| known.insert(entry.key.clone()));
            if entries.is_empty() {
                continue;
            }
        }
        roots.push(root);
    }
    Read { roots, complete, mask: builder.mask }
}

/// Reports a secret key without repeating it.
pub(crate) fn live_key(problems: &mut Problems, at: At) {
    problems
        .report(&rules::LIVE_KEY, at, "this looks like a secret API key")
        .label("masked")
        .help("remove it from the files, and disable the key: everyone who can read the repository has it");
}

struct TreeBuilder<'a> {
    positions: Positions<'a>,
    text: &'a str,
    problems: &'a mut Problems,
    cuts: Cuts,
    mask: Vec<Range<usize>>,
}

impl TreeBuilder<'_> {
    /// Converts a value. `bytes` reach up to the next value.
    fn settle(&mut self, raw: Raw, key: Option<At>, bytes: Range<u32>) -> Node {
        let (line, column) = if self.cuts.is_empty() {
            (raw.line, raw.column)
        } else {
            // Blanked text has one character per byte, which the original may not have.
            self.positions.line_and_column(raw.start as usize)
        };
        let mut at = At::found(&self.positions, line, column, raw.start, raw.end);
        let source = |builder: &Self| {
            let (start, end) = raw.defined;
            builder.text.get(start as usize..end as usize).unwrap_or_default().to_owned()
        };
        let is_hole = self.cuts.is_hole(raw.start);
        let value = match raw.value {
            RawValue::Null => {
                if let (Some(key), true) = (key, raw.start == raw.end) {
                    at = key;
                }
                Value::Null
            }
            RawValue::Bool => Value::Bool(source(self)),
            RawValue::Number => Value::Number(source(self)),
            RawValue::Text(text) => Value::Text(self.unmasked(text, at, raw.defined)),
            RawValue::List(items) => Value::List(self.items(items, &bytes)),
            RawValue::Map(pairs) => {
                let entries = self.entries(pairs, &bytes);
                if let (Some(first), true) = (entries.first(), raw.start == raw.end) {
                    at = first.at;
                }
                Value::Map(entries)
            }
        };
        if is_hole || self.cuts.is_torn(&bytes) {
            self.suppress(&value, at, key, is_hole || self.cuts.is_torn(&(raw.start..raw.end)));
        }
        Node { at, value }
    }

    /// Suppresses problems that follow from a cut in or after a value.
    fn suppress(&mut self, value: &Value, at: At, key: Option<At>, is_within: bool) {
        let (is_scalar, is_empty) = match value {
            Value::Null => (true, true),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) => (true, false),
            Value::List(items) => (false, items.is_empty()),
            Value::Map(entries) => (false, entries.is_empty()),
        };
        if is_empty || (is_scalar && is_within) {
            self.problems.suppress(at);
        }
        self.problems.suppress_missing(at);
        if let Some(key) = key {
            self.problems.suppress_missing(key);
        }
    }

    fn items(&mut self, items: Vec<Raw>, bytes: &Range<u32>) -> Vec<Node> {
        let starts: Vec<u32> = items.iter().map(|item| item.start).collect();
        let ends = starts.into_iter().skip(1).chain([bytes.end]);
        items
            .into_iter()
            .zip(ends)
            .map(|(item, end)| {
                let start = item.start;
                self.settle(item, None, start..end)
            })
            .collect()
    }

    fn entries(&mut self, pairs: Vec<(Raw, Raw)>, bytes: &Range<u32>) -> Vec<Entry> {
        let starts: Vec<u32> = pairs.iter().map(|(key, _)| key.start).collect();
        let ends = starts.into_iter().skip(1).chain([bytes.end]);
        let mut entries = Vec::with_capacity(pairs.len());
        for ((key, value), end) in pairs.into_iter().zip(ends) {
            let defined = key.defined;
            let (start, behind) = (key.start, key.end);
            let key = self.settle(key, None, start..behind);
            if let Some(text) = self.key(key.value, key.at, defined) {
                let value = self.settle(value, Some(key.at), start..end);
                entries.push(Entry { key: text, at: key.at, value });
            }
        }
        self.only_first(&mut entries);
        entries
    }

    /// Returns the text of a key, or `None` for one that is not usable.
    fn key(&mut self, value: Value, at: At, (start, end): (u32, u32)) -> Option<String> {
        let kind = value.kind();
        match value {
            Value::Text(text) if text == "<<" && end - start == 2 => {
                self.problems
                    .report(&rules::MERGE_KEY, at, "the YAML merge key `<<` is not allowed")
                    .label("merge key")
                    .help("write the merged lines out");
                None
            }
            Value::Text(text) => Some(text),
            Value::Bool(source) | Value::Number(source) => {
                let message = format!("a key must be a string, but {} is {kind}", shown(&source));
                self.problems
                    .report(&rules::KEY_NOT_TEXT, at, message)
                    .label("this key")
                    .help(format!("quote it: \"{source}\""));
                Some(source)
            }
            Value::Null | Value::List(_) | Value::Map(_) => {
                let message = format!("a key must be a string, not {kind}");
                self.problems
                    .report(&rules::KEY_NOT_TEXT, at, message)
                    .label("this key")
                    .help("write a string, quoted if necessary");
                None
            }
        }
    }

    /// Reports duplicate keys of a map and keeps the first of each.
    fn only_first(&mut self, entries: &mut Vec<Entry>) {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        // The sort is stable, so the first one in the file stays first.
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let mut repeated = std::collections::BTreeSet::new();
        for same in sorted.chunk_by(|a, b| a.key == b.key) {
            let [first, again @ ..] = same else { continue };
            for entry in again {
                repeated.insert(entry.at);
                self.problems
                    .report(&rules::DUPLICATE_KEY, entry.at, format!("duplicate key {}", shown(&entry.key)))
                    .label("again here")
                    .also(first.at, "first here")
                    .help("keep one of the two");
            }
        }
        if !repeated.is_empty() {
            // Two keys can share a location through an alias, so they are compared by text.
            let mut seen = std::collections::BTreeSet::new();
            entries.retain(|entry| seen.insert(entry.key.clone()));
        }
    }

    /// Masks a text whose escapes spell a secret key. An unescaped key is masked already.
    fn unmasked(&mut self, text: String, at: At, (start, end): (u32, u32)) -> String {
        let is_verbatim = self.text.get(start as usize..end as usize) == Some(text.as_str());
        if is_verbatim || secret::find(&text).is_empty() {
            return text;
        }
        live_key(self.problems, at);
        self.mask.push(start as usize..end as usize);
        String::from("***")
    }
}
