//! J4, J6: what a credential may not do is told before anything is written, and a plan needs none that can write.

use std::time::Duration;

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::world::{Row, World, cases, live, measured};

/// A right to read that is missing: plan and apply name it and end, whoami lists it.
#[test]
fn j4_a_missing_right_to_read_is_reported_before_the_first_write() {
    let mut row = Row::default();
    let seed = live("acme");
    let world = World::example_here("acme");
    for (path, kind) in [
        ("/v1/organizations/me", ""),
        ("/v1/organizations/users", "members"),
        ("/v1/organizations/invites", "invites"),
        ("/v1/organizations/workspaces", "workspaces"),
        ("/v1/organizations/workspaces/*/members", ""),
        ("/v1/organizations/api_keys", "api_keys"),
    ] {
        for status in [401, 403] {
            for line in [
                "plan",
                "apply --auto-approve",
                "plan --out saved.json",
                "import imported",
                "snapshot --out live.json",
            ] {
                world.reset(&seed);
                let _ = std::fs::remove_file(world.path("saved.json"));
                world.faults(&json!([{ "method": "GET", "path": path, "then": {"status": status} }]));
                let ran = world.run(line);
                // Which list it was is told by its path; a workspace's id stands where the star does.
                let named = path.split('*').all(|part| ran.err.contains(part));
                // The kind of key that may read it, or the variable that holds the one that was refused.
                let advised =
                    ["Admin API key", "ANTHROPIC_ADMIN_KEY"].iter().any(|name| ran.err.contains(name));
                let kept = !world.path("saved.json").exists();
                row.case(ran.code == 1 && named && advised && kept && world.written().is_empty(), || {
                    format!("{status} on {path}: {line}: {ran}")
                });
            }
        }
        if !kind.is_empty() {
            world.reset(&seed);
            world.faults(&json!([{ "method": "GET", "path": path, "then": {"status": 403} }]));
            let ran = world.run("whoami");
            let named = ran.out.lines().any(|line| line.starts_with("may not read") && line.contains(kind));
            row.case(ran.code == 0 && named, || format!("{path}: {ran}"));
        }
    }
    // Whether it may write, the service does not tell; whoami says that, and a refused write stops nothing else.
    let ran = world.run("whoami");
    row.case(ran.out.contains("unknown: the API does not report it"), || ran.to_string());
}

/// From a snapshot, with no credential in the environment and no address: the same plan, and nobody asked.
#[test]
fn j6_a_plan_from_a_snapshot_is_the_same_without_credential_and_network() {
    let mut row = Row::default();
    for name in ["minimal", "acme", "enterprise"] {
        let world = World::example(name);
        let snapshot = world.run("snapshot --out live.json");
        row.case(snapshot.code == 0, || snapshot.to_string());
        let online = world.run("plan bylaws --format json");
        world.emulator.clear_ledger();
        let url = world.emulator.url();
        for env in [&[][..], &[("BYLAWS_API_URL", url.as_str())], &[("BYLAWS_API_URL", "http://127.0.0.1:9")]]
        {
            let line = "plan bylaws --live live.json --format json";
            let mut program = world.command(line);
            program.env_clear().envs(env.iter().copied());
            let ran = measured(&mut program, Duration::from_mins(1));
            let same = changes(&ran.out) == changes(&online.out);
            let asked = world.ledger().len();
            row.case(ran.code == 0 && same && asked == 0, || {
                format!("{name}, {env:?}: {asked} requests: {ran}")
            });
        }
    }
    // Random ones, in this process: nothing is asked after the snapshot was made.
    for seed in cases(20, 1_000) {
        let mut dice = Dice::new(seed ^ 0x16);
        let world = crate::files::world(&mut dice);
        let online = world.run("plan files --format json");
        world.run("snapshot --out live.json");
        world.emulator.clear_ledger();
        let ran = world.run("plan files --live live.json --format json");
        let same = ran.code == online.code && changes(&ran.out) == changes(&online.out);
        row.case(same && world.ledger().is_empty(), || format!("seed {seed}: {ran}"));
    }
}

/// What would be sent, and what is blocked.
fn changes(plan: &str) -> Option<(Value, Value)> {
    let plan: Value = serde_json::from_str(plan).ok()?;
    Some((plan["fingerprint"].clone(), plan["blocked"].clone()))
}
