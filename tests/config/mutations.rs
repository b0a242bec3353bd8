//! A wrong character in any key of the format is an error at that key, and so is one in a reference to a person or team.
//! All other names are user-chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bylaws_config::{Severity, SourceFile};
use bylaws_kinds::{config_schema, parse};
use proptest::prelude::*;

/// Characters to replace those of a key with, or to insert. The last two look like an `e` and are invisible.
const ALPHABET: [char; 5] = ['s', '_', '0', '\u{435}', '\u{200b}'];

/// A top-level section of a file, without comments.
#[derive(Clone)]
struct Section {
    name: String,
    /// The file it was cut from; each section of a folder is loaded as a file.
    file: String,
    text: String,
}

/// Returns the sections of each example, and of the file with every key.
fn folders() -> Vec<Vec<Section>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root.join("examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join("live.json").exists());
    folders.sort();
    let mut found: Vec<Vec<Section>> = folders
        .iter()
        .map(|folder| {
            let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let yaml = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
            yaml.flat_map(|path| sections(&path)).collect()
        })
        .collect();
    found.push(sections(&root.join("tests/config/full.yaml")));
    assert!(found.len() >= 4 && found.iter().all(|sections| parse(sources(sections)).desired.is_some()));
    found
}

fn sections(path: &Path) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        if line.is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            let name = line.split(':').next().unwrap_or_default().to_owned();
            found.push(Section { name, file: path.display().to_string(), text: String::new() });
        }
        found.last_mut().unwrap().text.push_str(&format!("{line}\n"));
    }
    found
}

fn sources(sections: &[Section]) -> Vec<SourceFile> {
    let source = |(n, section): (usize, &Section)| SourceFile {
        name: format!("{n}.yaml"),
        text: section.text.clone(),
    };
    // What the examples name beside them.
    let keys = include_str!("../../examples/federation/keys/gitlab.json").to_owned();
    let keys = SourceFile { name: "keys/gitlab.json".to_owned(), text: keys };
    sections.iter().enumerate().map(source).chain([keys]).collect()
}

/// Returns the keys of the format from the schema, without the names of special workspaces.
fn keys_of_the_format() -> BTreeSet<String> {
    let schema = config_schema();
    let objects = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let keys = objects.filter_map(|object| object["properties"].as_object()).flat_map(|keys| keys.keys());
    keys.cloned().collect()
}

/// Returns the words of a text that pass `is_word`, which gets the text before and after the word on its line.
fn words(text: &str, is_word: impl Fn(&str, &str, &str) -> bool) -> Vec<Range<usize>> {
    let inside = |c: char| c.is_alphanumeric() || "_-@./".contains(c);
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(from) = text[start..].find(inside).map(|at| at + start) {
        let end = text[from..].find(|c| !inside(c)).map_or(text.len(), |at| at + from);
        let line = text[..from].rfind('\n').map_or(0, |at| at + 1);
        if is_word(&text[line..from], &text[from..end], &text[end..]) {
            found.push(from..end);
        }
        start = end;
    }
    found
}

/// Returns a word with one character missing, two swapped, one replaced, one added, or one in the other case.
fn mutations(word: &str, alphabet: &[char], case: bool) -> BTreeSet<String> {
    let chars: Vec<char> = word.chars().collect();
    let spliced = |range: Range<usize>, with: &[char]| {
        let mut copy = chars.clone();
        copy.splice(range, with.iter().copied());
        copy.into_iter().collect::<String>()
    };
    let mut all = BTreeSet::new();
    for n in 0..chars.len() {
        all.insert(spliced(n..n + 1, &[]));
        if let Some(&next) = chars.get(n + 1) {
            all.insert(spliced(n..n + 2, &[next, chars[n]]));
            all.insert(spliced(n + 1..n + 1, &[' ']));
        }
        if case {
            all.insert(spliced(n..n + 1, &[chars[n].to_ascii_uppercase()]));
        }
        for &c in alphabet {
            all.insert(spliced(n..n + 1, &[c]));
            all.insert(spliced(n..n, &[c]));
            all.insert(spliced(n + 1..n + 1, &[c]));
        }
    }
    if case {
        all.insert(word.to_uppercase());
    }
    all.remove(word);
    all
}

/// Replaces words of a text, in order; returns the text and the new byte ranges.
fn replaced(text: &str, words: &[(&Range<usize>, &str)]) -> (String, Vec<Range<usize>>) {
    let (mut out, mut positions, mut from) = (String::new(), Vec::new(), 0);
    for (bytes, word) in words {
        out.push_str(&text[from..bytes.start]);
        positions.push(out.len()..out.len() + word.len());
        out.push_str(word);
        from = bytes.end;
    }
    out.push_str(&text[from..]);
    (out, positions)
}

