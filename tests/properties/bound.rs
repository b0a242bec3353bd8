//! E2, D9: a plan is bound to what it was made with and made from, and files to the tip of their branch.

use std::time::Duration;

use serde_json::{Value, json};

use crate::organization::ID;
use crate::staleness::scene;
use crate::world::{Row, World};

/// How the saved plan, the files or the world differ from when it was made.
type Differs = Box<dyn Fn(&World)>;

/// The world of [`scene`], with its plan saved.
fn saved() -> World {
    let (state, files) = scene();
    let world = World::here(state);
    world.write("bylaws.yaml", &files);
    let ran = world.run("plan --out saved.json");
    assert_eq!(ran.code, 0, "{ran}");
    world.emulator.clear_ledger();
    world
}

fn says(file: &'static str, from: &str, to: &str) -> Differs {
    let (from, to) = (from.to_owned(), to.to_owned());
    Box::new(move |world| world.edit_file(file, &from, &to))
}

fn later(seconds: u64) -> Differs {
    Box::new(move |world| {
        world.emulator.advance(Duration::from_secs(seconds)).unwrap();
    })
}

/// Another organization, of which the files know too.
fn elsewhere() -> Differs {
    const OTHER: &str = "11111111-2222-4333-8444-555555555555";
    Box::new(|world| {
        let (mut state, files) = scene();
        state["organization"]["id"] = json!(OTHER);
        world.reset(&state);
        world.write("bylaws.yaml", &files.replace(ID, OTHER));
    })
}

