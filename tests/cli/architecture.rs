//! Promises of `ARCHITECTURE.md` that can be checked on the source: what each crate depends on, and where the outside
//! is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::documentation::root;

/// What each crate must not depend on. A name that ends in `-` forbids all that begin so.
const FORBIDDEN: [(&str, &[&str]); 7] = [
    (
        "bylaws-engine",
        &["bylaws-", "reqwest", "hyper", "tokio", "serde", "serde_json", "serde-saphyr", "clap"],
    ),
    (
        "bylaws-config",
        &["bylaws-api", "bylaws-kinds", "bylaws-output", "bylaws-forge", "reqwest", "hyper", "tokio", "clap"],
    ),
    (
        "bylaws-kinds",
        &["bylaws-emulator", "bylaws-output", "bylaws-forge", "reqwest", "hyper", "tokio", "clap"],
    ),
    ("bylaws-api", &["bylaws-", "clap", "serde-saphyr"]),
    ("bylaws-emulator", &["bylaws-", "reqwest", "clap"]),
    (
        "bylaws-output",
        &[
            "bylaws-api",
            "bylaws-kinds",
            "bylaws-emulator",
            "bylaws-forge",
            "reqwest",
            "hyper",
            "tokio",
            "clap",
        ],
    ),
    ("bylaws-forge", &["bylaws-engine", "bylaws-config", "bylaws-kinds", "bylaws-emulator", "clap"]),
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

#[test]
fn the_outside_is_touched_in_one_file() {
    let mut files = Vec::new();
    for krate in fs::read_dir(root().join("crates")).unwrap() {
        sources(&krate.unwrap().path().join("src"), &mut files);
    }
    assert!(files.len() > 300, "{}", files.len());
    let (mut wrong, mut seen) = (Vec::new(), vec![false; OUTSIDE.len()]);
    for file in files {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        // Tests are at the end of a file, or in files of their own.
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
        let is_test = name.contains("/tests") || name.ends_with("tests.rs");
        for line in code.lines().filter(|line| !is_test && !line.trim_start().starts_with("//")) {
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
    // A name that is written otherwise would be overlooked.
    for ((what, allowed), seen) in OUTSIDE.iter().zip(seen) {
        assert!(seen || allowed.is_empty(), "{what} is nowhere");
    }
}

#[test]
fn the_page_about_dependencies_names_each_with_the_crates_that_use_it() {
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for krate in fs::read_dir(root().join("crates")).unwrap() {
        let krate = krate.unwrap().file_name().into_string().unwrap();
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