/// Asserts that every mutation of each of `words` is an error at its location; returns the number of mutations.
/// No word may have another one below it in the tree, so that many mutations can be checked at once.
fn assert_each_is_an_error(
    section: &Section,
    beside: &[Section],
    words: &[Range<usize>],
    mutations: impl Fn(&str) -> BTreeSet<String>,
) -> usize {
    let mutations: Vec<Vec<String>> =
        words.iter().map(|bytes| mutations(&section.text[bytes.clone()]).into_iter().collect()).collect();
    for round in 0..mutations.iter().map(Vec::len).max().unwrap_or(0) {
        let wrong: Vec<(&Range<usize>, &str)> = words
            .iter()
            .zip(&mutations)
            .filter_map(|(bytes, mutations)| Some((bytes, mutations.get(round)?.as_str())))
            .collect();
        let (text, positions) = replaced(&section.text, &wrong);
        let mut files = sources(beside);
        files.push(SourceFile { name: "mutated.yaml".to_owned(), text });
        let loaded = parse(files);
        assert!(loaded.desired.is_none());
        for (position, (bytes, mutation)) in positions.iter().zip(wrong) {
            let there = loaded.problems.iter().any(|problem| {
                problem.position.file == "mutated.yaml"
                    && problem.position.start <= position.end
                    && problem.position.end >= position.start
                    && problem.rule.severity == Severity::Error
            });
            let word = &section.text[bytes.clone()];
            assert!(there, "{}: `{word}` as `{mutation}`: {:?}", section.file, loaded.problems);
        }
    }
    mutations.iter().map(Vec::len).sum()
}

#[test]
fn every_single_character_mutation_of_every_key_is_an_error_at_that_key() {
    let known = keys_of_the_format();
    let is_key = |before: &str, word: &str, behind: &str| {
        let begins = before.ends_with(['{', ' ']) || before.is_empty();
        begins && behind.starts_with(':') && known.contains(word)
    };
    let mut met = BTreeSet::new();
    let mut count = 0;
    for section in folders().iter().flatten() {
        let mut levels: BTreeMap<(usize, usize), Vec<Range<usize>>> = BTreeMap::new();
        for bytes in words(&section.text, is_key) {
            met.insert(section.text[bytes.clone()].to_owned());
            let line = section.text[..bytes.start].rsplit('\n').next().unwrap();
            let level = (line.len() - line.trim_start().len(), line.matches('{').count());
            levels.entry(level).or_default().push(bytes);
        }
        for words in levels.values() {
            // A section alone lacks the others, but that does not give an error at this key.
            count += assert_each_is_an_error(section, &[], words, |word| mutations(word, &ALPHABET, true));
        }
    }
    assert_eq!(known.difference(&met).collect::<Vec<_>>(), Vec::<&String>::new(), "keys in no example");
    assert!(count > 10_000, "{count}");
}

#[test]
fn every_single_character_mutation_of_a_reference_is_an_error() {
    // A person in a team, in a workspace or among the required administrators. An address has a `/`.
    let is_person = |_: &str, word: &str, _: &str| word.contains('@') && !word.contains('/');
    let is_team = |before: &str, word: &str, behind: &str| {
        before == "      " && behind.starts_with(": workspace_") && !word.contains('@')
    };
    let mut count = 0;
    for folder in folders() {
        let holds = |names: &[&str], section: &Section| names.contains(&section.name.as_str());
        for section in folder.iter().filter(|section| holds(&["teams", "workspaces", "guards"], section)) {
            // Only the sections that can be referred to, to save time.
            let beside: Vec<Section> = folder
                .iter()
                .filter(|other| {
                    holds(&["members", "teams", "service_accounts"], other) && other.text != section.text
                })
                .cloned()
                .collect();
            let references = words(&section.text, |before, word, behind| {
                is_person(before, word, behind) || is_team(before, word, behind)
            });
            count +=
                assert_each_is_an_error(section, &beside, &references, |word| mutations(word, &['x'], false));
        }
    }
    assert!(count > 1_000, "{count}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_schema_accepts_every_valid_file(
        at in any::<prop::sample::Index>(), length in 0..3_usize, with in "[ -~\u{e9}\u{3000}]{0,3}",
    ) {
        static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| folders().pop().unwrap());
        static SCHEMA: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| jsonschema::draft202012::new(&config_schema()).unwrap());
        let whole: String = SECTIONS.iter().map(|section| section.text.as_str()).collect();
        let at = at.index(whole.len());
        let end = (at + length).min(whole.len());
        let text = format!("{}{with}{}", &whole[..at], &whole[end..]);
        if parse(vec![SourceFile { name: "b.yaml".to_owned(), text: text.clone() }]).desired.is_some() {
            let value: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
            let error = SCHEMA.iter_errors(&value).next().map(|error| error.to_string());
            prop_assert_eq!(error, None, "{}", text);
        }
    }
}
