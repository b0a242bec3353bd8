//! Helpers to read a tree: a map with known keys, a list, a string, one of several words.
//! Each reports an invalid value and lets the caller continue.

use crate::lines::spaced;
use crate::node::{Entry, Node, Value};
use crate::position::At;
use crate::problem::Problems;
use crate::rule::Rule;
use crate::rules;
use crate::shown::{listed, shown};
use crate::suggest::did_you_mean;

/// The name of the top-level map of a file in messages.
pub const FILE: &str = "this file";

/// A map with known keys.
#[derive(Clone, Copy)]
pub struct Fields<'n> {
    /// The location of the map, at which a missing key is reported.
    pub at: At,
    entries: &'n [Entry],
    hidden: &'n [&'static str],
}

impl<'n> Fields<'n> {
    /// Opens `node`, named `name` in messages, as a map; reports unknown keys.
    pub fn open(problems: &mut Problems, node: &'n Node, name: &str, known: &[&str]) -> Option<Self> {
        let entries = map(problems, node, name)?;
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                unknown_key(problems, entry, name, known);
            }
        }
        Some(Self { at: node.at, entries, hidden: &[] })
    }

    /// Returns the entry with this key.
    pub fn get(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key && !self.hidden.contains(&key))
    }

    /// Returns the same map without these keys, which are reported already.
    #[must_use]
    pub fn without(self, hidden: &'n [&'static str]) -> Self {
        Self { hidden, ..self }
    }

    /// Returns the value of this key.
    pub fn value(&self, key: &str) -> Option<&'n Node> {
        self.get(key).map(|entry| &entry.value)
    }

    /// Returns the value of a required key; reports its absence at `at`.
    pub fn required(&self, problems: &mut Problems, at: At, key: &str, help: &str) -> Option<&'n Node> {
        let found = self.value(key);
        if found.is_none() {
            problems
                .report(&rules::MISSING_KEY, at, format!("`{key}` is missing"))
                .label(format!("needs `{key}`"))
                .help(help);
        }
        found
    }

    /// Returns whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Returns the location of the value of a key in an entry's long form.
pub fn value_at(entry: &Entry, key: &str) -> Option<At> {
    let Value::Map(fields) = &entry.value.value else { return None };
    fields.iter().find(|field| field.key == key).map(|field| field.value.at)
}

/// Reports an unknown key.
pub fn unknown_key(problems: &mut Problems, entry: &Entry, name: &str, known: &[&str]) {
    let near = match spaced(&entry.key).filter(|_| matches!(entry.value.value, Value::Null)) {
        Some(spaced) => format!("put a space after the `:`, as in {}; ", shown(&spaced)),
        None => suggestion(problems, &entry.key, known.iter().copied()),
    };
    if ["credential", "password", "secret", "token"].iter().any(|word| entry.key.contains(word)) {
        problems.hide(entry.value.at);
    }
    let under = if name == FILE { String::new() } else { format!(" under {}", shown(name)) };
    problems
        .report(&rules::UNKNOWN_KEY, entry.at, format!("unknown key {}{under}", shown(&entry.key)))
        .label("unknown key")
        .help(format!(
            "{near}Bylaws {} does not support this key; valid here: {}",
            env!("CARGO_PKG_VERSION"),
            listed(known.iter().copied())
        ));
}

/// Returns the entries of a map; reports any other value.
pub fn map<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n [Entry]> {
    match &node.value {
        Value::Map(entries) => Some(entries),
        Value::Null => no_value(problems, node.at, name, "write `{}` for none, or delete the line"),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            wrong(problems, node, &rules::NOT_A_MAP, name, "a map", &map_help(&node.value))
        }
    }
}

/// Returns the items of a list; reports any other value.
pub fn list<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n [Node]> {
    match &node.value {
        Value::List(items) => Some(items),
        Value::Null => no_value(problems, node.at, name, "write `[]` for none, or delete the line"),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
            wrong(problems, node, &rules::NOT_A_LIST, name, "a list", &list_help(&node.value))
        }
    }
}

/// Returns the help for a value that should be a map.
fn map_help(value: &Value) -> String {
    let is_pair = |item: &Node| matches!(&item.value, Value::Map(entries) if entries.len() == 1);
    match value {
        Value::List(items) if !items.is_empty() && items.iter().all(is_pair) => {
            "remove the `- ` or the `[ ]`: write `key: value` lines, indented".to_owned()
        }
        Value::Text(text) => match spaced(text.split_whitespace().next().unwrap_or_default()) {
            Some(spaced) => format!("put a space after each `:`, as in {}", shown(&spaced)),
            None => "write `key: value` lines, indented".to_owned(),
        },
        _ => "write `key: value` lines, indented".to_owned(),
    }
}

