//! A document of Bylaws that is passed in place of another is named, with the command that accepts it.

use crate::world::World;

/// Writes one of each document, next to files with a change.
fn documents() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.run("plan --out plan.json").ended(0);
    for (line, file) in [("plan --format json", "printed.json"), ("snapshot --out -", "live.json")] {
        let text = world.run(line).ended(0).out;
        world.write(file, &text);
    }
    let report = world.run("apply --auto-approve --journal journal.jsonl --format json").ended(0).out;
    world.write("report.json", &report);
    world.emulator.clear_ledger();
    world
}

#[test]
fn a_document_given_as_path_is_named() {
    let world = documents();
    for (file, what, help) in [
        ("plan.json", "this is a saved plan", "`bylaws apply --plan plan.json`"),
        ("printed.json", "this is a plan that `--format json` printed", "`bylaws show printed.json`"),
        ("report.json", "this is the report of an apply", "`bylaws show report.json`"),
        ("live.json", "this is a snapshot", "`bylaws plan --live live.json`"),
        ("journal.jsonl", "this is a journal", "`bylaws journal show journal.jsonl`"),
    ] {
        for command in ["plan", "apply --auto-approve", "validate"] {
            let ran = world.run(&format!("{command} {file}")).ended(1);
            assert!(ran.err.contains(&format!("{file}: {what}")) && ran.err.contains(help), "{ran}");
        }
    }
    world.untouched();
}

#[test]
fn files_in_json_are_still_files() {
    let world = World::acme();
    let text =
        format!(r#"{{"bylaws": 1, "organization": {{"id": "{}"}}, "api_keys": {{}}}}"#, crate::world::ACME);
    world.write("files.json", &text);
    world.run("validate files.json").ended(0);
    world.run("plan files.json").ended(0);
}

#[test]
fn a_document_that_is_not_a_snapshot_is_named() {
    let world = documents();
    for (file, what) in [
        ("plan.json", "this is a saved plan"),
        ("printed.json", "this is a plan that `--format json` printed"),
        ("report.json", "this is the report of an apply"),
        ("journal.jsonl", "this is a journal"),
    ] {
        let ran = world.run(&format!("plan --live {file}")).ended(1);
        assert!(ran.err.contains(&format!("{file}: {what}")), "{ran}");
    }
}

#[test]
fn a_document_that_is_not_a_saved_plan_is_named() {
    let world = documents();
    for (file, what) in [
        ("live.json", "this is a snapshot"),
        ("report.json", "this is the report of an apply"),
        ("journal.jsonl", "this is a journal"),
    ] {
        let ran = world.run(&format!("apply --plan {file}")).ended(1);
        assert!(ran.err.contains(&format!("{file}: {what}")), "{ran}");
    }
    world.untouched();
}

#[test]
fn a_plan_that_cannot_be_saved_is_still_shown() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    let plan = world.run("plan").ended(0).out;
    for place in ["missing/plan.json", "bylaws.yaml/plan.json", "."] {
        let ran = world.run(&format!("plan --out {place}")).ended(1);
        assert_eq!(ran.out, plan, "{place}");
        assert!(ran.err.contains("cannot write the plan to"), "{ran}");
    }
}
