//! G7: a workspace, or a membership of it, that is not found right after it was made.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World, doubled};

const APPLY: &str = "apply --auto-approve --format json";

/// Three people get memberships in a workspace that is still to be made, and one in another.
fn begun() -> World {
    let names = ["ada", "bob", "cai"];
    let users = names.map(
        |name| json!({ "id": format!("user_{name}"), "email": format!("{name}@acme.com"), "role": "user" }),
    );
    let world = World::here(json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": users, "workspaces": [{ "id": "wrkspc_old", "name": "old" }],
    }));
    let all = names.map(|name| format!("{name}@acme.com: workspace_user")).join(", ");
    world.write(
        "bylaws.yaml",
        &format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{new: {{members: {{{all}}}}}, old: {{members: {{ada@acme.com: workspace_user}}}}}}\n"),
    );
    world
}

#[test]
fn g7_what_is_not_found_right_after_its_creation_is_waited_for_and_named() {
    let mut row = Row::default();
    let undisturbed = begun();
    assert_eq!(undisturbed.run(APPLY).code, 0);
    let whole = undisturbed.state();
    // Ids follow from what is there, so a run on another world makes the same.
    let new = undisturbed.emulator.state();
    let id = new.workspaces.iter().find(|workspace| workspace.name == "new").unwrap().id.clone();
    let adds = format!("/v1/organizations/workspaces/{id}/members");
    let missing = |path: &str, method: &str, nth: u64| json!({ "method": method, "path": path, "nth": nth, "then": {"status": 404} });
    // The first so many adds are told that there is no such workspace: each is waited for, and done.
    for times in 1..=4 {
        for from in 1..=3 {
            let world = begun();
            let rules: Vec<Value> = (from..from + times).map(|nth| missing(&adds, "POST", nth)).collect();
            world.faults(&rules.into());
            let ran = world.run(APPLY);
            let twice = doubled(&world.state()).len();
            let holds = ran.code == 0 && world.state() == whole && twice == 0 && ran.took.as_secs() < 60;
            row.case(holds, || format!("404 {times} times from add {from}: {:.1?} {}", ran.took, ran));
        }
    }
    // For good: bounded, named, and the membership elsewhere is given; the next run completes it.
    let world = begun();
    world.faults(&json!([{ "method": "POST", "path": adds, "then": {"status": 404} }]));
    let ran = world.run(APPLY);
    let report = ran.json();
    let outcomes = |wanted: &str| -> Vec<&str> {
        let all = report["changes"].as_array().into_iter().flatten();
        all.filter(|entry| entry["outcome"] == wanted).filter_map(|entry| entry["id"].as_str()).collect()
    };
    let named = outcomes("failed").len() == 3
        && outcomes("failed").iter().all(|id| id.starts_with("create workspace/new/member/"));
    let others = outcomes("done").contains(&"create workspace/old/member/ada@acme.com");
    row.case(ran.code == 5 && named && others && ran.took.as_secs() < 60, || {
        format!("for good: {:.1?} {}", ran.took, ran)
    });
    world.faults(&json!([]));
    let next = world.run(APPLY);
    row.case(next.code == 0 && world.state() == whole, || format!("for good, then not: {next}"));
    // The GET of a single membership may be served from a cache that does not know it: adds do not rely on it, even
    // if their answer is lost.
    for then in [json!(null), json!("drop_after"), json!("truncate")] {
        for nth in 1..=3 {
            let world = begun();
            let single = "/v1/organizations/workspaces/*/members/*";
            let mut rules = vec![json!({ "method": "GET", "path": single, "then": {"status": 404} })];
            if !then.is_null() {
                rules.push(json!({ "method": "POST", "path": adds, "nth": nth, "then": then }));
            }
            world.faults(&Value::Array(rules));
            let ran = world.run(APPLY);
            row.case(ran.code == 0 && world.state() == whole, || format!("{then} at add {nth}: {ran}"));
        }
    }
    // Nor does a change or a removal of a workspace member.
    for (to, writes) in [("workspace_developer", 1), ("none", 1)] {
        let world = begun();
        assert_eq!(world.run(APPLY).code, 0);
        let files = world.read("bylaws.yaml");
        let line = format!("ada@acme.com: {to}");
        world.write("bylaws.yaml", &files.replacen("ada@acme.com: workspace_user", &line, 1));
        world.emulator.clear_ledger();
        world.faults(&json!([{ "method": "GET", "path": "/v1/organizations/workspaces/*/members/*", "then": {"status": 404} }]));
        let ran = world.run(APPLY);
        let sent: Vec<Value> = ran.json()["changes"].as_array().cloned().unwrap_or_default();
        let all_sent = sent.iter().all(|change| change["how"] == "sent");
        row.case(ran.code == 0 && all_sent && world.written().len() == writes, || ran.to_string());
    }
}
