//! The exit codes are an interface: every code with a situation that causes it.

use std::fmt::Write;

use serde_json::json;

use crate::ran::shown;
use crate::world::World;

const LEAVERS: (&str, &str) = ("  eve@acme.com: developer\n  uma@acme.com: user\n", "");

/// The situation, the environment, the command line, the code.
type Case = (&'static str, fn() -> World, &'static str, i32);

fn refused() -> World {
    let world = World::but(LEAVERS.0, LEAVERS.1);
    world.edit("      eve@acme.com: workspace_user\n", "");
    world
}

fn pending() -> World {
    World::but("uma@acme.com: user", "uma@acme.com: developer")
}

fn waiting() -> World {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.run("apply --auto-approve").ended(0);
    world
}

fn in_part() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("{env: test}", "{env: prod}");
    world.faults(&json!([{"method": "POST", "path": "/v1/organizations/users/*", "then": {"status": 400}}]));
    world
}

#[test]
fn every_exit_code_has_its_situation() {
    let broken = || World::but("uma@acme.com: user", "uma@acme.com: usr");
    let none = || World::live(crate::world::acme());
    let other = || World::but("6a1f0c7e", "ffffffff");
    let table: Vec<Case> = vec![
        ("in sync", World::acme, "plan --detailed-exitcode", 0),
        ("in sync", World::acme, "apply --auto-approve", 0),
        ("in sync", World::acme, "plan --strict", 0),
        ("changes, not asked about", pending, "plan", 0),
        ("done", pending, "apply --auto-approve", 0),
        ("waiting changes nothing", waiting, "plan --detailed-exitcode", 0),
        ("help", World::acme, "--help", 0),
        ("another organization", other, "plan", 1),
        ("an unknown option", World::acme, "plan --fast", 1),
        ("no command", World::acme, "", 1),
        ("options at odds", World::acme, "plan --live x.json --out y.json", 1),
        ("no terminal to ask on", pending, "apply", 1),
        ("changes pending", pending, "plan --detailed-exitcode", 2),
        ("waiting, strict", waiting, "plan --strict", 2),
        ("waiting, strict", waiting, "apply --auto-approve --strict", 2),
        ("a guard refuses", refused, "plan", 3),
        ("a guard refuses", refused, "apply --auto-approve", 3),
        ("a refusal beats what is pending", refused, "plan --detailed-exitcode --strict", 3),
        ("problems in the files", broken, "validate", 4),
        ("problems in the files", broken, "plan", 4),
        ("problems in the files", broken, "apply --auto-approve", 4),
        ("no files", none, "validate", 4),
        ("no files", none, "plan", 4),
        ("no files", none, "plan elsewhere", 4),
        ("applied in part", in_part, "apply --auto-approve", 5),
        ("applied in part beats strict", in_part, "apply --auto-approve --strict", 5),
        ("another plan than expected", pending, "apply --expect 0123", 6),
    ];
    let mut rows = String::new();
    for (situation, world, line, code) in table {
        let ran = world().run(line);
        assert_eq!(ran.code, code, "{situation}: {ran}");
        writeln!(rows, "{code}  bylaws {line:<46} {situation}").unwrap();
    }
    shown("exit-codes", rows);
}

#[test]
fn problems_in_the_files_end_the_run_before_any_list_is_read() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: usr");
    world.run("plan").ended(4);
    let ran = world.run("apply --auto-approve").ended(4);
    // The request for the organization may have been sent while the files were read.
    assert!(world.ledger().iter().all(|entry| entry.path == "/v1/organizations/me"));
    shown("problem-in-the-files", ran);
}

#[test]
fn without_files_the_error_says_how_to_start() {
    shown("no-files", World::live(crate::world::acme()).run("plan").ended(4));
}
