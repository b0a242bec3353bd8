//! Apply when the service fails, refuses or is slow.

use bylaws_emulator::Seed;
use serde_json::json;

use crate::ran::shown;
use crate::world::{FILES, World, acme};

/// Files with an additional person and workspace, whose member is the person.
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
fn without_a_terminal_apply_stops_before_the_first_request() {
    let world = newcomers();
    shown("apply-nobody-to-ask", world.run("apply").ended(1));
    assert!(world.ledger().is_empty());
}

#[test]
fn a_rejected_write_skips_only_its_dependents() {
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
fn a_lost_response_never_creates_a_second_object() {
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
fn a_requested_wait_is_reported() {
    let world = newcomers();
    let told = json!({"status": 429, "headers": {"retry-after": "2"}});
    world.faults(&json!([{"method": "POST", "path": "/v1/organizations/invites", "nth": 1, "then": told}]));
    let ran = world.run("apply --auto-approve").ended(0);
    shown("apply-told-to-wait", ran.err);
}

#[test]
fn a_wait_above_the_maximum_ends_the_run() {
    let world = newcomers();
    let told = json!({"status": 429, "headers": {"retry-after": "3600"}});
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/users", "then": told}]));
    shown("apply-wait-too-long", world.run("apply --auto-approve").ended(1));
    world.untouched();
}

#[test]
fn an_invite_without_a_free_place_is_retried_after_a_removal() {
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
fn a_credential_that_expires_during_apply_ends_the_run() {
    let world = newcomers();
    world.faults(&json!([{"method": "POST", "path": "/v1/organizations/invites", "then": {"status": 401}}]));
    let ran = world.run("apply --auto-approve").ended(5);
    shown("apply-stopped", ran.out.rsplit("\n\n").next().unwrap());
}

/// Runs apply while another client creates the same workspace, after this run created it and before it reads the list
/// again, which is delayed. Two lists were read for the plan.
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

/// Workspace names are not unique and the service has no locks: if two runs create a workspace at the same time, both
/// exist, and the run that notices reports it before adding members to either.
#[test]
fn a_workspace_created_twice_concurrently_is_reported() {
    // On a busy machine the other client may be too late; then the delay is increased.
    let mut runs = [1_500, 6_000, 20_000].into_iter().map(made_twice);
    let (world, _, out) =
        runs.find(|(_, code, _)| *code == Some(5)).expect("a run that reports the duplicate");
    shown("apply-made-twice", out.rsplit("\n\n").next().unwrap());
    let live = world.emulator.state();
    assert_eq!(open(&live, "forge"), 2);
    assert_eq!(live.workspace_members.len(), 2, "no new member is in either");
    let plan = world.run("plan").ended(0);
    assert!(plan.out.contains("workspaces have this name"), "{plan}");
}
