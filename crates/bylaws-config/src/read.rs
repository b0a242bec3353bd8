//! One file's text to its tree, refusing what no file may hold: hidden control characters, conflict
//! markers, live keys, repeated keys, merge keys. What the tree means is `lower`'s business.

use crate::node::{Entry, Node, Value};
use crate::place::At;
use crate::problem::Problems;
use crate::rules;
use crate::secret;
use crate::shown::shown;
use crate::syntax::{self, Raw, RawValue};

/// What became of a file.
pub(crate) struct Read {
    /// `None` where the text is no YAML: then something may be missing elsewhere.
    pub(crate) root: Option<Node>,
    /// Bytes to mask in the text before anybody sees it.
    pub(crate) mask: Vec<std::ops::Range<usize>>,
}

/// Reads `text`, in which keys in plain sight are masked already.
pub(crate) fn read(file: u32, text: &str, problems: &mut Problems) -> Read {
    let mut settler = Settler { file, text, problems, mask: Vec::new() };
    if settler.conflict() || settler.control() {
        return Read { root: None, mask: Vec::new() };
    }
    let root = match syntax::parse(text) {
        Ok(raw) => Some(settler.settle(raw, None)),
        Err(refusal) => {
            let at = At::bytes(file, text, refusal.byte, refusal.byte);
            let draft = settler.problems.report(refusal.rule, at, refusal.message);
            if let Some(help) = refusal.help {
                draft.help(help);
            }
            None
        }
    };
    Read { root, mask: settler.mask }
}

/// Says that something looks like a live key, without it.
pub(crate) fn live_key(problems: &mut Problems, at: At) {
    problems
        .report(&rules::LIVE_KEY, at, "this looks like a live key")
        .label("masked")
        .help("take it out of the files, and disable the key: whoever can read the repository has it");
}

struct Settler<'a> {
    file: u32,
    text: &'a str,
    problems: &'a mut Problems,
    mask: Vec<std::ops::Range<usize>>,
}

impl Settler<'_> {
    /// Reports merge-conflict markers; each conflict once.
    fn conflict(&mut self) -> bool {
        let mut found = false;
        let mut byte = 0;
        for line in self.text.split_inclusive('\n') {
            if line.starts_with("<<<<<<< ") || (!found && line.starts_with(">>>>>>> ")) {
                found = true;
                let at = At::bytes(self.file, self.text, byte, byte + 7);
                self.problems
                    .report(&rules::MERGE_CONFLICT, at, "a merge conflict that nobody resolved")
                    .label("conflict marker")
                    .help("keep one side, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`");
            }
            byte += line.len();
        }
        found
    }

    /// Reports the first control character; YAML allows none but tab and line ends.
    fn control(&mut self) -> bool {
        let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
        let Some((byte, c)) = self.text.char_indices().find(|&(_, c)| odd(c)) else {
            return false;
        };
        let at = At::bytes(self.file, self.text, byte, byte + c.len_utf8());
        let message = format!("a control character, U+{:04X}", u32::from(c));
        self.problems.report(&rules::CONTROL_CHARACTER, at, message).help("delete it; files are plain text");
        true
    }

    fn settle(&mut self, raw: Raw, key: Option<At>) -> Node {
        let mut at = At::found(self.file, self.text, raw.line, raw.column, raw.start, raw.end);
        let source = |settler: &Self| {
            let (start, end) = raw.defined;
            settler.text.get(start as usize..end as usize).unwrap_or_default().to_owned()
        };
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
            RawValue::List(items) => {
                Value::List(items.into_iter().map(|item| self.settle(item, None)).collect())
            }
            RawValue::Map(pairs) => {
                let entries = self.entries(pairs);
                if let (Some(first), true) = (entries.first(), raw.start == raw.end) {
                    at = first.at;
                }
                Value::Map(entries)
            }
        };
        Node { at, value }
    }

    fn entries(&mut self, pairs: Vec<(Raw, Raw)>) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let bytes = key.defined;
            let key = self.settle(key, None);
            if let Some(text) = self.key(key.value, key.at, bytes) {
                let value = self.settle(value, Some(key.at));
                entries.push(Entry { key: text, at: key.at, value });
            }
        }
        self.only_first(&mut entries);
        entries
    }

    /// The text of a key; `None` for one that cannot stand for anything.
    fn key(&mut self, value: Value, at: At, (start, end): (u32, u32)) -> Option<String> {
        match value {
            Value::Text(text) if text == "<<" && end - start == 2 => {
                self.problems
                    .report(
                        &rules::MERGE_KEY,
                        at,
                        "`<<` would merge another map in, which hides what a line asks for",
                    )
                    .label("merge key")
                    .help("write the lines out");
                None
            }
            Value::Text(text) => Some(text),
            Value::Bool(source) | Value::Number(source) => {
                let message = format!("{} is no text, and a key must be one", shown(&source));
                self.problems
                    .report(&rules::KEY_NOT_TEXT, at, message)
                    .label("this key")
                    .help(format!("quote it: \"{source}\""));
                Some(source)
            }
            Value::Null | Value::List(_) | Value::Map(_) => {
                let message = format!("{} cannot be a key", value.kind());
                self.problems
                    .report(&rules::KEY_NOT_TEXT, at, message)
                    .label("this key")
                    .help("a key is a text; quote it if it is one");
                None
            }
        }
    }

    /// Reports repeated keys of a map and keeps the first of each.
    fn only_first(&mut self, entries: &mut Vec<Entry>) {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        // Stable, so the first in the file stays the first of its equals.
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let mut repeated = std::collections::BTreeSet::new();
        for same in sorted.chunk_by(|a, b| a.key == b.key) {
            let [first, again @ ..] = same else { continue };
            for entry in again {
                repeated.insert(entry.at);
                self.problems
                    .report(
                        &rules::DUPLICATE_KEY,
                        entry.at,
                        format!("{} stands here twice", shown(&entry.key)),
                    )
                    .label("again here")
                    .also(first.at, "first here")
                    .help("keep one of the two");
            }
        }
        if !repeated.is_empty() {
            // Through an alias two keys can share a place: keep by text, then.
            let mut seen = std::collections::BTreeSet::new();
            entries.retain(|entry| seen.insert(entry.key.clone()));
        }
    }

    /// A text whose escapes spell a live key is masked whole.
    fn unmasked(&mut self, text: String, at: At, (start, end): (u32, u32)) -> String {
        if secret::find(&text).is_empty() {
            return text;
        }
        live_key(self.problems, at);
        self.mask.push(start as usize..end as usize);
        String::from("***")
    }
}
