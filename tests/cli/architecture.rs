//! Promises of `ARCHITECTURE.md` that can be checked on the source: what each crate depends on, where the outside is
//! touched, and that the files of a crate are in layers.

mod modules;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::documentation::root;

/// What each crate must not depend on. A name that ends in `-` forbids all that begin so.
const FORBIDDEN: [(&str, &[&str]); 9] = [
    (
        "bylaws-engine",
        &["bylaws-", "reqwest", "hyper", "tokio", "serde", "serde_json", "serde-saphyr", "clap"],
    ),
    (
        "bylaws-config",
        &[
            "bylaws-api",
            "bylaws-kinds",
            "bylaws-output",
            "bylaws-reports",
            "bylaws-forge",
            "reqwest",
            "hyper",
            "tokio",
            "clap",
        ],
    ),
    (
        "bylaws-kinds",
        &[
            "bylaws-emulator",
            "bylaws-output",
            "bylaws-reports",
            "bylaws-forge",
            "reqwest",
            "hyper",
            "tokio",
            "clap",
        ],
    ),
    ("bylaws-api", &["bylaws-", "clap", "serde-saphyr"]),
    ("bylaws-emulator", &["bylaws-", "reqwest", "clap"]),
    (
        "bylaws-output",
        &[
            "bylaws-api",
            "bylaws-kinds",
            "bylaws-reports",
            "bylaws-emulator",
            "bylaws-forge",
            "reqwest",
            "hyper",
            "tokio",
            "clap",
        ],
    ),
    ("bylaws-reports", &["bylaws-emulator", "bylaws-forge", "reqwest", "hyper", "tokio", "futures", "clap"]),
    (
        "bylaws-controller",
        &["bylaws-kinds", "bylaws-reports", "bylaws-emulator", "bylaws-forge", "secrecy", "clap"],
    ),
    (
        "bylaws-forge",
        &["bylaws-engine", "bylaws-config", "bylaws-kinds", "bylaws-reports", "bylaws-emulator", "clap"],
    ),
];

