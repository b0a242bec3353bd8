//! E4: several applies of the same files at the same time.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use serde_json::json;

use crate::world::{Row, World, cases, doubled, live};

/// Real processes in real time, with answers that come at random times.
#[test]
fn e4_several_applies_at_once_invite_nobody_twice_and_reach_one_state() {
    let mut row = Row::default();
    let world = World::example("acme");
    world.run("apply --auto-approve").ended(0);
    let whole = world.state();
    let start = || -> Child {
        let mut apply = world.command("apply --auto-approve");
        apply.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut both_made = 0;
    for seed in cases(10, 500) {
        let ways = if seed % 2 == 0 { 2 } else { 8 };
        world.reset(&live("acme"));
        let late = |n: u64, ms: u64| json!({ "path": "**", "probability": 0.3, "seed": seed * 10 + n, "then": {"latency_ms": ms} });
        world.faults(&json!([late(1, 3), late(2, 17), late(3, 41)]));
        let children: Vec<Child> = (0..ways).map(|_| start()).collect();
        let mut reports = String::new();
        for child in children {
            reports += &String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout);
        }
        world.faults(&json!([]));
        let settled = start().wait().is_ok_and(|status| status.success());
        let state = world.state();
        let twice: Vec<String> = doubled(&state).into_iter().cloned().collect();
        // Names of workspaces are not unique: two runs that look at the same moment both find none, and
        // nothing in the service keeps the second create out.
        // The service gives a new one a colour of its own, so two of them need not look alike.
        let mut names = BTreeSet::new();
        let open =
            world.emulator.state().workspaces.into_iter().filter(|workspace| workspace.archived_at.is_none());
        let made_twice = open.filter(|workspace| !names.insert(workspace.name.clone())).count() > 0;
        both_made += u64::from(made_twice);
        let others =
            twice.iter().filter(|line| !line.starts_with("workspace ") && !line.starts_with("membership "));
        let others = others.count();
        let plan = world.run("plan");
        let told = reports.contains("with the same name was created at the same time");
        let named = told && plan.out.contains("workspaces have this name");
        let one_end = settled && state == whole;
        row.case(others == 0 && if made_twice { named } else { one_end }, || {
            format!(
                "seed {seed}, {ways} ways: twice {twice:?}, told {told}, settled {settled}\n{plan}\n{reports}"
            )
        });
    }
    row
        .figure(format!("in {both_made} of these runs a workspace was made twice, which one of the applies and the next plan say"));
}
