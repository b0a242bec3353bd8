//! G7: a workspace, or a membership of it, that is not found right after it was made.

use serde_json::{Value, json};

use crate::card::{Profile, Tally};
use crate::organization::ID;
use crate::stage::{Stage, doubled};

const APPLY: &str = "apply --auto-approve --format json";

/// Three people get memberships in a workspace that is still to be made, and one in another.
fn begun() -> Stage {
    let names = ["ada", "bob", "cai"];
    let users = names.map(
        |name| json!({ "id": format!("user_{name}"), "email": format!("{name}@acme.com"), "role": "user" }),
    );
    let stage = Stage::live(json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": users, "workspaces": [{ "id": "wrkspc_old", "name": "old" }],
    }));
    let all = names.map(|name| format!("{name}@acme.com: workspace_user")).join(", ");
    stage.write(
        "bylaws.yaml",
        &format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{new: {{members: {{{all}}}}}, old: {{members: {{ada@acme.com: workspace_user}}}}}}\n"),
    );
    stage
}

pub(crate) fn waited_for(tally: &mut Tally, _: Profile) {
    let undisturbed = begun();
    assert_eq!(undisturbed.run(APPLY).code, 0);
    let whole = undisturbed.state();
    // Ids follow from what is there, so a run on another stage makes the same.
    let new = undisturbed.emulator.state();
    let id = new.workspaces.iter().find(|workspace| workspace.name == "new").unwrap().id.clone();
    let adds = format!("/v1/organizations/workspaces/{id}/members");
    let missing = |path: &str, method: &str, nth: u64| json!({ "method": method, "path": path, "nth": nth, "then": {"status": 404} });
    // The first so many adds are told that there is no such workspace: each is waited for, and done.
    for times in 1..=4 {
        for from in 1..=3 {
            let stage = begun();
            let rules: Vec<Value> = (from..from + times).map(|nth| missing(&adds, "POST", nth)).collect();
            stage.faults(&rules.into());
            let ran = stage.run(APPLY);
            let twice = doubled(&stage.state()).len();
            let holds = ran.code == 0 && stage.state() == whole && twice == 0 && ran.took.as_secs() < 60;
            tally
                .case(holds, || format!("404 {times} times from add {from}: {:.1?} {}", ran.took, ran.all()));
        }
    }
    // For good: bounded, named, and the membership elsewhere is given; the next run completes it.
    let stage = begun();
    stage.faults(&json!([{ "method": "POST", "path": adds, "then": {"status": 404} }]));
    let ran = stage.run(APPLY);
    let report = ran.json();
    let outcomes = |wanted: &str| -> Vec<&str> {
        let all = report["changes"].as_array().into_iter().flatten();
        all.filter(|entry| entry["outcome"] == wanted).filter_map(|entry| entry["id"].as_str()).collect()
    };
    let named = outcomes("failed").len() == 3
        && outcomes("failed").iter().all(|id| id.starts_with("create workspace/new/member/"));
    let others = outcomes("done").contains(&"create workspace/old/member/ada@acme.com");
    tally.case(ran.code == 5 && named && others && ran.took.as_secs() < 60, || {
        format!("for good: {:.1?} {}", ran.took, ran.all())
    });
    stage.faults(&json!([]));
    let next = stage.run(APPLY);
    tally.case(next.code == 0 && stage.state() == whole, || format!("for good, then not: {}", next.all()));
    // The GET of a single membership may be served from a cache that does not know it: adds do not rely on it, even
    // if their answer is lost.
    for then in [json!(null), json!("drop_after"), json!("truncate")] {
        for nth in 1..=3 {
            let stage = begun();
            let single = "/v1/organizations/workspaces/*/members/*";
            let mut rules = vec![json!({ "method": "GET", "path": single, "then": {"status": 404} })];
            if !then.is_null() {
                rules.push(json!({ "method": "POST", "path": adds, "nth": nth, "then": then }));
            }
            stage.faults(&Value::Array(rules));
            let ran = stage.run(APPLY);
            tally.case(ran.code == 0 && stage.state() == whole, || {
                format!("{then} at add {nth}: {}", ran.all())
            });
        }
    }
    // Nor does a change or a removal of a workspace member.
    for (to, writes) in [("workspace_developer", 1), ("none", 1)] {
        let stage = begun();
        assert_eq!(stage.run(APPLY).code, 0);
        let files = stage.read("bylaws.yaml");
        let line = format!("ada@acme.com: {to}");
        stage.write("bylaws.yaml", &files.replacen("ada@acme.com: workspace_user", &line, 1));
        stage.emulator.clear_ledger();
        stage.faults(&json!([{ "method": "GET", "path": "/v1/organizations/workspaces/*/members/*", "then": {"status": 404} }]));
        let ran = stage.run(APPLY);
        let sent: Vec<Value> = ran.json()["changes"].as_array().cloned().unwrap_or_default();
        let all_sent = sent.iter().all(|change| change["how"] == "sent");
        tally.case(ran.code == 0 && all_sent && stage.writes().len() == writes, || ran.all());
    }
}
