//! J: secrets and credentials.

use serde_json::json;

use crate::card::{Profile, Row, Tally};
use crate::rights;
use crate::stage::{KEY, Stage};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("J1", "the key is printed nowhere, at any verbosity (J5)", nowhere),
        Row::new("J2", "no argument takes a key's value, nor repeats one", no_argument),
        Row::new("J3", "a live key in the files is refused and never repeated", in_files),
        Row::new(
            "J4",
            "a right to read that is missing is told before the first write; of rights to write nobody can know",
            rights::told,
        ),
        Row::new(
            "J6",
            "a plan from a snapshot needs no credential and no network, and is the same",
            rights::offline,
        ),
    ]
}

fn nowhere(tally: &mut Tally, _: Profile) {
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
            let stage = Stage::example("acme");
            stage.faults(&fault);
            // The stage itself stops where a stream holds the key.
            let ran = stage.run(line);
            let files = std::process::Command::new("grep")
                .args(["-rl", KEY, "."])
                .current_dir(stage.path("."))
                .output()
                .unwrap();
            tally.case(!ran.all().contains(KEY) && files.stdout.is_empty(), || {
                format!("{line}: {}", String::from_utf8_lossy(&files.stdout))
            });
        }
    }
}

fn no_argument(tally: &mut Tally, _: Profile) {
    const VALUE: &str = "sk-ant-admin01-typed-on-a-command-line";
    let stage = Stage::example("acme");
    for command in ["plan", "apply", "import imported", "snapshot", "whoami", "validate"] {
        for flag in ["--key", "--api-key", "--admin-key", "--token", "--credential", "--secret", "--password"]
        {
            for between in [" ", "="] {
                stage.emulator.clear_ledger();
                let ran = stage.run(&format!("{command} {flag}{between}{VALUE}"));
                let is_refused = ran.code == 1 && stage.emulator.ledger().is_empty();
                tally.case(is_refused && !ran.all().contains(VALUE), || {
                    format!("{command} {flag}{between}…: {}", ran.all())
                });
            }
        }
    }
}

fn in_files(tally: &mut Tally, _: Profile) {
    let secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789-AAAA";
    let head = format!("bylaws: 1\norganization: {{id: {}}}\n", crate::organization::ID);
    for text in [
        format!("{head}members: {{ada@acme.com: {{role: user, note: {secret}}}}}\n"),
        format!("{head}members: {{ada@acme.com: user}} # {secret}\n"),
        format!("{head}workspaces: {{lab: {{tags: {{key: {secret}}}}}}}\n"),
        format!("{head}workspaces: {{lab: {{api_keys: {{{secret}: active}}}}}}\n"),
        format!("{head}{secret}: 1\n"),
    ] {
        let stage = Stage::example("minimal");
        stage.write("secret.yaml", &text);
        for line in [
            "validate secret.yaml",
            "validate secret.yaml --format json",
            "validate secret.yaml --format sarif",
            "plan secret.yaml",
        ] {
            let ran = stage.run(line);
            let shown = ran.all();
            tally.case(ran.code == 4 && !shown.contains(secret) && shown.contains("BL0108"), || shown);
        }
    }
}
