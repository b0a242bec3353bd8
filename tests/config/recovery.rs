//! Recovery from errors: an invalid text is read as far as possible, each mistake is reported once, and an unreadable
//! part causes no further problems.

use crate::world::read;

/// Rows of a title, a file, and the exact locations and codes of its problems.
const ROWS: &[(&str, &str, &[&str])] = &[
    // One mistake.
    (
        "an open bracket, then a section",
        "members: {ada@acme.com: user\nteams:\n  a: [ada@acme.com]\n",
        &["1:10 BL0201"],
    ),
    (
        "an open bracket, then its siblings",
        "teams:\n  a: [ada@acme.com\n  b: [ada@acme.com]\n  c: [ada@acme.com]\n",
        &["2:6 BL0201"],
    ),
    (
        "an open bracket over lines",
        "teams:\n  a: [ada@acme.com,\n    bob@acme.com,\n  b: [ada@acme.com]\n  c: [ada@acme.com]\n",
        &["2:6 BL0201"],
    ),
    ("an open bracket at the end", "teams:\n  b: [ada@acme.com]\n  a: [ada@acme.com\n", &["3:6 BL0201"]),
    (
        "an open quote, closed by the next",
        "members:\n  ada@acme.com: \"user\n  bob@acme.com: \"user\"\n  eve@acme.com: user\n",
        &["2:17 BL0201"],
    ),
    (
        "an open quote to the end",
        "members:\n  ada@acme.com: 'user\n  bob@acme.com: user\nteams:\n  a: [ada@acme.com]\n",
        &["2:17 BL0201"],
    ),
    ("an open quote in a key", "members:\n  \"ada@acme.com: user\n  bob@acme.com: user\n", &["2:3 BL0201"]),
    (
        "a line without a key, first",
        "members:\n  ada@acme.com user\n  bob@acme.com: user\n  eve@acme.com: user\n",
        &["2:3 BL0201"],
    ),
    (
        "a line without a key, between",
        "members:\n  ada@acme.com: user\n  bob@acme.com user\n  eve@acme.com: user\n",
        &["3:3 BL0201"],
    ),
    ("a line without a key, last", "members:\n  ada@acme.com: user\n  bob@acme.com\n", &["3:3 BL0201"]),
    ("a line without a key, alone", "members:\n  ada@acme.com: user\nteams\n", &["3:1 BL0201"]),
    ("no space behind the colon", "members:\n  ada@acme.com:user\n  bob@acme.com: user\n", &["2:3 BL0201"]),
    (
        "lines indented too far",
        "members:\n  ada@acme.com: user\n    bob@acme.com: user\n    eve@acme.com: user\n  x@acme.com: user\n",
        &["3:17 BL0201"],
    ),
    (
        "lines indented too little",
        "members:\n    ada@acme.com: user\n  bob@acme.com: user\n  eve@acme.com: user\n",
        &["3:3 BL0201"],
    ),
    (
        "list items at two depths",
        "teams:\n  a:\n    - ada@acme.com\n   - bob@acme.com\n   - eve@acme.com\n  b: [ada@acme.com]\n",
        &["4:4 BL0201"],
    ),
    ("one colon too many", "members:\n  ada@acme.com: user: x\n  bob@acme.com: user\n", &["2:21 BL0201"]),
    (
        "lines indented with tabs",
        "members:\n\tada@acme.com: user\n\tbob@acme.com: user\nteams:\n  a: [ada@acme.com]\n",
        &["2:1 BL0202"],
    ),
    (
        "a value lost in a long form",
        "members:\n  ada@acme.com:\n    role: @user\n    until: 2027-01-31\n",
        &["3:11 BL0201"],
    ),
    (
        "a line lost in a long form",
        "members:\n  ada@acme.com:\n    role user\n    until: 2027-01-31\n",
        &["3:5 BL0201"],
    ),
    (
        "a section that is not a map",
        "members:\n  ada@acme.com user\nteams: {a: [ada@acme.com]}\n",
        &["2:3 BL0304"],
    ),
    (
        "an alias to an unknown anchor",
        "members:\n  ada@acme.com: *user\n  bob@acme.com: user\n",
        &["2:17 BL0205"],
    ),
    (
        "an anchor lost with its line",
        "members:\n  ada@acme.com: &u @user\n  bob@acme.com: *u\n  eve@acme.com: *u\n",
        &["2:20 BL0201"],
    ),
    (
        "a tag before a map",
        "members: !include\n  ada@acme.com: user\n  bob@acme.com: user\n",
        &["1:10 BL0204"],
    ),
    ("an included file", "members: !include members.yaml\nteams: {a: [ada@acme.com]}\n", &["1:10 BL0204"]),
    (
        "a tag before a missing value",
        "members:\n  ada@acme.com: !env\n  bob@acme.com: user\n",
        &["2:17 BL0204"],
    ),
    ("NUL", "members:\n  ada@acme.com: us\0er\n  bob@acme.com: user\n", &["2:19 BL0106"]),
    ("a whole section lost to NUL", "members: \0\nteams:\n  a: [ada@acme.com]\n", &["1:10 BL0106"]),
    (
        "a conflict",
        "members:\n<<<<<<< ours\n  ada@acme.com: user\n=======\n  ada@acme.com: usr\n>>>>>>> theirs\n",
        &["2:1 BL0107"],
    ),
    (
        "a conflict with its base",
        "members:\n<<<<<<< ours\n  ada@acme.com: user\n||||||| base\n  x\n=======\n  ada@acme.com: @\n>>>>>>> theirs\n  bob@acme.com: user\n",
        &["2:1 BL0107"],
    ),
    (
        "a conflict with one side empty",
        "members:\n<<<<<<< ours\n=======\n  ada@acme.com: user\n>>>>>>> theirs\n",
        &["2:1 BL0107"],
    ),
    (
        "the rest of a conflict",
        "members:\n  ada@acme.com: user\n=======\n  ada@acme.com: billing\n>>>>>>> theirs\n",
        &["3:1 BL0107"],
    ),
    (
        "two documents",
        "members: {ada@acme.com: user}\n---\nmembers: {bob@acme.com: user}\nteams: {a: [ada@acme.com]}\n",
        &["3:1 BL0203"],
    ),
    ("brackets inside each other", NESTED, &["1:34 BL0103"]),
    (
        "a bracket closed by another",
        "teams: {\n  a: [ada@acme.com],\n  b: [bob@acme.com\n}\nmembers: {ada@acme.com: user}\n",
        &["3:6 BL0201"],
    ),
    // Two mistakes.
    (
        "two characters that cannot begin a value",
        "members:\n  ada@acme.com: `user`\n  bob@acme.com: %user\n",
        &["2:17 BL0201", "3:17 BL0201"],
    ),
    (
        "a bracket and a role",
        "teams:\n  a: [ada@acme.com\nmembers:\n  ada@acme.com: usr\n",
        &["2:6 BL0201", "4:17 BL0406"],
    ),
    (
        "a quote and a bracket",
        "members:\n  ada@acme.com: \"user\n  bob@acme.com: user\nteams:\n  a: [ada@acme.com\n",
        &["2:17 BL0201", "5:6 BL0201"],
    ),
    (
        "a bracket and a quote",
        "teams:\n  a: [ada@acme.com\nmembers:\n  ada@acme.com: \"user\n  bob@acme.com: user\n",
        &["2:6 BL0201", "4:17 BL0201"],
    ),
    (
        "a role, then an alias",
        "members:\n  ada@acme.com: usr\n  bob@acme.com: *user\n",
        &["2:17 BL0406", "3:17 BL0205"],
    ),
    ("two aliases in one line", "teams: {a: [*a, ada@acme.com], b: [*b]}\n", &["1:13 BL0205", "1:36 BL0205"]),
    (
        "a tag and an alias in one line",
        "teams: {a: [!x ada@acme.com, *b]}\n",
        &["1:13 BL0204", "1:30 BL0205"],
    ),
    (
        "two tabs apart",
        "members:\n\tada@acme.com: user\nteams:\n\ta: [ada@acme.com]\n",
        &["2:1 BL0202", "4:1 BL0202"],
    ),
    (
        "two conflicts",
        "members:\n<<<<<<< a\n  ada@acme.com: user\n=======\n>>>>>>> b\n  eve@acme.com: user\n<<<<<<< a\n  bob@acme.com: user\n=======\n>>>>>>> b\n",
        &["2:1 BL0107", "7:1 BL0107"],
    ),
    (
        "an escape code and a role",
        "members:\n  ada@acme.com: \x1b[31muser\n  bob@acme.com: usr\n",
        &["2:17 BL0106", "3:17 BL0406"],
    ),
    (
        "a mistake in each document",
        "members: {ada@acme.com: usr}\n---\nteams: {a: [nobody]}\n",
        &["1:25 BL0406", "3:1 BL0203", "3:13 BL0404"],
    ),
    // Three mistakes.
    (
        "three kinds in one section",
        "members:\n  ada@acme.com: @user\n  bob@acme.com user\n  eve@acme.com: !x user\n  joe@acme.com: user\n",
        &["2:17 BL0201", "3:3 BL0201", "4:17 BL0204"],
    ),
    (
        "three sections",
        "members:\n  ada@acme.com: \"user\nteams:\n  a: [ada@acme.com\nworkspaces:\n  lab: {stat: archived}\n",
        &["2:17 BL0201", "4:6 BL0201", "6:9 BL0301"],
    ),
    (
        "a conflict, a tab and an id",
        "members:\n<<<<<<< a\n  ada@acme.com: user\n=======\n>>>>>>> b\n\tbob@acme.com: user\nworkspaces:\n  lab: {id: lab}\n",
        &["2:1 BL0107", "6:1 BL0202", "8:13 BL0311"],
    ),
    (
        "three lines of a workspace",
        "workspaces:\n  lab:\n    id: @x\n    display_color: red\n    tags {env: prod}\n    members:\n      ada@acme.com: nobody\n",
        &["3:9 BL0201", "4:20 BL0505", "5:5 BL0301", "7:21 BL0406"],
    ),
];

const NESTED: &str = "teams: {a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}\nmembers: {ada@acme.com: user}\n";

#[test]
fn every_mistake_is_reported_once_and_hides_no_other() {
    let mut wrong = String::new();
    for (title, text, expected) in ROWS {
        let loaded = read(text);
        let found: Vec<String> = loaded
            .problems
            .iter()
            .map(|problem| {
                format!("{}:{} {}", problem.position.line, problem.position.column, problem.rule.code)
            })
            .collect();
        if found != *expected {
            wrong.push_str(&format!(
                "## {title}\n{text}\nexpected {expected:?}\n{}\n",
                crate::world::lines(&loaded.problems)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn reading_stops_after_twenty_syntax_errors() {
    let mut text = String::from("members:\n");
    for n in 0..40 {
        text.push_str(&format!("  p{n}@acme.com: @user\n"));
    }
    text.push_str("teams: {a: [x]}\n");
    let problems = read(&text).problems;
    assert_eq!(problems.len(), 21, "{}", crate::world::lines(&problems));
    assert!(problems.iter().all(|problem| problem.rule.code == "BL0201"));
}
