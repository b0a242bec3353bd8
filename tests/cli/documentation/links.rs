//! Checks links between pages: targets, anchors, and that the book contains every page.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::{pages, root};

#[test]
fn every_link_has_a_target() {
    let mut wrong = Vec::new();
    let mut links = 0;
    let others = ["ARCHITECTURE.md", "CHANGELOG.md", "tests/README.md"].map(str::to_owned);
    for page in pages().into_iter().chain(others) {
        let text = read(&page);
        for target in targets(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            links += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = if file.is_empty() {
                PathBuf::from(&page)
            } else {
                plain(&Path::new(&page).parent().unwrap().join(file))
            };
            let name = path.to_str().unwrap();
            if !root().join(&path).exists() {
                wrong.push(format!("{page}: {target}: no such file"));
            } else if !anchor.is_empty() && !anchors(&read(name)).contains(anchor) {
                wrong.push(format!("{page}: {target}: no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(links >= 200, "{links}");
}

#[test]
fn every_page_is_in_the_book_once() {
    let summary = read("docs/SUMMARY.md");
    let listed: Vec<String> = targets(&summary).map(|target| format!("docs/{target}")).collect();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a page is listed twice in docs/SUMMARY.md");
    let pages = pages();
    let missing: Vec<&String> = pages
        .iter()
        .filter(|page| page.starts_with("docs/") && *page != "docs/SUMMARY.md" && !once.contains(page))
        .collect();
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
}

#[test]
fn every_page_that_a_comment_links_exists_with_its_heading() {
    let mut files = Vec::new();
    for folder in ["crates", "tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    let (mut wrong, mut links) = (Vec::new(), 0);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for link in text.split("`docs/").skip(1).filter_map(|rest| rest.split('`').next()) {
            let Some((page, anchor)) = link.split_once('#') else { continue };
            links += 1;
            let page = format!("docs/{page}");
            if !root().join(&page).exists() || !anchors(&read(&page)).contains(anchor) {
                wrong.push(format!("{}: docs/{link}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(links >= 40, "{links}");
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            rust_files(&entry, found);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            found.push(entry);
        }
    }
}

fn read(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// Returns the lines outside code blocks, without text in back-ticks.
fn prose(text: &str) -> impl Iterator<Item = String> {
    let mut inside = false;
    let lines = text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join("`"))
}

fn targets(text: &str) -> impl Iterator<Item = String> {
    let whole: String = prose(text).map(|line| line + "\n").collect();
    let found: Vec<String> = whole
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned()))
        .collect();
    found.into_iter()
}

/// Returns the anchors of headings, as GitHub, GitLab and the book create them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut inside = false;
    let headings = text.lines().filter(|line| {
        inside ^= line.starts_with("```");
        !inside && line.starts_with('#')
    });
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// Resolves `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                assert!(plain.pop(), "{} leaves the repository", path.display());
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}
