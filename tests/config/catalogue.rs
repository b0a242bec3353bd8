//! The catalogue of mistakes: invalid files, with the exact text of every problem they give.
//! The cases are text files in `catalogue/` and `fine/`, so that other checks can read them too; see `cases.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bylaws_kinds::{Loaded, rules};

use crate::cases::{Case, Page, pages};
use crate::world::{read, read_alone};

/// Loads the files of a case.
fn found(case: &Case) -> Loaded {
    if case.alone { read_alone(&case.input) } else { read(&case.input) }
}

/// Formats problems as the expected lines of a case.
fn lines(loaded: &Loaded) -> String {
    let mut out = String::new();
    for problem in &loaded.problems {
        let (code, position) = (problem.rule.code, &problem.position);
        let (message, label) = (&problem.message, &problem.label);
        writeln!(out, "{code} {}:{}:{} {message} [{label}]", position.file, position.line, position.column)
            .unwrap();
        for (position, label) in &problem.secondary {
            writeln!(out, "    also {}:{}:{} {label}", position.file, position.line, position.column)
                .unwrap();
        }
        if let Some(help) = &problem.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    out
}

fn all(folder: &str) -> Vec<Page> {
    let mut pages = pages(folder);
    for page in &mut pages {
        page.settle(|case| lines(&found(case)));
    }
    pages
}

#[test]
fn every_case_gives_exactly_its_expected_problems() {
    let pages = all("catalogue");
    let mut cases = 0;
    for case in pages.iter().flat_map(|page| &page.cases) {
        cases += 1;
        assert!(case.expected.starts_with("BL"), "`{}` has no problem; move it to fine/", case.title);
    }
    assert!(cases >= 120, "{cases} cases");
}

#[test]
fn fine_cases_give_no_problem() {
    let pages = all("fine");
    let cases = pages.iter().flat_map(|page| &page.cases);
    let wrong: Vec<_> = cases.filter(|case| !case.expected.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn case_titles_are_unique() {
    let mut titles = BTreeSet::new();
    for page in pages("catalogue").into_iter().chain(pages("fine")) {
        for case in page.cases {
            assert!(titles.insert(case.title.clone()), "duplicate title `{}`", case.title);
        }
    }
}

#[test]
fn every_rule_with_an_example_has_a_case() {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for case in pages("catalogue").iter().flat_map(|page| &page.cases) {
        for problem in found(case).problems {
            *times.entry(problem.rule.code).or_default() += 1;
        }
    }
    let missing: Vec<_> = rules()
        .filter(|rule| !rule.wrong.is_empty() && !times.contains_key(rule.code))
        .map(|rule| (rule.code, rule.name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn parsing_and_printing_a_page_round_trips() {
    for page in pages("catalogue").into_iter().chain(pages("fine")) {
        assert_eq!(Page::parse(page.path.clone(), &page.text()).text(), page.text());
    }
    let odd =
        Case { title: "odd".to_owned(), input: "a\t\\u200b \u{200b}\"'\0\r\n".to_owned(), ..Case::default() };
    let page = Page { path: "odd.txt".into(), head: String::new(), cases: vec![odd] };
    assert_eq!(Page::parse("odd.txt".into(), &page.text()).cases[0].input, page.cases[0].input);
}
