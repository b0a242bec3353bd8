//! Names are user-supplied: a terminal shows them, whatever they contain, and interprets none.

use serde_json::json;

use crate::ran::shown;
use crate::world::{FILES, World, acme};

const NAMES: [&str; 6] = [
    "\u{1b}[2J\u{1b}[31mred",
    "two\nlines: remove everything",
    "\u{202e}desrever",
    "zero\u{200b}width\u{feff}",
    "bell\u{7}\u{8}\u{8}\u{8}gone\r",
    "```md\n# heading",
];

#[test]
fn names_from_the_live_side_are_shown_and_not_obeyed() {
    let mut seed = acme();
    seed["organization"]["name"] = json!(NAMES[0]);
    for (n, name) in NAMES.iter().enumerate() {
        let id = format!("wrkspc_{n}");
        seed["workspaces"].as_array_mut().unwrap().push(json!({"id": id, "name": name, "tags": {"k": name}}));
        seed["api_keys"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": format!("apikey_{n}"), "name": name, "workspace_id": "wrkspc_lab"}));
        seed["users"].as_array_mut().unwrap().push(json!({"id": format!("user_{n}"), "email": format!("{name}@acme.com"), "name": name, "role": "user"}));
        seed["workspace_members"].as_array_mut().unwrap().push(json!({"workspace_id": "wrkspc_lab", "user_id": format!("user_{n}"), "workspace_role": "workspace_user"}));
    }
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.edit("members: remove", "members: report");
    world.edit("  workspace_members: remove\n", "");
    let mut all = String::new();
    for line in [
        "plan --all",
        "plan --all --color always",
        "apply --auto-approve",
        "import imported",
        "whoami",
        "plan imported",
    ] {
        let ran = world.run(line).ended(0);
        let text = ran.all();
        let text = if line.contains("always") { without_colours(&text) } else { text };
        for c in text.chars() {
            let bad = c.is_control() && c != '\n'
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
            assert!(!bad, "{c:?} in `bylaws {line}`: {text:?}");
        }
        assert!(
            !text.lines().any(|line| line.starts_with("lines: remove") || line.starts_with("# heading")),
            "{text}"
        );
        if line == "plan --all" || line == "import imported" {
            all += &ran.to_string();
        }
    }
    shown("hostile-names", all);
    world.run("plan imported --detailed-exitcode").ended(0);
}

/// Removes our own colors: `ESC [ digits m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('m').unwrap();
        assert!(code.chars().all(|c| c.is_ascii_digit() || c == ';'), "{code:?}");
        plain += rest;
    }
    plain
}

#[test]
fn a_path_is_shown_and_not_interpreted() {
    let world = World::acme();
    for line in ["plan", "show", "apply --plan", "journal show", "plan --live"] {
        let ran = world.run(&format!("{line} no\u{1b}[31mthing"));
        assert_ne!(ran.code, 0, "{ran}");
        assert!(ran.err.contains("no\\u{1b}[31mthing") && !ran.err.contains('\u{1b}'), "{ran}");
    }
}

#[test]
fn a_member_with_an_address_that_files_cannot_contain_is_reported_and_kept() {
    let mut seed = acme();
    let user = json!({"id": "user_odd", "email": "o#dd@acme.com@acme.com", "name": "odd", "role": "user"});
    seed["users"].as_array_mut().unwrap().push(user);
    let world = World::live(seed).file("bylaws.yaml", FILES);
    let ran = world.run("plan --format markdown");
    assert!(ran.out.contains("## Bylaws plan: no changes"), "{ran}");
    assert!(
        ran.out.contains("`o#dd@acme.com@acme.com`: user, with an address that the files cannot list"),
        "{ran}"
    );
}
