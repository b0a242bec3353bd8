//! J4, J6: what a credential may not do is told before anything is written, and a plan needs none that can write.

use std::time::Duration;

use serde_json::{Value, json};

use crate::card::{Profile, Tally};
use crate::dice::Dice;
use crate::process::{Scene, ended, start};
use crate::stage::{Stage, live};

/// A right to read that is missing: plan and apply name it and end, whoami lists it.
pub(crate) fn told(tally: &mut Tally, _: Profile) {
    let seed = live("acme");
    let stage = Stage::example("acme");
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
                stage.reset(&seed);
                let _ = std::fs::remove_file(stage.path("saved.json"));
                stage.faults(&json!([{ "method": "GET", "path": path, "then": {"status": status} }]));
                let ran = stage.run(line);
                // Which list it was is told by its path; a workspace's id stands where the star does.
                let named = path.split('*').all(|part| ran.err.contains(part));
                // The kind of key that may read it, or the variable that holds the one that was refused.
                let advised =
                    ["Admin API key", "ANTHROPIC_ADMIN_KEY"].iter().any(|name| ran.err.contains(name));
                let kept = !stage.path("saved.json").exists();
                tally.case(ran.code == 1 && named && advised && kept && stage.writes().is_empty(), || {
                    format!("{status} on {path}: {line}: {}", ran.all())
                });
            }
        }
        if !kind.is_empty() {
            stage.reset(&seed);
            stage.faults(&json!([{ "method": "GET", "path": path, "then": {"status": 403} }]));
            let ran = stage.run("whoami");
            let named = ran.out.lines().any(|line| line.starts_with("may not read") && line.contains(kind));
            tally.case(ran.code == 0 && named, || format!("{path}: {}", ran.all()));
        }
    }
    // Whether it may write, the service does not tell; whoami says that, and a refused write stops nothing else.
    let ran = stage.run("whoami");
    tally.case(ran.out.contains("unknown: the API does not report it"), || ran.all());
}

/// From a snapshot, with no credential in the environment and no address: the same plan, and nobody asked.
pub(crate) fn offline(tally: &mut Tally, profile: Profile) {
    for name in ["minimal", "acme", "enterprise"] {
        let scene = Scene::example(name);
        let within = Duration::from_mins(1);
        let snapshot = ended(scene.start("snapshot --out live.json"), within);
        tally.case(snapshot.code == Some(0), || snapshot.all());
        let online = ended(scene.start("plan bylaws --format json"), within);
        scene.emulator.clear_ledger();
        let url = scene.emulator.url();
        for env in [&[][..], &[("BYLAWS_API_URL", url.as_str())], &[("BYLAWS_API_URL", "http://127.0.0.1:9")]]
        {
            let line = "plan bylaws --live live.json --format json";
            let ran = ended(start(scene.folder.path(), line, env), within);
            let same = changes(&ran.out) == changes(&online.out);
            let asked = scene.emulator.ledger().len();
            tally.case(ran.code == Some(0) && same && asked == 0, || {
                format!("{name}, {env:?}: {asked} requests: {}", ran.all())
            });
        }
    }
    // Random ones, in this process: nothing is asked after the snapshot was made.
    for seed in 0..profile.cases(20, 1_000) {
        let mut dice = Dice::new(seed ^ 0x16);
        let stage = Stage::live(crate::organization::random(&mut dice));
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            stage.write(&format!("files/{name}"), &text);
        }
        let online = stage.run("plan files --format json");
        stage.run("snapshot --out live.json");
        stage.emulator.clear_ledger();
        let ran = stage.run("plan files --live live.json --format json");
        let same = ran.code == online.code && changes(&ran.out) == changes(&online.out);
        tally.case(same && stage.emulator.ledger().is_empty(), || format!("seed {seed}: {}", ran.all()));
    }
}

/// What would be sent, and what is blocked.
fn changes(plan: &str) -> Option<(Value, Value)> {
    let plan: Value = serde_json::from_str(plan).ok()?;
    Some((plan["fingerprint"].clone(), plan["blocked"].clone()))
}
