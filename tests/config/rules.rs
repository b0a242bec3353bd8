//! Cases that do not fit the catalogue: files that exceed limits, and secret keys that must not be repeated.

use std::collections::BTreeMap;

use bylaws_kinds::Loaded;
use insta::assert_snapshot;

use crate::world::read;

#[test]
fn bombs() {
    let laughs: String = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)
    });
    let nested = format!("members: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let open = "[".repeat(1_000_000);
    let deep: String = (0..500).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let circle = "members: &m {ada@acme.com: *m}\n".to_owned();
    let mut unknown = String::from("members:\n  ada@acme.com: user\n");
    for n in 0..3_000 {
        unknown.push_str(&format!("unknown{n}: x\n"));
    }
    let mut out = String::new();
    for (rule, text) in [
        ("laughs", laughs),
        ("nested", nested),
        ("open", open),
        ("deep", deep),
        ("circle", circle),
        ("many", unknown),
    ] {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in read(&text).problems {
            *times.entry(problem.rule.name).or_default() += 1;
        }
        let times: Vec<String> = times.iter().map(|(name, times)| format!("{times} × {name}")).collect();
        out.push_str(&format!("{rule}: {}\n", times.join(", ")));
    }
    assert_snapshot!(out);
}

#[test]
fn a_secret_key_is_reported_and_never_repeated() {
    let key = "sk-ant-admin01-AbCdEfGhIjKlMnOp";
    let in_all_places = [
        ("a value", format!("members: {{ada@acme.com: {key}}}\n")),
        ("a key", format!("members:\n  {key}: user\n")),
        ("a key twice", format!("members:\n  {key}@x.y: user\n  {key}@x.y: user\n")),
        ("a comment", format!("members: {{ada@acme.com: user}} # {key}\n")),
        ("a note", format!("members: {{ada@acme.com: {{role: user, note: 'the key is {key}!'}}}}\n")),
        ("an escape", format!("members: {{ada@acme.com: \"\\x73{}\"}}\n", &key[1..])),
        ("an escape over lines", format!("members: {{ada@acme.com: \"sk-\\\n  {}\"}}\n", &key[3..])),
        ("broken YAML", format!("members: [{key}\n")),
        ("no key", "members: {ada@acme.com: {role: user, note: keys begin with sk-ant-…}}\n".to_owned()),
    ];
    for (rule, text) in &in_all_places {
        let Loaded { files, problems, .. } = read(text);
        let everything = format!("{files:?}{problems:?}");
        assert!(!everything.contains("AbCd"), "{rule}: {everything}");
        let found = problems.iter().any(|problem| problem.rule.name == "live-key");
        assert_eq!(found, *rule != "no key", "{rule}: {problems:?}");
    }
}