/// Code that touches the outside, and the files that may.
const OUTSIDE: [(&str, &[&str]); 11] = [
    ("std::env::var", &["crates/bylaws/src/world.rs"]),
    ("std::env::temp_dir", &["crates/bylaws/src/world.rs"]),
    ("std::env::args", &["crates/bylaws/src/lib.rs"]),
    ("process::exit", &["crates/bylaws/src/world.rs"]),
    ("Timestamp::now", &["crates/bylaws/src/world.rs", "crates/bylaws-emulator/src/clock.rs"]),
    ("SystemTime::now", &[]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("io::stdin()", &["crates/bylaws/src/world.rs"]),
    ("io::stdout()", &["crates/bylaws/src/world.rs"]),
    ("io::stderr()", &["crates/bylaws/src/world.rs"]),
];

/// Files whose own uses may close a circle, each with the reason.
const TABLES: [(&str, &str, &str); 4] = [
    ("bylaws-kinds", "objects.rs", "the table of kinds, through which the plan asks each kind for its part"),
    ("bylaws-emulator", "kinds.rs", "the table of kinds, from which the routes are made"),
    (
        "bylaws-emulator",
        "seed.rs",
        "one document with a typed list for each kind, which reads and checks its own",
    ),
    (
        "bylaws-emulator",
        "state.rs",
        "the lists of all kinds in memory; requests of one kind read those of others",
    ),
];

/// The most lines that a file may have, without its tests.
const LONGEST: usize = 450;

/// Words for kinds, which the crates that know no kind do not contain.
const KIND_WORDS: [&str; 16] = [
    "api_key",
    "api_keys",
    "rate_limit",
    "rate_limits",
    "spend_limit",
    "spend_limits",
    "external_key",
    "external_keys",
    "service_account",
    "service_accounts",
    "federation",
    "federation_issuer",
    "federation_issuers",
    "federation_rule",
    "federation_rules",
    "federation_rule_workspaces",
];

/// Files of those crates that contain one of the words, each with the reason.
const KINDS_NAMED: [(&str, &str, &str); 2] = [
    ("bylaws-engine", "audit/rule.rs", "a rule names its setting as the files do, for the documentation"),
    ("bylaws-engine", "audit/settings.rs", "the names of the settings, as the files have them"),
];

fn dependencies(krate: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).unwrap();
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn crates_depend_on_nothing_that_they_must_not_know() {
    let mut wrong = Vec::new();
    for (krate, forbidden) in FORBIDDEN {
        let dependencies = dependencies(krate);
        assert!(!dependencies.is_empty(), "{krate}");
        let is_forbidden = |name: &String| {
            forbidden
                .iter()
                .any(|word| if word.ends_with('-') { name.starts_with(word) } else { name == word })
        };
        wrong.extend(dependencies.into_iter().filter(is_forbidden).map(|name| format!("{krate}: {name}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Returns the name of each crate.
pub(crate) fn crates() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("crates")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Returns a file without its own tests, which are at its end.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// Returns the files of a crate below `src`, in order, with their code: without tests and lines that are comments.
pub(crate) fn code(krate: &str) -> Vec<(String, String)> {
    let src = root().join("crates").join(krate).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files.sort();
    let named = files.into_iter().map(|file| {
        let name = file.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(file).unwrap())
    });
    let named = named.filter(|(name, _)| !name.split(['/', '.']).any(|part| part.ends_with("tests")));
    named
        .map(|(name, text)| {
            let lines = without_tests(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
            (name, lines.flat_map(|line| [line, "\n"]).collect())
        })
        .collect()
}

#[test]
fn the_outside_is_touched_in_one_file() {
    let (mut wrong, mut seen, mut count) = (Vec::new(), vec![false; OUTSIDE.len()], 0);
    for (krate, (name, code)) in
        crates().iter().flat_map(|krate| code(krate).into_iter().map(move |file| (krate, file)))
    {
        let name = format!("crates/{krate}/src/{name}");
        count += 1;
        for line in code.lines() {
            for (at, (what, allowed)) in
                OUTSIDE.iter().enumerate().filter(|(_, (what, _))| line.contains(what))
            {
                seen[at] = true;
                if !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{name}: {what}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 300, "{count}");
    // A name that is written otherwise would be overlooked.
    for ((what, allowed), seen) in OUTSIDE.iter().zip(seen) {
        assert!(seen || allowed.is_empty(), "{what} is nowhere");
    }
}

#[test]
fn files_of_a_crate_use_each_other_in_one_direction() {
    for krate in crates() {
        let modules = modules::Modules::of(&code(&krate));
        let tables = TABLES.iter().filter(|(owner, ..)| *owner == krate);
        let tables: Vec<&str> = tables.map(|(_, file, _)| *file).collect();
        let circles = modules.circles(&tables);
        assert!(circles.is_empty(), "{krate}: {circles:#?}");
        for table in &tables {
            let others: Vec<&str> = tables.iter().copied().filter(|other| other != table).collect();
            assert!(!modules.circles(&others).is_empty(), "{krate}: {table} closes no circle");
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the median is shown with `--nocapture`")]
fn a_file_is_read_in_one_sitting() {
    let (mut lengths, mut long) = (Vec::new(), Vec::new());
    for (krate, (name, _)) in
        crates().iter().flat_map(|krate| code(krate).into_iter().map(move |file| (krate, file)))
    {
        let text = fs::read_to_string(root().join(format!("crates/{krate}/src/{name}"))).unwrap();
        let lines = without_tests(&text).lines().count();
        lengths.push(lines);
        if lines > LONGEST {
            long.push(format!("{krate}/{name}: {lines}"));
        }
    }
    lengths.sort_unstable();
    println!("{} files, the median has {} lines", lengths.len(), lengths[lengths.len() / 2]);
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn crates_that_know_no_kind_do_not_name_one() {
    let mut found = BTreeSet::new();
    for krate in ["bylaws-engine", "bylaws-config"] {
        for (name, code) in code(krate) {
            let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| KIND_WORDS.contains(&word)) {
                found.insert((krate, name));
            }
        }
    }
    let known = KINDS_NAMED.map(|(krate, name, _)| (krate, name.to_owned()));
    assert_eq!(found, BTreeSet::from(known));
}

#[test]
fn the_page_about_dependencies_names_each_with_the_crates_that_use_it() {
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for krate in crates() {
        let short = if krate == "bylaws" { "command" } else { krate.strip_prefix("bylaws-").unwrap() };
        for name in dependencies(&krate).into_iter().filter(|name| !name.starts_with("bylaws-")) {
            used.entry(name).or_default().insert(short.to_owned());
        }
    }
    let mut wrong = Vec::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let names: Vec<String> = columns[1].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let said: BTreeSet<String> =
            columns[2].split(", ").filter(|word| *word != "tests").map(str::to_owned).collect();
        let is: BTreeSet<String> = names.iter().filter_map(|name| used.remove(name)).flatten().collect();
        if said != is {
            wrong.push(format!("{}: the page says {said:?}, the manifests {is:?}", columns[1]));
        }
    }
    assert!(wrong.is_empty() && used.is_empty(), "{wrong:#?}, missing: {:?}", used.keys());
}
