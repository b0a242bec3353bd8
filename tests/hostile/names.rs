//! A contributor chooses labels, or a member chooses names, so that a reviewer or a guard mistakes an object for
//! another.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::world::{ACME, World};

const PRODUCTION: &str = "wrkspc_01A7dPzxkG3mYqTn5VbHcR8s";
const HACKATHON: &str = "wrkspc_01C3rYhMvPk8WtSb5LxNqF7d";
const CI_DEPLOY: &str = "apikey_01RvT6yKpLw9XcN3zBhQmDfS5g";

/// The text that every plan must show next to the label.
const BOTH: [&str; 2] = ["production", PRODUCTION];

/// An admin and nine developers, four of them in `production` and `hackathon`, which have one key each.
fn seed() -> Value {
    let users = (0..9)
        .map(|n| json!({"id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "developer"}));
    let users = users.chain([json!({"id": "user_root", "email": "root@acme.com", "role": "admin"})]);
    let members = [PRODUCTION, HACKATHON].into_iter().flat_map(|workspace| {
        (0..4).map(move |n| json!({"workspace_id": workspace, "user_id": format!("user_{n}"), "workspace_role": "workspace_developer"}))
    });
    json!({
        "organization": {"id": ACME, "name": "Acme"},
        "users": users.collect::<Vec<_>>(),
        "workspaces": [{"id": PRODUCTION, "name": "production"}, {"id": HACKATHON, "name": "hackathon"}],
        "workspace_members": members.collect::<Vec<_>>(),
        "api_keys": [
            {"id": CI_DEPLOY, "name": "ci-deploy", "workspace_id": PRODUCTION, "status": "active"},
            {"id": "apikey_01spare", "name": "spare", "workspace_id": PRODUCTION, "status": "active"},
            {"id": "apikey_01off", "name": "off", "workspace_id": PRODUCTION, "status": "inactive"},
            {"id": "apikey_01demo", "name": "demo", "workspace_id": HACKATHON, "status": "active"},
        ],
    })
}

fn asking(lines: &str) -> World {
    World::live(seed()).file("bylaws.yaml", &files(lines))
}

fn files(lines: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ACME}}}\n{lines}\n")
}

fn guards(lines: &str) -> String {
    format!("bylaws: 1\nguards:\n{lines}\n")
}

fn approve(pair: &str) -> String {
    format!("  approve:\n    - {{changes: [{pair}], until: 2026-12-01, reason: it is over}}")
}

/// A new `workspace_admin` of production, whom the files list under `sandbox`.
const SANDBOX: &str = "workspaces:\n  sandbox:\n    id: wrkspc_01A7dPzxkG3mYqTn5VbHcR8s\n    members: {p5@acme.com: workspace_admin}";

#[track_caller]
fn all_in(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no {word} in\n{text}");
    }
}

