//! Small steps down a tree: a map with known keys, a list, a text, one of some words.
//! Each reports what it does not find as it should be, and lets the caller go on.

use crate::node::{Entry, Node, Value};
use crate::place::At;
use crate::problem::Problems;
use crate::rule::Rule;
use crate::rules;
use crate::shown::{listed, shown};
use crate::slip;
use crate::suggest::did_you_mean;

/// The name of a file's own map in problems.
pub(crate) const FILE: &str = "this file";

/// A map of which only some keys are known.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    /// Where the map stands; a missing key is reported there.
    pub(crate) at: At,
    entries: &'n [Entry],
    hidden: &'static [&'static str],
}

impl<'n> Fields<'n> {
    /// Opens `node`, named `name` in problems, as a map and reports every key but the known ones.
    pub(crate) fn open(problems: &mut Problems, node: &'n Node, name: &str, known: &[&str]) -> Option<Self> {
        let entries = map(problems, node, name)?;
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                unknown_key(problems, entry, name, known);
            }
        }
        Some(Self { at: node.at, entries, hidden: &[] })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key && !self.hidden.contains(&key))
    }

    /// The same map as if these keys, reported already, were not in it.
    pub(crate) fn without(self, hidden: &'static [&'static str]) -> Self {
        Self { hidden, ..self }
    }

    pub(crate) fn value(&self, key: &str) -> Option<&'n Node> {
        self.get(key).map(|entry| &entry.value)
    }

    /// A key that must be there; `at` is where its absence shows.
    pub(crate) fn required(
        &self,
        problems: &mut Problems,
        at: At,
        key: &str,
        help: &str,
    ) -> Option<&'n Node> {
        let found = self.value(key);
        if found.is_none() {
            problems
                .report(&rules::MISSING_KEY, at, format!("`{key}` is missing"))
                .label(format!("needs `{key}`"))
                .help(help);
        }
        found
    }

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Where the value of a key in an entry's long form stands.
pub(crate) fn value_at(entry: &Entry, key: &str) -> Option<At> {
    let Value::Map(fields) = &entry.value.value else { return None };
    fields.iter().find(|field| field.key == key).map(|field| field.value.at)
}

/// Reports a key that nothing here knows.
pub(crate) fn unknown_key(problems: &mut Problems, entry: &Entry, name: &str, known: &[&str]) {
    let near = match slip::spaced(&entry.key).filter(|_| matches!(entry.value.value, Value::Null)) {
        Some(spaced) => format!("put a space after the `:`, as in {}; ", shown(&spaced)),
        None => suggestion(problems, &entry.key, known.iter().copied()),
    };
    let under = if name == FILE { String::new() } else { format!(" under {}", shown(name)) };
    problems
        .report(&rules::UNKNOWN_KEY, entry.at, format!("unknown key {}{under}", shown(&entry.key)))
        .label("not known here")
        .help(format!(
            "{near}Bylaws {} does not know it; valid here: {}",
            env!("CARGO_PKG_VERSION"),
            listed(known.iter().copied())
        ));
}

/// The entries of a map.
pub(crate) fn map<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n [Entry]> {
    match &node.value {
        Value::Map(entries) => Some(entries),
        Value::Null => no_value(problems, node.at, name, "write `{}` for none, or delete the line"),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            wrong(problems, node, &rules::NOT_A_MAP, name, "a map", &map_help(&node.value))
        }
    }
}

/// The items of a list.
pub(crate) fn list<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n [Node]> {
    match &node.value {
        Value::List(items) => Some(items),
        Value::Null => no_value(problems, node.at, name, "write `[]` for none, or delete the line"),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
            wrong(problems, node, &rules::NOT_A_LIST, name, "a list", &list_help(&node.value))
        }
    }
}

