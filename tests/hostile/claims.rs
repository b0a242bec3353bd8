//! Every claim of the security page names a test, and every named test exists.

use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns whether a suite has a test: `base::name` in the file `base.rs`, or `name` anywhere in the suite.
fn exists(suite: &str, test: &str) -> bool {
    let folder = repository().join("tests").join(suite);
    let (file, name) = test.split_once("::").map_or((None, test), |(file, name)| (Some(file), name));
    let holds = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.contains(&format!("fn {name}(")) || text.contains(&format!("def {name}("))
    };
    match file {
        Some(file) => holds(&folder.join(format!("{file}.rs"))),
        None => folder.read_dir().unwrap().any(|entry| holds(&entry.unwrap().path())),
    }
}

#[test]
fn every_claim_on_the_page_names_tests_that_exist() {
    let page = std::fs::read_to_string(repository().join("docs/security.md")).unwrap();
    let mut claims = 0;
    let tables = page.split("| claim | proved by |").skip(1);
    for row in tables.flat_map(|table| table.lines().skip(2).take_while(|line| line.starts_with('|'))) {
        let proofs = row.trim_matches('|').rsplit('|').next().unwrap();
        let tests: Vec<&str> = proofs.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test: {row}");
        for test in tests {
            let (suite, name) = test.split_once(' ').unwrap();
            assert!(exists(suite, name), "{test}: not found");
        }
        claims += 1;
    }
    assert!(claims > 30, "{claims} claims");
}