/// Returns the lines that name a person or an object.
fn lines_with(text: &str, word: &str) -> String {
    text.lines().filter(|line| line.contains(word)).fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn a_label_never_hides_the_workspace_in_any_format() {
    let world = asking(SANDBOX);
    for format in ["text", "markdown", "json", "github", "junit"] {
        let ran = world.run(&format!("plan --format {format}")).ended(0);
        all_in(&ran.out, &["sandbox", "p5@acme.com"]);
        all_in(&ran.out, &BOTH);
        if format != "json" {
            // Wherever the grant is named, its workspace is named, too.
            for line in lines_with(&ran.out, "p5@acme.com").lines().filter(|line| line.contains("sandbox")) {
                all_in(line, &BOTH);
            }
        }
    }
    let plan = world.run("plan --format json").json();
    let expected = json!([{"kind": "workspace", "label": "sandbox", "name": "production", "id": PRODUCTION}]);
    assert_eq!(plan["changes"][0]["live_names"], expected);
    assert_eq!(plan["review_first"][0]["live_names"], expected);
}

#[test]
fn a_label_never_hides_the_workspace_while_it_is_applied_and_afterwards() {
    let world = asking(SANDBOX);
    let ran = world.run("apply --auto-approve --journal journal").ended(0);
    let show = world.run("journal show journal").ended(0);
    for text in [&ran.err, &ran.out, &show.out] {
        let lines = lines_with(text, "p5@acme.com");
        assert!(!lines.is_empty(), "{text}");
        for line in lines.lines().filter(|line| line.contains("sandbox")) {
            all_in(line, &BOTH);
        }
    }
}

#[test]
fn a_label_never_hides_a_key() {
    let world = asking(&format!(
        "workspaces:\n  production:\n    api_keys:\n      old-demo: {{status: inactive, id: {CI_DEPLOY}}}\n      spare: active"
    ));
    for format in ["text", "markdown", "json", "github", "junit"] {
        let ran = world.run(&format!("plan --format {format}")).ended(0);
        if format != "github" {
            all_in(&ran.out, &["old-demo", "ci-deploy", CI_DEPLOY]);
        }
    }
    all_in(&world.run("plan").out, &[&format!("(`old-demo` = `ci-deploy`, `{CI_DEPLOY}`)")]);
}

#[test]
fn a_label_hides_nothing_when_it_is_blocked_waited_for_or_refused() {
    let archive = format!("workspaces:\n  old-demo: {{id: {PRODUCTION}, state: archived}}");
    let invite = format!(
        "members: {{new@acme.com: developer}}\nunlisted: {{members: ignore}}\n{}",
        SANDBOX.replace("p5@acme.com", "new@acme.com")
    );
    let refused = format!("{SANDBOX}\nguards: {{workspace_admins: {{max: 0}}}}");
    for (lines, code) in [(archive, 0), (invite, 0), (refused, 3)] {
        let world = asking(&lines);
        for format in ["text", "markdown", "github", "junit"] {
            all_in(&world.run(&format!("plan --format {format}")).ended(code).out, &BOTH);
        }
        all_in(&world.run("plan").ended(code).out, &[" = `production`, "]);
    }
}

#[test]
fn the_prompt_and_the_report_of_an_apply_name_what_is_live() {
    let world = asking(SANDBOX);
    let ran = world.at_terminal("apply", "no");
    let asked = ran.all();
    let (_, question) =
        asked.split_once("Labels in the files:").unwrap_or_else(|| panic!("no labels in\n{ran}"));
    all_in(question, &[&format!("`sandbox` = `production`, `{PRODUCTION}`"), "Apply 1 change"]);
    for format in ["text", "markdown", "json", "junit"] {
        let world = asking(SANDBOX);
        all_in(&world.run(&format!("apply --auto-approve --format {format}")).ended(0).out, &BOTH);
    }
}

#[test]
fn a_label_with_odd_characters_is_quoted() {
    let odd = SANDBOX.replace("sandbox", "\"a = production, wrkspc_1) (b\"");
    let ran = asking(&odd).run("plan").ended(0);
    all_in(&ran.out, &[&format!("(`a = production, wrkspc_1) (b` = `production`, `{PRODUCTION}`)")]);
}

#[test]
fn a_personal_key_and_a_side_effect_name_what_is_live() {
    let lines = format!(
        "members: {{p0@acme.com: none, p1@acme.com: developer}}\nunlisted: {{members: ignore}}\nworkspaces:\n  sandbox: {{id: {PRODUCTION}, members: {{p1@acme.com: workspace_developer}}}}"
    );
    let ran = asking(&lines).run("plan").ended(0);
    all_in(&lines_with(&ran.out, "loses access to"), &["`sandbox` (`production`,", PRODUCTION]);
}

/// Production, which the files call `hackathon`, as the approvals of both do.
fn archive(id: &str, label: &str) -> String {
    format!(
        "workspaces:\n  {label}: {{id: {id}, state: archived}}\nunlisted: {{workspaces: ignore}}\nguards:\n"
    )
}

#[test]
fn an_approval_does_not_follow_the_label() {
    for (pair, is_archived) in [
        ("archive workspace/hackathon".to_owned(), false),
        (format!("archive workspace/{HACKATHON}"), false),
        ("archive workspace/production".to_owned(), true),
        (format!("archive workspace/{PRODUCTION}"), true),
    ] {
        let world = asking(&(archive(PRODUCTION, "hackathon") + &approve(&pair)))
            .file("guards.yaml", &guards(&approve(&pair)));
        world.run("apply --auto-approve --guards guards.yaml").ended(0);
        assert_eq!(world.writes().contains("/archive"), is_archived, "{pair}");
    }
}

#[test]
fn an_approval_in_the_guards_file_alone_or_in_the_files_alone_is_not_enough() {
    let pair = "archive workspace/production";
    for (own, other) in [(pair, "archive workspace/hackathon"), ("archive workspace/hackathon", pair)] {
        let world = asking(&(archive(PRODUCTION, "hackathon") + &approve(own)))
            .file("guards.yaml", &guards(&approve(other)));
        world.run("apply --auto-approve --guards guards.yaml").ended(0);
        world.untouched();
    }
}

#[test]
fn an_approval_for_a_key_does_not_follow_its_line() {
    let key = "workspaces:\n  production: {api_keys: {demo: {status: active, id: apikey_01off}}}\nguards:\n";
    for (pair, is_on) in [
        ("update workspace/production/api_key/demo", false),
        ("update workspace/hackathon/api_key/demo", false),
        ("update workspace/production/api_key/off", true),
        ("update workspace/production/api_key/apikey_01off", true),
    ] {
        let world = asking(&format!("{key}{}", approve(pair)));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(!world.writes().is_empty(), is_on, "{pair}");
    }
}

/// Returns the lines to paste from blocked entries.
fn pasted(plan: &str) -> String {
    let (_, rest) =
        plan.split_once("if intended, add to `approve:` under `guards:`\n").expect("lines to paste");
    let mut lines = "  approve:\n".to_owned();
    for line in rest.lines() {
        let _ = writeln!(lines, "{line}");
        if line.trim_start().starts_with("reason:") {
            break;
        }
    }
    lines
}

#[test]
fn the_lines_to_paste_mean_what_is_live_and_count() {
    for lines in [
        archive(PRODUCTION, "hackathon"),
        "workspaces:\n  sandbox: {id: wrkspc_01A7dPzxkG3mYqTn5VbHcR8s, api_keys: {demo: {status: active, id: apikey_01off}}}\nguards:\n".to_owned(),
        format!("{SANDBOX}\nguards:\n  workspace_admins: {{max: 0}}\n"),
    ] {
        let world = asking(&lines);
        // A section with nothing below it is an error.
        world.write("bylaws.yaml", &files(lines.trim_end_matches("guards:\n")));
        let plan = world.run("plan");
        let paste = pasted(&plan.out);
        all_in(&paste, &["workspace/production"]);
        world.write("bylaws.yaml", &files(&format!("{lines}{paste}")));
        world.run("validate --strict").ended(0);
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().lines().count(), 1, "{paste}");
    }
}