/// Each is refused for its own reason, with nothing written; what does not bear on the plan is not.
#[test]
fn e2_a_saved_plan_that_is_old_or_foreign_or_differs_from_the_files_is_refused() {
    const DAY: u64 = 24 * 60 * 60;
    let mut row = Row::default();
    let version = format!("\"bylaws_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let mut cases: Vec<(String, Differs, i32, &str)> = Vec::new();
    for other in ["0.0.1", "99.0.0", "", "0.1.0-dev"] {
        let differs = says("saved.json", &version, &format!("\"bylaws_version\": \"{other}\""));
        cases.push((format!("version {other}"), differs, 6, "created by Bylaws"));
    }
    for other in ["0", "2", "99"] {
        let differs = says("saved.json", "\"format_version\": 1", &format!("\"format_version\": {other}"));
        cases.push((format!("format {other}"), differs, 6, "(format "));
    }
    cases.push(("another organization".to_owned(), elsewhere(), 6, "is for organization"));
    for (age, code) in [(0, 0), (DAY / 2, 0), (DAY - 60, 0), (DAY + 1, 6), (2 * DAY, 6), (20 * DAY, 6)] {
        let reason = if code == 6 { "older than 24 hours" } else { "" };
        cases.push((format!("{age} s old"), later(age), code, reason));
    }
    // What the plan would send and the files ask for no longer; each is named.
    for (from, to, named) in [
        ("ada@acme.com: developer", "ada@acme.com: user", "update member/ada@acme.com"),
        ("ada@acme.com: developer", "ada@acme.com: claude_code_user", "update member/ada@acme.com"),
        ("dee@acme.com: none", "dee@acme.com: user", "remove member/dee@acme.com"),
        ("  dee@acme.com: none\n", "", "remove member/dee@acme.com"),
        ("eva@acme.com: none", "eva@acme.com: user", "revoke invite/eva@acme.com"),
        ("fox@acme.com: user", "fox@acme.com: developer", "invite invite/fox@acme.com"),
        ("  fox@acme.com: user\n", "", "invite invite/fox@acme.com"),
        ("#222222", "#333333", "update workspace/lab"),
        ("env: prod", "env: world", "update workspace/lab"),
        (
            "bob@acme.com: workspace_developer",
            "bob@acme.com: workspace_admin",
            "update workspace/lab/member/bob@acme.com",
        ),
        ("cai@acme.com: none", "cai@acme.com: workspace_user", "remove workspace/lab/member/cai@acme.com"),
        ("ci: inactive", "ci: active", "update workspace/lab/api_key/ci"),
        ("  new: {}\n", "", "create workspace/new"),
    ] {
        cases.push((format!("{from} → {to:?}"), says("bylaws.yaml", from, to), 6, named));
    }
    // A guard of today holds for a plan of yesterday; and what is new since is listed, not sent.
    let guard = says("bylaws.yaml", "max: 50, share: 90%", "max: 1, share: 1%");
    cases.push(("a stricter guard".to_owned(), guard, 3, "refused"));
    let more = says("bylaws.yaml", "fox@acme.com: user\n", "fox@acme.com: user\n  gus@acme.com: user\n");
    cases.push(("one line more".to_owned(), more, 0, "invite invite/gus@acme.com"));
    cases.push(("a comment".to_owned(), says("bylaws.yaml", "members:\n", "# why\nmembers:\n"), 0, ""));
    for (what, differs, code, reason) in cases {
        let world = saved();
        differs(&world);
        let ran = world.run("apply --plan saved.json");
        let writes = world.written();
        let told = format!("{}{}", ran.out, ran.err).contains(reason);
        let unsent = writes.iter().all(|entry| entry.body["email"] != "gus@acme.com");
        let holds = if code == 0 { !writes.is_empty() && unsent } else { writes.is_empty() };
        row.case(ran.code == code && told && holds, || format!("{what}: {ran}"));
    }
}

/// A checkout with two commits behind it, all of them at its upstream; then what is done to it.
fn checkout(then: &[&str]) -> World {
    let (state, files) = scene();
    let world = World::here(state);
    world.write("bylaws.yaml", &files);
    let begin = [
        "init --quiet --initial-branch main .",
        "init --quiet --bare upstream",
        "remote add origin upstream",
        "add bylaws.yaml",
        "commit --quiet --message one",
        "commit --quiet --allow-empty --message two",
        "push --quiet --set-upstream origin main",
    ];
    for line in begin.iter().chain(then) {
        world.git(line);
    }
    world
}

/// What is checked out, and whether it is the tip.
#[test]
fn d9_a_commit_that_is_not_the_tip_of_its_upstream_is_not_applied() {
    let mut row = Row::default();
    let table: [(&str, &[&str], bool); 10] = [
        ("the tip", &[], true),
        ("one commit behind", &["reset --quiet --hard HEAD~1"], false),
        ("a commit of its own", &["commit --quiet --allow-empty --message own"], false),
        (
            "apart from its upstream",
            &["reset --quiet --hard HEAD~1", "commit --quiet --allow-empty --message own"],
            false,
        ),
        (
            "an old commit by its hash",
            &["remote set-head origin main", "checkout --quiet --detach HEAD~1"],
            false,
        ),
        ("the tip by its hash", &["remote set-head origin main", "checkout --quiet --detach"], true),
        (
            "a branch that was never merged",
            &[
                "remote set-head origin main",
                "checkout --quiet -b feature",
                "commit --quiet --allow-empty --message feature",
            ],
            false,
        ),
        (
            "a branch that is its own upstream's tip",
            &["checkout --quiet -b feature", "push --quiet --set-upstream origin feature"],
            true,
        ),
        (
            "behind an upstream that has moved since, and was fetched",
            &[
                "commit --quiet --allow-empty --message three",
                "push --quiet",
                "reset --quiet --hard HEAD~1",
                "fetch --quiet",
            ],
            false,
        ),
        // Nothing is known of an upstream: it is for whoever runs it to name the commit.
        ("no upstream", &["branch --quiet --unset-upstream", "remote remove origin"], true),
    ];
    for (what, then, is_tip) in table {
        let world = checkout(then);
        let plan = world.run("plan");
        row.case(plan.code == 0, || format!("{what}: {plan}"));
        world.emulator.clear_ledger();
        let ran = world.run("apply --auto-approve");
        let asked = world.ledger().len();
        let says = |words: &str| ran.err.contains(words);
        let refused =
            ran.code == 1 && asked == 0 && (says("not the tip of the upstream") || says("is not pushed"));
        let applied = ran.code == 0 && !world.written().is_empty();
        row.case(if is_tip { applied } else { refused }, || format!("{what}, {asked} requests: {ran}"));
        if !is_tip {
            let meant = world.run("apply --auto-approve --allow-stale");
            let sent = world.written().len();
            row.case(meant.code == 0 && sent > 0, || format!("{what}, --allow-stale: {meant}"));
        }
    }
}

/// The rows of H7: the same thing said in two files, or twice under two names.
#[test]
fn h7_two_entries_for_one_object_are_refused_with_both_places() {
    let mut row = Row::default();
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\n");
    let root = "members: {root@acme.com: admin}\n";
    for (what, one, other) in [
        ("a person", "members: {ada@acme.com: user}", "members: {ada@acme.com: user}"),
        ("a person, in other letters", "members: {ada@acme.com: user}", "members: {ADA@acme.com: developer}"),
        ("a person, with a tag", "members: {ada@acme.com: user}", "members: {ada+x@acme.com: user}"),
        (
            "a person, by their id",
            "members: {ada@acme.com: {role: user, id: user_a}}",
            "members: {bob@acme.com: {role: user, id: user_a}}",
        ),
        ("a workspace", "workspaces: {lab: {tags: {a: b}}}", "workspaces: {lab: {members: {}}}"),
        (
            "a workspace, by its id",
            "workspaces: {lab: {id: wrkspc_lab}}",
            "workspaces: {labor: {id: wrkspc_lab}}",
        ),
        ("a team", "teams: {core: [root@acme.com]}", "teams: {core: []}"),
        ("a key", "api_keys: {ci: active}", "api_keys: {ci: inactive}"),
        (
            "a key, by its id",
            "api_keys: {ci: {status: active, id: apikey_ci}}",
            "api_keys: {cd: {status: inactive, id: apikey_ci}}",
        ),
        ("the guards", "guards: {keys_off: {max: 1}}", "guards: {invites: {max: 1}}"),
        ("the policies", "unlisted: {members: remove}", "unlisted: {api_keys: remove}"),
        ("the organization", "teams: {}", &head),
    ] {
        let world = World::here(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_root", "email": "root@acme.com", "role": "admin" },
                { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            ],
            "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
            "api_keys": [{ "id": "apikey_ci", "name": "ci", "scope": { "type": "organization" } }],
        }));
        world.write("bylaws/a.yaml", &format!("{head}{root}"));
        world.write("bylaws/b.yaml", &format!("{one}\n"));
        world.write("bylaws/c.yaml", &format!("{other}\n"));
        let places = if what == "the organization" { ["a.yaml:", "c.yaml:"] } else { ["b.yaml:", "c.yaml:"] };
        for line in ["validate", "plan", "apply --auto-approve"] {
            let ran = world.run(line);
            let said = format!("{}{}", ran.out, ran.err);
            let named = places.iter().all(|place| said.contains(place));
            row.case(ran.code == 4 && named && world.written().is_empty(), || {
                format!("{what}: {line}: {ran}")
            });
        }
    }
    // Two entries of which only the service knows that they mean one workspace.
    let world = World::here(json!({
        "organization": { "id": ID, "name": "Acme" },
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
    }));
    world.write("bylaws.yaml", &format!("{head}workspaces:\n  lab: {{display_color: \"#111111\"}}\n  labor: {{id: wrkspc_lab, display_color: \"#222222\"}}\n"));
    let ran = world.run("apply --auto-approve --format json");
    let blocked: Vec<Value> = ran.json()["blocked"].as_array().cloned().unwrap_or_default();
    row.case(blocked.len() == 2 && world.written().is_empty(), || ran.to_string());
}
