//! The rules: each wrong example violates only its rule, and each right example violates none.

use std::collections::BTreeSet;

use bylaws_config::{Rule, SourceFile};
use bylaws_kinds::{Loaded, parse, rules};

/// Loads an example: `bylaws.yaml`, and another file for each line `== name` in it.
fn example(text: &str) -> Loaded {
    parse(crate::world::files(&format!("== bylaws.yaml\n{text}")))
}

fn codes(loaded: &Loaded) -> BTreeSet<&str> {
    loaded.problems.iter().map(|problem| problem.rule.code).collect()
}

#[test]
fn every_wrong_example_violates_only_its_rule() {
    for Rule { code, wrong, .. } in rules().filter(|rule| !rule.wrong.is_empty()) {
        let loaded = example(wrong);
        assert_eq!(codes(&loaded), BTreeSet::from([*code]), "{:#?}", loaded.problems);
    }
}

#[test]
fn every_right_example_is_valid() {
    for Rule { code, wrong, right, .. } in rules() {
        assert_eq!(wrong.is_empty(), right.is_empty(), "{code}: both or neither");
        if !right.is_empty() {
            let loaded = example(right);
            assert!(loaded.problems.is_empty(), "{code}: {:#?}", loaded.problems);
            assert!(loaded.desired.is_some(), "{code}");
        }
    }
}

#[test]
fn only_rules_that_no_text_can_violate_have_no_example() {
    let without: Vec<_> = rules().filter(|rule| rule.wrong.is_empty()).map(|rule| rule.name).collect();
    let expected = [
        "unreadable",
        "link",
        "too-large",
        "not-utf8",
        "too-many-problems",
        "too-many-warnings",
        "almost-read",
        "controller-value",
    ];
    assert_eq!(without, expected);
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted() && codes.iter().collect::<BTreeSet<_>>().len() == codes.len(), "{codes:?}");
    assert!(codes.iter().all(|code| code.len() == 6 && code.starts_with("BL")), "{codes:?}");
    let names: BTreeSet<_> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.len(), codes.len());
    let kebab = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    assert!(names.iter().all(|name| kebab(name)), "{names:?}");
}

#[test]
fn every_rule_has_a_short_summary_and_reason() {
    for Rule { code, summary, why, .. } in rules() {
        assert!(!summary.ends_with('.') && summary.chars().count() <= 80, "{code}: {summary}");
        let lines: Vec<&str> = why.lines().collect();
        assert!((2..=6).contains(&lines.len()), "{code}: {} lines", lines.len());
        assert!(lines.iter().all(|line| line.chars().count() <= 112), "{code}: a line is too long");
    }
}

#[test]
fn every_example_is_complete() {
    for Rule { code, right, .. } in rules().filter(|rule| !rule.right.is_empty()) {
        let SourceFile { text, .. } = crate::world::files(right).remove(0);
        assert!(text.starts_with("bylaws: 1\norganization:\n"), "{code}");
        assert!(right.ends_with('\n'), "{code}");
    }
}
