//! However a run ends, applying again leads to the same organization, without duplicates.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::world::{World, doubled};

/// Returns everything that the files describe, each once.
fn state(world: &World) -> Vec<String> {
    let state = world.state();
    assert_eq!(doubled(&state), [""; 0], "duplicates");
    state
}

fn undisturbed() -> Vec<String> {
    let world = World::every_kind();
    world.run("apply --auto-approve").ended(0);
    state(&world)
}

/// Starts an apply with slow writes, and waits until this many have arrived.
fn started(world: &World, writes: usize) -> Child {
    world.faults(&json!([{"method": "POST", "path": "**", "then": {"latency_ms": 60}}]));
    let mut command = world.command("apply --auto-approve");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while world.writes().lines().count() < writes {
        assert!(start.elapsed() < Duration::from_secs(20), "no write arrives");
        std::thread::sleep(Duration::from_millis(3));
    }
    child
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = undisturbed();
    for writes in [2, 6, 11] {
        let world = World::every_kind();
        let mut child = started(&world, writes);
        child.kill().unwrap();
        child.wait().unwrap();
        // A request in flight still arrives: the service does not know that the client is gone.
        std::thread::sleep(Duration::from_millis(300));
        world.faults(&json!([]));
        assert_ne!(state(&world), whole, "killed on the way");
        world.run("apply --auto-approve").ended(0);
        assert_eq!(state(&world), whole, "after {writes} writes");
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[cfg(unix)]
#[test]
fn the_first_ctrl_c_finishes_requests_in_flight_and_reports_the_rest() {
    let world = World::example("minimal");
    let child = started(&world, 1);
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5), "{out}");
    let sent = world.writes().lines().count();
    assert!(sent < 4, "{out}");
    assert!(out.contains(&format!("Applied: {sent} done, {} skipped", 4 - sent)), "{out}");
    assert!(out.contains("skipped: the run stopped") && out.contains("stopped: interrupted"), "{out}");
    world.faults(&json!([]));
    world.run("apply --auto-approve").ended(0);
    world.run("plan --detailed-exitcode").ended(0);
}

#[cfg(unix)]
#[test]
fn the_second_ctrl_c_stops_within_a_second() {
    let world = World::example("minimal");
    let role = json!({"method": "POST", "path": "/v1/organizations/invites", "nth": 1, "then": {"latency_ms": 2_500}});
    world.faults(&json!([role]));
    let mut child = world
        .command("apply --auto-approve --journal journal")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The last recorded write is in flight, and stays there for a while.
    let recorded = || std::fs::read_to_string(world.path("journal")).unwrap_or_default();
    let on_the_way = |text: &str| {
        text.lines()
            .last()
            .is_some_and(|line| line.contains("\"kind\":\"before\"") && line.contains("invite/"))
    };
    let start = Instant::now();
    while !on_the_way(&recorded()) {
        assert!(start.elapsed() < Duration::from_secs(20), "no write is recorded:\n{}", recorded());
        std::thread::sleep(Duration::from_millis(3));
    }
    let interrupt = || {
        let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(killed.unwrap().success());
    };
    interrupt();
    std::thread::sleep(Duration::from_millis(200));
    interrupt();
    let second = Instant::now();
    let status = child.wait().unwrap();
    assert!(second.elapsed() < Duration::from_secs(1), "{:?}", second.elapsed());
    assert_eq!(status.code(), Some(5));
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(
        said.contains("finishing the requests in flight; press Ctrl-C again to stop immediately\n"),
        "{said}"
    );
    assert!(
        said.contains("stopped immediately: requests in flight may or may not have taken effect"),
        "{said}"
    );
    assert!(!world.writes().contains("/invites"), "{}", world.writes());
    // The request in flight still arrives, and the next run finds its result.
    std::thread::sleep(Duration::from_millis(2_500));
    world.faults(&json!([]));
    world.run("apply --auto-approve --journal journal").ended(0);
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn random_faults_do_not_change_the_final_state() {
    let whole = undisturbed();
    for seed in [1, 2] {
        let world = World::every_kind();
        let rule = |method: &str, n: u64, then: serde_json::Value| json!({"method": method, "path": "**", "probability": 0.08, "seed": seed * 10 + n, "then": then});
        world.faults(&json!([
            rule("POST", 1, json!("drop_after")),
            rule("POST", 2, json!({"status": 429, "headers": {"retry-after": "0"}})),
            rule("POST", 3, json!("truncate")),
            rule("POST", 4, json!({"status": 503})),
            rule("DELETE", 5, json!("drop_after")),
            rule("POST", 6, json!({"status": 400})),
        ]));
        let mut runs = Vec::new();
        while runs.last() != Some(&0) {
            assert!(runs.len() < 8, "seed {seed}: {runs:?}");
            runs.push(world.run("apply --auto-approve").code);
        }
        world.faults(&json!([]));
        world.run("plan --detailed-exitcode").ended(0);
        assert_eq!(state(&world), whole, "seed {seed}");
    }
}
