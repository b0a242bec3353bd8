//! Checks the invariants for all files on the findings of the fuzzer, its corpus, and random changes to valid files.
//! The fuzzer is in `tests/fuzz`.

#[path = "../fuzz/invariants.rs"]
mod invariants;

use std::fs;
use std::path::{Path, PathBuf};

use invariants::{BETWEEN, check};

/// Number of random changes per run, which take about ten seconds without optimization.
const CHANGES: u64 = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz")
}

/// Returns the files of a folder and its subfolders, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

#[test]
fn earlier_findings_and_the_corpus_satisfy_the_invariants() {
    let mut count = 0;
    for folder in ["found", "corpus"] {
        for path in below(&root().join(folder)) {
            let bytes = fs::read(&path).unwrap();
            told(|| path.display().to_string(), || check(&bytes));
            count += 1;
        }
    }
    assert!(count >= 100, "only {count} inputs");
}

#[test]
fn changed_examples_satisfy_the_invariants() {
    let words: Vec<String> = fs::read_to_string(root().join("dictionary.txt"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| {
            word.replace("\\x0a", "\n").replace("\\x09", "\t").replace("\\x0d", "\r").replace("\\\"", "\"")
        })
        .collect();
    let seeds = seeds();
    assert!(seeds.len() >= 3);
    for n in 0..CHANGES {
        let mut dice = Dice(n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut bytes = seeds[dice.below(seeds.len())].clone().into_bytes();
        for _ in 0..=dice.below(4) {
            change(&mut bytes, &mut dice, &words);
        }
        told(|| format!("change {n}"), || check(&bytes));
    }
}

/// Runs a check, and names the input if it fails.
fn told(name: impl Fn() -> String, check: impl FnOnce()) {
    if let Err(cause) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)) {
        let words = cause.downcast_ref::<String>().cloned().unwrap_or_default();
        panic!("{}: {words}", name());
    }
}

/// Returns each example as a whole, and each of its files.
fn seeds() -> Vec<String> {
    let examples = root().join("../../examples");
    let mut seeds = vec![fs::read_to_string(root().join("../config/full.yaml")).unwrap()];
    let mut folders: Vec<PathBuf> =
        fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.join("live.json").exists()) {
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        let texts: Vec<String> = below(&folder)
            .iter()
            .filter(|path| is_yaml(path))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        seeds.push(texts.join(BETWEEN));
        seeds.extend(texts);
    }
    seeds.retain(|seed| !seed.is_empty());
    seeds
}

/// Makes one small change, like those of people, merges and broken tools.
fn change(bytes: &mut Vec<u8>, dice: &mut Dice, words: &[String]) {
    let at = dice.below(bytes.len() + 1);
    let to = (at + dice.below(12)).min(bytes.len());
    match dice.below(8) {
        0 => drop(bytes.drain(at..to)),
        1 => drop(bytes.splice(at..at, words[dice.below(words.len())].bytes())),
        2 => drop(bytes.splice(at..to, words[dice.below(words.len())].bytes())),
        3 => {
            let copy = bytes[at..to].to_vec();
            let other = dice.below(bytes.len() + 1);
            bytes.splice(other..other, copy);
        }
        4 => bytes.truncate(at),
        5 => {
            let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            bytes.splice(start..start, vec![b' '; 1 + dice.below(3)]);
        }
        6 => {
            let mut lines: Vec<Vec<u8>> =
                bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
            if !lines.is_empty() {
                let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(one, other);
            }
            *bytes = lines.concat();
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                let marks = b"\"'[]{}:,#&*!|>%@`-?\\\t\r \0~\xc3";
                *byte = marks[dice.below(marks.len())];
            }
        }
    }
}

/// A random number generator that gives the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }
}
