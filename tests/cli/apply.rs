//! What apply does when the service does not play along.

use bylaws_emulator::Seed;
use serde_json::json;

use crate::ran::shown;
use crate::world::{FILES, World, acme};

/// One person and one workspace more than there are, the first to sit in the second.
fn newcomers() -> World {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.edit("workspaces:\n", "workspaces:\n  forge:\n    members:\n      uma@acme.com: workspace_user\n");
    world
}

fn open(live: &Seed, name: &str) -> usize {
    live.workspaces
        .iter()
        .filter(|workspace| workspace.name == name && workspace.archived_at.is_none())
        .count()
}

#[test]
fn where_nobody_can_be_asked_nothing_is_even_read() {
    let world = newcomers();
    shown("apply-nobody-to-ask", world.run("apply").ended(1));
    assert!(world.ledger().is_empty());
}

#[test]
fn a_rejected_write_stops_what_depends_on_it_and_nothing_else() {
    let world = newcomers();
    world.edit("uma@acme.com: user\n", "uma@acme.com: developer\n");
    world.faults(
        &json!([{"method": "POST", "path": "/v1/organizations/workspaces", "then": {"status": 400}}]),
    );
    let ran = world.run("apply --auto-approve").ended(5);
    let live = world.emulator.state();
    assert_eq!(live.users[0].role, "developer");
    assert_eq!(live.invites.len(), 1);
    shown("apply-in-part", ran.out.rsplit("\n\n").next().unwrap());
    world.faults(&json!([]));
    world.run("apply --auto-approve").ended(0);
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_report_in_json_names_every_outcome() {
    let world = newcomers();
    world.faults(
        &json!([{"method": "POST", "path": "/v1/organizations/workspaces", "then": {"status": 400}}]),
    );
    let ran = world.run("apply --auto-approve --format json").ended(5);
    world.write("report.json", &ran.out);
    shown("apply-report-json", &ran.out);
    shown("apply-report-shown", world.run("show report.json").ended(0));
}

#[test]
fn a_lost_answer_makes_no_second_object() {
    for path in [
        "/v1/organizations/invites",
        "/v1/organizations/workspaces",
        "/v1/organizations/workspaces/*/members",
    ] {
        for fault in ["drop_after", "truncate", "drop_before"] {
            let world = newcomers();
            world.faults(&json!([{"method": "POST", "path": path, "nth": 1, "then": fault}]));
            let ran = world.run("apply --auto-approve");
            assert_eq!(ran.code, 0, "{path} {fault}: {ran}");
            let live = world.emulator.state();
            assert_eq!((live.invites.len(), open(&live, "forge")), (1, 1), "{path} {fault}");
            world.run("plan --detailed-exitcode").ended(0);
            if fault == "drop_after" && path.ends_with("invites") {
                shown("apply-lost-answer", ran.out.rsplit("\n\n").next().unwrap());
            }
        }
    }
}

#[test]
fn being_told_to_wait_is_said_aloud() {
    let world = newcomers();
    let told = json!({"status": 429, "headers": {"retry-after": "2"}});
    world.faults(&json!([{"method": "POST", "path": "/v1/organizations/invites", "nth": 1, "then": told}]));
    let ran = world.run("apply --auto-approve").ended(0);
    shown("apply-told-to-wait", ran.err);
}

#[test]
fn a_wait_that_is_too_long_is_not_waited() {
    let world = newcomers();
    let told = json!({"status": 429, "headers": {"retry-after": "3600"}});
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/users", "then": told}]));
    shown("apply-wait-too-long", world.run("apply --auto-approve").ended(1));
    world.untouched();
}

#[test]
fn what_did_not_fit_is_tried_again_once_there_is_room() {
    let mut seed = acme();
    seed["limits"] = json!({"members": 4});
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.edit("  uma@acme.com: user\n", "  kim@acme.com: user\n");
    let ran = world.run("apply --auto-approve").ended(0);
    let writes = world.writes();
    assert_eq!(writes.matches("POST /v1/organizations/invites").count(), 2, "{writes}");
    shown("apply-capacity", format!("{}\n{writes}", ran.out.rsplit("\n\n").next().unwrap()));
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_credential_that_ends_midway_ends_the_run() {
    let world = newcomers();
    world.faults(&json!([{"method": "POST", "path": "/v1/organizations/invites", "then": {"status": 401}}]));
    let ran = world.run("apply --auto-approve").ended(5);
    shown("apply-stopped", ran.out.rsplit("\n\n").next().unwrap());
}

/// Runs apply while somebody else makes the same workspace, after this run has made it and before it looks once
/// more: that look takes so long to arrive. Two lists were read for the plan.
fn made_twice(latency_ms: u64) -> (World, Option<i32>, String) {
    let world = newcomers();
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/workspaces", "nth": 3, "then": {"latency_ms": latency_ms}}]));
    let mut command = world.command("apply --auto-approve");
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let start = std::time::Instant::now();
    while world.writes().is_empty() {
        assert!(start.elapsed() < std::time::Duration::from_mins(1), "no write arrives");
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
    let mut now: serde_json::Value = serde_json::from_str(&world.emulator.state().to_json()).unwrap();
    now["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_other", "name": "forge"}));
    world.emulator.set_state(Seed::from_value(now).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    world.faults(&json!([]));
    (world, output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Names are not unique to the service and nothing can be locked: what two runs make at one moment is there
/// twice, and whoever sees it says so before anybody is put into either.
#[test]
fn a_workspace_that_somebody_else_makes_at_the_same_moment_is_told() {
    // On a busy machine the other one may come too late to be seen; then it is given more time.
    let mut runs = [1_500, 6_000, 20_000].into_iter().map(made_twice);
    let (world, _, out) = runs.find(|(_, code, _)| *code == Some(5)).expect("nobody was told");
    shown("apply-made-twice", out.rsplit("\n\n").next().unwrap());
    let live = world.emulator.state();
    assert_eq!(open(&live, "forge"), 2);
    assert_eq!(live.workspace_members.len(), 2, "nobody new is in either");
    let plan = world.run("plan").ended(0);
    assert!(plan.out.contains("workspaces have this name"), "{plan}");
}
