//! J: secrets and credentials.

use crate::world::{KEY, Row, World};
use serde_json::json;

#[test]
fn j1_the_key_is_printed_nowhere_at_any_verbosity() {
    let mut row = Row::default();
    for fault in [
        json!([]),
        json!([{ "path": "**", "nth": 3, "then": {"status": 401} }]),
        json!([{ "path": "**", "nth": 2, "then": "truncate" }]),
        json!([{ "path": "**", "then": "drop_before" }]),
    ] {
        for line in [
            "-vv plan",
            "-vv plan --format json --out saved.json",
            "-vv apply --auto-approve --journal j --format json",
            "-vv whoami",
            "-vv import imported",
            "-vv snapshot --out live.json",
        ] {
            let world = World::example_here("acme");
            world.faults(&fault);
            // The world itself stops where a stream holds the key.
            let ran = world.run(line);
            let files = std::process::Command::new("grep")
                .args(["-rl", KEY, "."])
                .current_dir(world.path("."))
                .output()
                .unwrap();
            row.case(!ran.all().contains(KEY) && files.stdout.is_empty(), || {
                format!("{line}: {}", String::from_utf8_lossy(&files.stdout))
            });
        }
    }
}

#[test]
fn j2_no_argument_takes_or_repeats_a_key() {
    const VALUE: &str = "sk-ant-admin01-typed-on-a-command-line";
    let mut row = Row::default();
    let world = World::example_here("acme");
    for command in ["plan", "apply", "import imported", "snapshot", "whoami", "validate"] {
        for flag in ["--key", "--api-key", "--admin-key", "--token", "--credential", "--secret", "--password"]
        {
            for between in [" ", "="] {
                world.emulator.clear_ledger();
                let ran = world.run(&format!("{command} {flag}{between}{VALUE}"));
                let is_refused = ran.code == 1 && world.ledger().is_empty();
                row.case(is_refused && !ran.all().contains(VALUE), || {
                    format!("{command} {flag}{between}…: {ran}")
                });
            }
        }
    }
}

#[test]
fn j3_a_live_key_in_the_files_is_refused_and_never_repeated() {
    let mut row = Row::default();
    let secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789-AAAA";
    let head = format!("bylaws: 1\norganization: {{id: {}}}\n", crate::organization::ID);
    for text in [
        format!("{head}members: {{ada@acme.com: {{role: user, note: {secret}}}}}\n"),
        format!("{head}members: {{ada@acme.com: user}} # {secret}\n"),
        format!("{head}workspaces: {{lab: {{tags: {{key: {secret}}}}}}}\n"),
        format!("{head}workspaces: {{lab: {{api_keys: {{{secret}: active}}}}}}\n"),
        format!("{head}{secret}: 1\n"),
    ] {
        let world = World::example_here("minimal");
        world.write("secret.yaml", &text);
        for line in [
            "validate secret.yaml",
            "validate secret.yaml --format json",
            "validate secret.yaml --format sarif",
            "plan secret.yaml",
        ] {
            let ran = world.run(line);
            let shown = ran.to_string();
            row.case(ran.code == 4 && !shown.contains(secret) && shown.contains("BL0108"), || shown);
        }
    }
}