#[test]
fn protection_does_not_follow_the_label() {
    let protect = |lines: &str, approved: &str| {
        let guards = guards(&format!("  protect: [workspace/production]\n{}", approve(approved)));
        asking(lines).file("guards.yaml", &guards)
    };
    let renamed = format!("workspaces:\n  production: {{id: {PRODUCTION}, name: nothing-to-see}}");
    let other = format!("workspaces:\n  junk: {{id: {PRODUCTION}, name: nothing-to-see}}");
    let archived = archive(PRODUCTION, "junk") + &approve("archive workspace/production");
    for lines in [renamed, other, archived] {
        let world = protect(&lines, "archive workspace/production");
        world.run("apply --auto-approve --guards guards.yaml").ended(3);
        world.untouched();
    }
    // The files may call the other workspace `production`: it is not the protected one.
    let hackathon = "archive workspace/hackathon";
    let world = protect(&(archive(HACKATHON, "production") + &approve(hackathon)), hackathon);
    world.run("apply --auto-approve --guards guards.yaml").ended(0);
    all_in(&world.writes(), &[HACKATHON]);
}

#[test]
fn a_guards_file_that_protects_nothing_live_refuses_the_plan() {
    for (protect, code) in [
        ("workspace/produciton", 3),
        ("workspace/sandbox", 3),
        ("member/gone@acme.com", 3),
        ("workspace/production/api_key/gone", 3),
        ("workspace/production/api_key/demo", 3),
        ("workspace/production", 0),
        ("workspace/production/api_key/ci-deploy", 0),
        ("workspace/wrkspc_01gone", 0),
    ] {
        let key = format!(
            "workspaces:\n  sandbox: {{id: {PRODUCTION}, api_keys: {{ci-deploy: active}}}}\nmembers: {{root@acme.com: admin}}\nunlisted: {{members: ignore}}"
        );
        let world = asking(&key).file("guards.yaml", &guards(&format!("  protect: [{protect}]")));
        let ran = world.run("plan --guards guards.yaml").ended(code);
        if code == 3 {
            all_in(&ran.out, &[protect, "nothing is protected"]);
        }
    }
}