/// Returns the help for a value that should be a list.
fn list_help(value: &Value) -> String {
    let is_bare = |entry: &Entry| matches!(entry.value.value, Value::Null);
    match value {
        Value::Text(text) => {
            let words: Vec<&str> = text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
            format!("write {}", shown(&format!("[{}]", words.join(", "))))
        }
        Value::Map(entries) if !entries.is_empty() && entries.iter().all(is_bare) => {
            "write a line `- one` for each item, without the `:`".to_owned()
        }
        _ => "write `[one, two]`, or a line `- one` for each item".to_owned(),
    }
}

/// Returns a string that is not blank; reports any other value.
pub fn text<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) if text.trim().is_empty() => {
            no_value(problems, node.at, name, "write a value, or delete the line")
        }
        Value::Text(text) => Some(text),
        Value::Null => no_value(problems, node.at, name, "write a value, or delete the line"),
        Value::Bool(source) | Value::Number(source) => {
            not_text(problems, node, source, name, format!("quote it: \"{source}\""))
        }
        Value::List(_) | Value::Map(_) => {
            wrong(problems, node, &rules::NOT_TEXT, name, "a string", "write a single value")
        }
    }
}

/// Returns a string that may be empty, such as a tag value; reports any other value.
pub fn any_text<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) => Some(text),
        Value::Null => {
            no_value(problems, node.at, name, "write `\"\"` for an empty string, or delete the line")
        }
        Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => text(problems, node, name),
    }
}

/// Common wrong words, each with the valid word that was meant.
pub type Synonyms = [(&'static str, &'static str)];

/// Reads a string that must be one of `known`. For a boolean or a number, the help lists these words, because quoting
/// would not help.
pub fn choice<'n, 'w>(
    problems: &mut Problems,
    node: &'n Node,
    name: &str,
    known: impl Iterator<Item = &'w str> + Clone,
    synonyms: &Synonyms,
) -> Option<&'n str> {
    let (Value::Bool(source) | Value::Number(source)) = &node.value else {
        return text(problems, node, name);
    };
    let near = meant(source, synonyms).map(|word| format!("did you mean `{word}`? ")).unwrap_or_default();
    not_text(problems, node, source, name, format!("{near}valid here: {}", listed(known)))
}

/// Returns the valid word for a common wrong one.
fn meant(word: &str, synonyms: &Synonyms) -> Option<&'static str> {
    synonyms.iter().find(|(written, _)| written.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
}

/// Returns the value of `key` for one of the words of `table`; reports any other word as an unknown `noun`.
pub fn word<T: Copy>(
    problems: &mut Problems,
    node: &Node,
    key: &str,
    (noun, rule, synonyms): (&str, &'static Rule, &Synonyms),
    table: &[(&str, T)],
) -> Option<T> {
    let known = table.iter().map(|(known, _)| *known);
    let word = choice(problems, node, key, known.clone(), synonyms)?;
    let found = table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
    if found.is_none() {
        unknown_word(problems, node.at, (noun, rule, synonyms), word, known);
    }
    found
}

/// Returns `did you mean …? ` or an empty string, also if the problem will not be listed anyway.
fn suggestion<'w>(problems: &Problems, word: &str, known: impl Iterator<Item = &'w str>) -> String {
    if problems.is_full() { String::new() } else { did_you_mean(word, known) }
}

/// Reports a word that is not among `known`.
pub fn unknown_word<'w>(
    problems: &mut Problems,
    at: At,
    (name, rule, synonyms): (&str, &'static Rule, &Synonyms),
    word: &str,
    known: impl Iterator<Item = &'w str> + Clone,
) {
    let near = match meant(word, synonyms) {
        Some(meant) => format!("did you mean `{meant}`? "),
        None => suggestion(problems, word, known.clone()),
    };
    problems
        .report(rule, at, format!("unknown {name} {}", shown(word)))
        .label(format!("not a valid {name}"))
        .help(format!("{near}valid here: {}", listed(known)));
}

/// Reports a value of the wrong type.
pub fn wrong<T>(
    problems: &mut Problems,
    node: &Node,
    rule: &'static Rule,
    name: &str,
    wanted: &str,
    help: &str,
) -> Option<T> {
    problems
        .report(rule, node.at, format!("{} must be {wanted}, not {}", named(name), node.value.kind()))
        .label(format!("not {wanted}"))
        .help(help);
    None
}

fn named(name: &str) -> String {
    if name == FILE { FILE.to_owned() } else { shown(name) }
}

fn no_value<T>(problems: &mut Problems, at: At, name: &str, help: &str) -> Option<T> {
    problems
        .report(&rules::NO_VALUE, at, format!("{} has no value", shown(name)))
        .label("no value")
        .help(help);
    None
}

fn not_text<T>(problems: &mut Problems, node: &Node, source: &str, name: &str, help: String) -> Option<T> {
    let kind = node.value.kind();
    let message = format!("{} must be a string, but {} is {kind}", shown(name), shown(source));
    problems.report(&rules::NOT_TEXT, node.at, message).label(kind).help(help);
    None
}
