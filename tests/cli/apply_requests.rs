//! The number of requests of an apply, and the readings that its writes are based on, from the emulator's request log.

use std::fmt::Write as _;

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::world::{ACME, World};

const PEOPLE: usize = 150;
const WORKSPACES: usize = 10;

/// 150 people change role, and 150 memberships are changed or added, in ten workspaces.
fn three_hundred_changes() -> World {
    let mut files = format!(
        "bylaws: 1\norganization: {{id: {ACME}}}\nguards: {{access_loss: {{max: 10000, share: 100%}}}}\nmembers:\n"
    );
    let (mut users, mut members) = (Vec::new(), Vec::new());
    for n in 0..PEOPLE {
        users.push(json!({"id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user"}));
        let _ = writeln!(files, "  p{n}@acme.com: developer");
    }
    files += "workspaces:\n";
    let mut workspaces = Vec::new();
    for w in 0..WORKSPACES {
        workspaces.push(json!({"id": format!("wrkspc_{w}"), "name": format!("w{w}")}));
        let _ = writeln!(files, "  w{w}:\n    members:");
        for n in (w..PEOPLE).step_by(WORKSPACES) {
            let _ = writeln!(files, "      p{n}@acme.com: workspace_developer");
            if n % 2 == 0 {
                members.push(json!({
                    "workspace_id": format!("wrkspc_{w}"), "user_id": format!("user_{n}"),
                    "workspace_role": "workspace_user",
                }));
            }
        }
    }
    let live = json!({
        "organization": {"id": ACME, "name": "Acme"}, "users": users, "workspaces": workspaces,
        "workspace_members": members,
    });
    World::live(live).file("bylaws.yaml", &files)
}

#[test]
fn three_hundred_changes_need_at_most_1_25_requests_each() {
    for parallelism in [1, 8] {
        let world = three_hundred_changes();
        let report =
            world.run(&format!("apply --auto-approve --format json --parallelism {parallelism}")).ended(0);
        assert_eq!(report.json()["summary"]["done"], 300);
        let reading = 1 + 1 + 1 + 2 + WORKSPACES;
        let requests = world.ledger().len() - reading;
        assert!(
            (300..=375).contains(&requests),
            "{requests} requests for 300 changes, {parallelism} at once"
        );
        world.run("plan --detailed-exitcode").ended(0);
    }
}

fn is_single_member(entry: &LedgerEntry) -> bool {
    let parts: Vec<&str> = entry.path.split('/').collect();
    entry.method == "GET" && matches!(parts.as_slice(), [.., "workspaces", _, "members", _])
}

/// The service may answer the GET of one workspace member from a cache.
#[test]
fn no_result_rests_on_the_get_of_a_single_member() {
    let remove = ("      eve@acme.com: workspace_user\n", "");
    let change = ("eve@acme.com: workspace_user", "eve@acme.com: workspace_admin");
    let add = (
        "      eve@acme.com: workspace_user\n",
        "      eve@acme.com: workspace_user\n      uma@acme.com: workspace_admin\n",
    );
    for (from, to) in [remove, change, add] {
        for fault in [json!(null), json!("drop_after"), json!({"status": 404}), json!({"status": 400})] {
            let world = World::but(from, to);
            let single = "/v1/organizations/workspaces/*/members/*";
            let mut rules = vec![json!({"method": "GET", "path": single, "then": {"stale_for_ms": 60_000}})];
            if !fault.is_null() {
                for (method, path) in
                    [("POST", single), ("DELETE", single), ("POST", "/v1/organizations/workspaces/*/members")]
                {
                    rules.push(json!({"method": method, "path": path, "nth": 1, "then": fault}));
                }
            }
            world.faults(&Value::Array(rules));
            let report = world.run("apply --auto-approve --format json").json();
            let entry = &report["changes"][0];
            let is_done = world.run("plan --detailed-exitcode").code == 0;
            assert_eq!(entry["outcome"] == "done", is_done, "{fault}: {report}");
            assert!(!world.ledger().iter().any(is_single_member), "{fault}");
            world.faults(&json!([]));
            world.run("apply --auto-approve").ended(0);
            world.run("plan --detailed-exitcode").ended(0);
        }
    }
}

#[test]
fn the_report_does_not_depend_on_parallelism() {
    let faults = [
        json!([]),
        json!([{"method": "POST", "path": "/v1/organizations/users/user_7", "then": {"status": 400}}]),
        json!([
            {"method": "POST", "path": "/v1/organizations/users/user_9", "nth": 1, "then": "drop_after"},
            {"method": "POST", "path": "/v1/organizations/workspaces/wrkspc_3/members/user_43", "then": {"status": 400}},
            {"method": "POST", "path": "/v1/organizations/workspaces/wrkspc_5/members/**", "nth": 1, "then": {"status": 429}},
        ]),
    ];
    for rules in faults {
        let told = |parallelism: usize| {
            let world = three_hundred_changes();
            world.faults(&rules);
            let line =
                format!("apply --auto-approve --format json --journal journal --parallelism {parallelism}");
            let ran = world.run(&line);
            let mut report = ran.json();
            for change in report["changes"].as_array_mut().unwrap() {
                change.as_object_mut().unwrap().remove("request_id");
                // Messages contain the request.
                change.as_object_mut().unwrap().remove("message");
            }
            let journal = world.read("journal");
            let records = journal.lines().map(|line| {
                let record: Value = serde_json::from_str(line).unwrap();
                let id = record["change"]["id"].as_str().or(record["change"].as_str()).unwrap_or_default();
                format!("{} {id} {} {}", record["kind"], record["outcome"], record["how"])
            });
            let mut records: Vec<String> = records.collect();
            records.sort();
            world.run("journal verify journal").ended(0);
            (ran.code, report, records)
        };
        let one = told(1);
        for parallelism in [2, 8, 16] {
            assert_eq!(told(parallelism), one, "{rules}, {parallelism} at once");
        }
    }
}

#[test]
fn parallelism_outside_1_to_16_is_refused() {
    for wrong in ["0", "17", "-1", "many"] {
        let ran = World::acme().run(&format!("apply --auto-approve --parallelism={wrong}")).ended(1);
        assert!(ran.err.contains("write a number from 1 to 16"), "{ran}");
    }
}
