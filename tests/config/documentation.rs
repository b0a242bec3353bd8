//! Checks the documentation: every example loads, every shown mistake gives the stated problem, and the reference covers
//! every key of the format.

use std::collections::BTreeSet;
use std::path::Path;

use bylaws_config::SourceFile;
use bylaws_kinds::{config_schema, parse};
use serde_json::Value;

use crate::world::{HEAD, lines};

const PAGE: &str = include_str!("../../docs/configuration.md");
/// The pages of kinds, to which that page links.
const KINDS: [&str; 5] = [
    include_str!("../../docs/rate-limits.md"),
    include_str!("../../docs/spend-limits.md"),
    include_str!("../../docs/external-keys.md"),
    include_str!("../../docs/service-accounts.md"),
    include_str!("../../docs/federation.md"),
];

/// An example, and how to load it.
struct Block {
    line: usize,
    mark: String,
    text: String,
}

/// Returns the YAML blocks of a page, each with the comment directly before it.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut mark = String::new();
    for (n, line) in page.lines().enumerate() {
        match &mut open {
            Some(block) if line == "```" => {
                blocks.push(Block { line: block.line, mark: block.mark.clone(), text: block.text.clone() });
                open = None;
            }
            Some(block) => block.text += &format!("{line}\n"),
            None if line == "```yaml" => {
                open = Some(Block { line: n + 1, mark: std::mem::take(&mut mark), text: String::new() });
            }
            None if line.is_empty() => {}
            None => {
                let comment = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
                comment.unwrap_or_default().clone_into(&mut mark);
            }
        }
    }
    assert!(open.is_none(), "unclosed block");
    blocks
}

#[test]
fn every_example_gives_the_stated_problems() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    pages.extend(std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    let mut looked_at = 0;
    for page in pages {
        let name = page.file_name().unwrap().display().to_string();
        for Block { line, mark, text } in blocks(&std::fs::read_to_string(&page).unwrap()) {
            let (head, expected) = match mark.split_once(' ') {
                None if mark.is_empty() => ("", ""),
                None if mark == "section" => (HEAD, ""),
                // Parts of a folder, which the test of the page plans, and files of other programs.
                Some(("file" | "shows" | "of", _)) => continue,
                Some(("problem", codes)) => ("", codes),
                _ => panic!("{name}:{line}: unknown mark `{mark}`"),
            };
            let file = SourceFile { name: "bylaws.yaml".to_owned(), text: format!("{head}{text}") };
            let loaded = parse(vec![file]);
            let codes: Vec<&str> = loaded.problems.iter().map(|problem| problem.rule.code).collect();
            assert_eq!(codes.join(" "), expected, "{name}:{line}\n{}", lines(&loaded.problems));
            looked_at += 1;
        }
    }
    assert!(looked_at >= 20, "{looked_at}");
}

#[test]
fn every_key_of_the_format_is_explained() {
    let mut keys = BTreeSet::new();
    properties(&config_schema(), &mut keys);
    assert!(keys.len() >= 30, "{keys:?}");
    let words: BTreeSet<&str> = words().collect();
    let missing: Vec<&String> = keys.iter().filter(|key| !words.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "docs/configuration.md and the pages of kinds do not explain {missing:?}");
}

#[test]
fn every_word_of_the_format_is_documented() {
    let mut known = BTreeSet::new();
    constants(&config_schema(), &mut known);
    assert!(known.contains("workspace_restricted_developer"), "{known:?}");
    let words: BTreeSet<&str> = words().collect();
    let missing: Vec<&String> = known.iter().filter(|word| !words.contains(word.as_str())).collect();
    assert!(missing.is_empty(), "docs/configuration.md and the pages of kinds do not name {missing:?}");
}

/// Returns the `code` words outside the blocks.
fn words() -> impl Iterator<Item = &'static str> {
    let mut inside = false;
    let pages = std::iter::once(PAGE).chain(KINDS);
    let text = pages.flat_map(str::lines).filter(move |line| {
        inside ^= line.starts_with("```");
        !inside && !line.starts_with("```")
    });
    text.flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Collects the names of all properties.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        names.extend(properties.keys().cloned());
    }
    each(schema, |inner| properties(inner, names));
}

/// Collects the constant values: roles, policies, states.
fn constants(schema: &Value, known: &mut BTreeSet<String>) {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let one = schema.get("const").into_iter();
    known.extend(listed.chain(one).filter_map(Value::as_str).map(str::to_owned));
    each(schema, |inner| constants(inner, known));
}

fn each(schema: &Value, mut visit: impl FnMut(&Value)) {
    match schema {
        Value::Object(fields) => {
            for (name, inner) in fields {
                // Examples are data, not schemas.
                if name != "examples" && name != "default" && name != "defaultSnippets" {
                    visit(inner);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(visit),
        _ => {}
    }
}