/// How to make a map of what stands there.
fn map_help(value: &Value) -> String {
    let is_pair = |item: &Node| matches!(&item.value, Value::Map(entries) if entries.len() == 1);
    match value {
        Value::List(items) if !items.is_empty() && items.iter().all(is_pair) => {
            "drop the `- ` or the `[ ]`: write `key: value` lines, indented".to_owned()
        }
        Value::Text(text) => match slip::spaced(text.split_whitespace().next().unwrap_or_default()) {
            Some(spaced) => format!("put a space after each `:`, as in {}", shown(&spaced)),
            None => "write `key: value` lines, indented".to_owned(),
        },
        _ => "write `key: value` lines, indented".to_owned(),
    }
}

/// How to make a list of what stands there.
fn list_help(value: &Value) -> String {
    let is_bare = |entry: &Entry| matches!(entry.value.value, Value::Null);
    match value {
        Value::Text(text) => {
            let words: Vec<&str> = text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
            format!("write {}", shown(&format!("[{}]", words.join(", "))))
        }
        Value::Map(entries) if !entries.is_empty() && entries.iter().all(is_bare) => {
            "write a line `- one` for each, without the `:`".to_owned()
        }
        _ => "write `[one, two]`, or a line `- one` for each".to_owned(),
    }
}

/// A text that is not blank.
pub(crate) fn text<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) if text.trim().is_empty() => {
            no_value(problems, node.at, name, "write a value, or delete the line")
        }
        Value::Text(text) => Some(text),
        Value::Null => no_value(problems, node.at, name, "write a value, or delete the line"),
        Value::Bool(source) | Value::Number(source) => not_text(problems, node, source, name),
        Value::List(_) | Value::Map(_) => {
            wrong(problems, node, &rules::NOT_TEXT, name, "a text", "write one value")
        }
    }
}

/// A text that may be empty, such as a tag's value.
pub(crate) fn any_text<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) => Some(text),
        Value::Null => {
            no_value(problems, node.at, name, "write `\"\"` for an empty text, or delete the line")
        }
        Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => text(problems, node, name),
    }
}

/// Words that people write for others: what is written, and what is meant.
pub(crate) type Synonyms = [(&'static str, &'static str)];

/// A text that has to be one of `known`. For a boolean or a number, the help lists these instead of quotes.
pub(crate) fn choice<'n, 'w>(
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
    let message = format!("{} must be a text, and {} is {}", shown(name), shown(source), node.value.kind());
    problems
        .report(&rules::NOT_TEXT, node.at, message)
        .label(node.value.kind())
        .help(format!("{near}valid here: {}", listed(known)));
    None
}

/// The word that is meant by another.
fn meant(word: &str, synonyms: &Synonyms) -> Option<&'static str> {
    synonyms.iter().find(|(written, _)| written.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
}

/// The value of `key` as one of the words of `table`, each a `noun`; others are reported as `unknown-noun`.
pub(crate) fn word<T: Copy>(
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

/// `did you mean …? `, as long as somebody will read it.
fn suggestion<'w>(problems: &Problems, word: &str, known: impl Iterator<Item = &'w str>) -> String {
    if problems.is_full() { String::new() } else { did_you_mean(word, known) }
}

/// Reports a word that is not among `known`.
pub(crate) fn unknown_word<'w>(
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
        .label(format!("no {name}"))
        .help(format!("{near}valid here: {}", listed(known)));
}

/// Reports a value of the wrong sort.
pub(crate) fn wrong<T>(
    problems: &mut Problems,
    node: &Node,
    rule: &'static Rule,
    name: &str,
    wanted: &str,
    help: &str,
) -> Option<T> {
    problems
        .report(rule, node.at, format!("{} must be {wanted}, and this is {}", named(name), node.value.kind()))
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

fn not_text<T>(problems: &mut Problems, node: &Node, source: &str, name: &str) -> Option<T> {
    let message = format!("{} must be a text, and {} is {}", shown(name), shown(source), node.value.kind());
    problems
        .report(&rules::NOT_TEXT, node.at, message)
        .label(node.value.kind())
        .help(format!("quote it: \"{source}\""));
    None
}
