//! Hostile and damaged files: each gives a clear problem at its location, without more work than its size justifies.
//! The benchmark measures the time; it is not checked here.

use bylaws_config::SourceFile;
use bylaws_kinds::{Loaded, parse};

use crate::world::{HEAD, lines, read, read_alone};

/// Formats the locations and codes, such as `3:1 BL0201`.
fn codes(loaded: &Loaded) -> Vec<String> {
    let line = |problem: &bylaws_config::Problem| {
        format!("{}:{} {}", problem.position.line, problem.position.column, problem.rule.code)
    };
    loaded.problems.iter().map(line).collect()
}

#[track_caller]
fn expect(text: &str, expected: &[&str]) {
    let loaded = read(text);
    let head: String = text.chars().take(200).collect();
    assert_eq!(codes(&loaded), expected, "{head:?}\n{}", lines(&loaded.problems));
}

#[test]
fn the_expansion_of_aliases_is_limited() {
    let laughs = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)
    });
    expect(&laughs, &["11:12 BL0205"]);
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(5_000), "*a, ".repeat(5_000));
    expect(&wide, &["2:161 BL0205"]);
    expect("members: &m {ada@acme.com: *m}\n", &["1:28 BL0205"]);
}

#[test]
fn the_nesting_depth_is_limited() {
    let flow = format!("teams: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    expect(&flow, &["1:263 BL0103"]);
    expect(&format!("teams: {}\n", "{a: ".repeat(100_000)), &["1:100 BL0103"]);
    let block: String = (0..500).map(|n| format!("{}teams:\n", " ".repeat(n))).collect();
    for text in ["[".repeat(1_000_000), "- ".repeat(100_000), "? ".repeat(100_000), block] {
        let found = codes(&read(&text));
        let floors = found.iter().filter(|line| line.ends_with("BL0103")).count();
        assert!(floors == 1 && found.len() <= 2, "{found:?}");
    }
    assert!(read(&"&a ".repeat(100_000)).desired.is_none());
    assert!(read(&"!x ".repeat(100_000)).desired.is_none());
}

#[test]
fn crlf_is_a_line_break_and_a_lone_cr_is_not() {
    let text = "members:\n  ada@acme.com: usr\n  bob@acme.com: @\n";
    expect(text, &["2:17 BL0406", "3:17 BL0201"]);
    expect(&text.replace('\n', "\r\n"), &["2:17 BL0406", "3:17 BL0201"]);
    expect(&text.replace('\n', "\r"), &["1:8 BL0106"]);
    expect("members:\n  ada@acme.com: user\r  bob@acme.com: user\n", &["2:20 BL0106"]);
}

#[test]
fn unicode_line_separators_are_not_line_breaks() {
    for mark in ['\u{85}', '\u{2028}', '\u{2029}'] {
        let text = format!("members:\n  ada@acme.com: user{mark}  bob@acme.com: user\n  eve@acme.com: usr\n");
        let found = codes(&read(&text));
        assert_eq!(found.last().map(String::as_str), Some("3:17 BL0406"), "{mark:?} {found:?}");
        assert_eq!(found.len(), 2, "{mark:?} {found:?}");
        assert!(found[0].starts_with("2:"), "{mark:?} {found:?}");
    }
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_text() {
    expect("\u{feff}members:\n  ada@acme.com: usr\n", &["2:17 BL0406"]);
    let twice = read("\u{feff}\u{feff}members: {ada@acme.com: user}\n");
    assert!(twice.problems.iter().all(|problem| problem.position.line == 1));
}

#[test]
fn utf16_is_reported_even_if_it_is_valid_utf8() {
    let little: String = "members:\n  ada@acme.com: user\n".chars().flat_map(|c| [c, '\0']).collect();
    let big: String = "members:\n  ada@acme.com: user\n".chars().flat_map(|c| ['\0', c]).collect();
    for text in [little, big] {
        let loaded = read(&text);
        assert_eq!(codes(&loaded), ["1:1 BL0104"]);
        assert!(loaded.problems[0].message.contains("UTF-16"));
    }
}

#[test]
fn control_characters_are_reported_and_hide_no_other_problem() {
    expect("\0", &["1:1 BL0106"]);
    expect(
        "members:\n  ada@acme.com: \x07user\n  bob@acme.com: usr # \x1b[2J\n",
        &["2:17 BL0106", "3:23 BL0106"],
    );
    expect("members:\n  ada@acme.com: us\u{9b}er\n", &["2:19 BL0106"]);
    let noise: String = (0..100_000).map(|n| if n % 7 == 0 { "\0\n" } else { "x\x01" }).collect();
    assert_eq!(read(&noise).problems.iter().filter(|problem| problem.rule.code == "BL0106").count(), 20);
}

#[test]
fn every_merge_conflict_is_reported_once() {
    let conflict = "<<<<<<< ours\n  ada@acme.com: user\n||||||| base\n=======\n  ada@acme.com: billing\n>>>>>>> theirs\n";
    expect(&format!("members:\n{conflict}"), &["2:1 BL0107"]);
    expect(&format!("members:\r\n{}", conflict.replace('\n', "\r\n")), &["2:1 BL0107"]);
    expect(
        &conflict.replace("  ada@acme.com", "teams").replace("user", "{}").replace("billing", "{}"),
        &["1:1 BL0107"],
    );
    expect("members:\n  ada@acme.com: user\n<<<<<<<\n", &["3:1 BL0107"]);
    expect("members:\n  ada@acme.com: user\n>>>>>>> theirs\n", &["3:1 BL0107"]);
    // A line of `=` in a comment or string is not a conflict marker.
    expect("# Members\n# =======\nmembers:\n  ada@acme.com: {role: user, note: \"<<<<<<< x\"}\n", &[]);
    let many = format!("members:\n{}", conflict.repeat(2_000));
    assert_eq!(read(&many).problems.len(), 1_001);
}

#[test]
fn document_markers_around_one_document_are_allowed() {
    let fine = "members:\n  ada@acme.com: user\n";
    for text in [
        format!("---\n{fine}"),
        format!("--- # members\n{fine}"),
        format!("{fine}...\n"),
        format!("---\n{fine}...\n# the end\n"),
        format!("%YAML 1.1\n---\n{fine}"),
        format!("%YAML 1.2\n---\n{fine}...\n"),
    ] {
        expect(&text, &[]);
    }
    // A directive does not enable the booleans of YAML 1.1.
    expect("%YAML 1.1\n---\nmembers: {ada@acme.com: {role: user, note: yes}}\n", &[]);
    expect("%YAML 2.0\n---\nmembers: {ada@acme.com: user}\n", &["1:1 BL0201"]);
    expect("%YAML 1.2\nmembers: {ada@acme.com: user}\n", &["2:1 BL0201"]);
    expect(&format!("{fine}---\n"), &["3:3 BL0203"]);
    expect(&format!("{fine}---\n{}", "teams: {}\n---\n".repeat(3_000)), &["4:1 BL0203"]);
}

#[test]
fn long_keys_and_values_are_shortened_in_messages() {
    let long = "x".repeat(1_000_000);
    for text in [
        format!("members:\n  {long}: user\n"),
        format!("members:\n  \"{long}\": user\n"),
        format!("members:\n  {long}@acme.com: user\n"),
        format!("members:\n  ada@acme.com: {long}\n"),
        format!("members: {{\"{long}\"}}\n"),
        format!("{long}: 1\n"),
        format!("members:\n  ada@acme.com: !{long} user\n"),
        format!("members:\n  ada@acme.com: *{long}\n"),
    ] {
        let loaded = read(&text);
        assert!(!loaded.problems.is_empty());
        for problem in &loaded.problems {
            let help = problem.help.as_deref().unwrap_or_default();
            let longest = problem.message.len().max(problem.label.len()).max(help.len());
            assert!(longest < 1_000, "{} {longest}", problem.rule.name);
        }
    }
}

#[test]
fn problems_beyond_the_limit_are_counted() {
    let mut text = String::from("members:\n");
    for n in 0..5_000 {
        text.push_str(&format!("  p{n}@acme.com: usr\n"));
    }
    let problems = read(&text).problems;
    assert_eq!(problems.len(), 1_001);
    assert!(problems.iter().any(|problem| problem.message.contains("4000")));
    assert_eq!(read(&"sk-ant-admin01-abcdefgh\n".repeat(5_000)).problems.len(), 1_001);
}

#[test]
fn combined_characters_are_allowed_in_names_and_joiners_are_not() {
    let family = "👩\u{200d}👩\u{200d}👧";
    // A joiner can also hide in other names, so it is reported, escaped or not.
    expect(
        &format!("workspaces:\n  \"{family}\": {{}}\n  日本語 👩 ワークスペース: {{}}\n"),
        &["2:3 BL0313"],
    );
    expect("workspaces:\n  \"a\\u202eb\": {}\n", &["2:3 BL0313"]);
}

#[test]
fn a_secret_key_in_a_file_name_is_masked() {
    let name = "keys/sk-ant-admin01-abcdefghijklmnopqrstuvwxyz.yaml";
    let text = "members:\n  ada@acme.com: usr\n";
    let files = vec![
        SourceFile { name: "a.yaml".into(), text: HEAD.into() },
        SourceFile { name: name.into(), text: text.into() },
    ];
    let loaded = parse(files);
    assert_eq!(codes(&loaded), ["1:1 BL0108", "2:17 BL0406"]);
    assert!(!format!("{:?}{:?}", loaded.problems, loaded.files).contains("abcdefgh"));
}

#[test]
fn empty_files_give_an_error() {
    for text in ["", "\n", "\r\n", " ", "\u{feff}", "---", "...", "~", "# x", "---\n---\n"] {
        let loaded = read_alone(text);
        assert!(loaded.desired.is_none(), "{text:?}");
        assert!(!loaded.problems.is_empty(), "{text:?}");
    }
}