#[test]
fn only_a_live_name_or_an_id_selects() {
    let world = asking(SANDBOX);
    world.run("plan --only workspace/sandbox").ended(1);
    for only in ["workspace/production", &format!("workspace/{PRODUCTION}")] {
        all_in(&world.run(&format!("plan --only {only}")).ended(0).out, &["Plan: 1 to create"]);
    }
}

#[test]
fn an_address_like_another_is_reviewed_first_even_if_the_warning_is_suppressed() {
    let people = "members:\n  bob@acme.com: developer\n  b0b@acme.com: developer  # bylaws: allow BL0412 two people\n  p1@acme.com: developer\n  pl@acme.com: developer  # bylaws: allow BL0412 two people\nunlisted: {members: ignore}";
    let world = asking(people);
    for format in ["text", "markdown", "json", "github", "junit"] {
        let out = world.run(&format!("plan --format {format}")).ended(0).out;
        let first = out.split("### People").next().unwrap().split("Changes (in apply order)").next().unwrap();
        all_in(first, &["easily mistaken for", "b0b@acme.com", "pl@acme.com"]);
    }
    let kinds = world.run("plan --format json").json();
    let kinds: Vec<&Value> =
        kinds["review_first"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["look_alike"; 3]);
}

#[test]
fn a_rename_to_a_name_that_is_live_is_blocked() {
    for (name, is_blocked) in
        [("hackathon", true), (PRODUCTION, true), ("wrkspc_01", true), ("Claude Code", true), ("new", false)]
    {
        let world = asking(&format!("workspaces:\n  p: {{id: {PRODUCTION}, name: {name}}}\n  hackathon:"));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().is_empty(), is_blocked, "{name}");
    }
}

#[test]
fn a_new_workspace_cannot_be_named_like_an_id() {
    for name in [PRODUCTION, "wrkspc_01", "WRKSPC_x"] {
        let world = asking(&format!("workspaces:\n  {name}: {{members: {{p5@acme.com: workspace_admin}}}}"));
        world.run("apply --auto-approve").ended(0);
        world.untouched();
    }
}

#[test]
fn a_workspace_renamed_to_claude_code_stays_in_sight() {
    let rename = |world: &World| {
        world.drift(|state| {
            let workspace = state.workspaces.iter_mut().find(|workspace| workspace.id == PRODUCTION);
            workspace.unwrap().name = "Claude Code".to_owned();
        });
    };
    // Listed by id, it is blocked; under its old name or unlisted, it is reported.
    let pinned =
        format!("workspaces:\n  production: {{id: {PRODUCTION}, members: {{p1@acme.com: workspace_user}}}}");
    for lines in [pinned.as_str(), "workspaces:\n  production:\n  hackathon:", "workspaces:\n  hackathon:"] {
        let world = asking(lines);
        rename(&world);
        for format in ["text", "markdown", "json"] {
            let out = world.run(&format!("plan --format {format}")).ended(0).out;
            assert!(out.contains("Claude Code") || out.contains("Claude%20Code"), "{out}");
            all_in(&out, &[PRODUCTION]);
        }
    }
    let world = World::live(seed());
    rename(&world);
    world.run("import bylaws").ended(0);
    all_in(
        &std::fs::read_dir(world.path("bylaws"))
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect::<String>(),
        &["Claude Code:"],
    );
}
