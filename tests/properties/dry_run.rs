//! A: a dry run tells the truth.

use serde_json::json;

use crate::organization::ID;
use crate::world::{Row, World, live};

#[test]
fn a1_reading_commands_write_nothing() {
    let mut row = Row::default();
    for name in ["minimal", "acme", "enterprise"] {
        let world = World::example_here(name);
        for line in [
            "validate bylaws",
            "plan bylaws",
            "plan bylaws --out saved.json",
            "plan bylaws --format json",
            "show saved.json",
            "import imported",
            "snapshot --out live.json",
            "plan bylaws --live live.json",
            "whoami",
            "audit bylaws --live live.json",
            "access bylaws",
            "access bylaws --files",
            "report bylaws --html page.html",
        ] {
            let ran = world.run(line);
            row.case(ran.code == 0 && world.written().is_empty(), || format!("{name}: {line}: {ran}"));
        }
    }
}

/// A workspace that is not there yet, with everybody from members to people nobody has invited.
#[test]
fn a3_a_plan_works_if_a_parent_is_only_planned() {
    let mut row = Row::default();
    for mask in 1..16_u8 {
        let people = ["ada", "bob", "cai", "dee"];
        let chosen: Vec<String> = (0..4)
            .filter(|bit| mask >> bit & 1 == 1)
            .map(|bit| format!("{}@acme.com: workspace_user", people[bit]))
            .collect();
        let world = World::here(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_root", "email": "root@acme.com", "role": "admin" },
                { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            ],
            "invites": [
                { "id": "invite_b", "email": "bob@acme.com", "role": "user", "status": "pending" },
                { "id": "invite_c", "email": "cai@acme.com", "role": "user", "status": "expired" },
            ],
        }));
        let members: Vec<String> = people.iter().map(|name| format!("{name}@acme.com: user")).collect();
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{root@acme.com: admin, {}}}\nworkspaces: {{lab: {{members: {{{}}}}}}}\n", members.join(", "), chosen.join(", ")));
        let ran = world.run("plan --detailed-exitcode");
        row.case(ran.code == 2, || format!("{chosen:?}: {ran}"));
        let ran = world.run("apply --auto-approve");
        row.case(ran.code == 0, || format!("{chosen:?}: {ran}"));
        let memberships = usize::from(mask & 1 == 1);
        row.case(world.emulator.state().workspace_members.len() == memberships, || {
            format!("{chosen:?}: {:?}", world.state())
        });
        let ran = world.run("plan --detailed-exitcode");
        row.case(ran.code == 0, || format!("{chosen:?}, again: {ran}"));
    }
}

#[test]
fn a5_a_plan_needs_no_right_to_write() {
    let mut row = Row::default();
    for name in ["minimal", "acme", "enterprise"] {
        let world = World::example_here(name);
        world.faults(&json!([
            { "method": "POST", "path": "**", "then": {"status": 403} },
            { "method": "DELETE", "path": "**", "then": {"status": 403} },
        ]));
        let ran = world.run("plan bylaws");
        row.case(ran.code == 0, || format!("{name}: {ran}"));
    }
}

#[test]
fn a6_exit_codes_say_what_happened() {
    let mut row = Row::default();
    let world = World::example_here("acme");
    let seed = live("acme");
    world.write("broken.yaml", "bylaws: 1\nmembers: [\n");
    world.write("empty.yaml", "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\nmembers: {ada@acme.com: none}\n");
    world.write("other.yaml", "bylaws: 1\norganization: {id: 00000000-0000-4000-8000-000000000000}\nmembers: {ada@acme.com: admin}\n");
    for (line, code) in [
        ("plan bylaws", 0),
        ("plan bylaws --detailed-exitcode", 2),
        ("plan other.yaml", 1),
        ("plan empty.yaml", 3),
        ("apply empty.yaml --auto-approve", 3),
        ("validate broken.yaml", 4),
        ("plan nowhere.yaml", 4),
        ("plan bylaws --out saved.json", 0),
        ("apply bylaws --auto-approve", 0),
        ("plan bylaws --detailed-exitcode", 0),
        ("plan --no-such-flag", 1),
    ] {
        let ran = world.run(line);
        row.case(ran.code == code, || format!("{line}: {code} was meant: {ran}"));
    }
    world.reset(&seed);
    world.faults(&json!([{ "method": "POST", "path": "**", "nth": 2, "then": {"status": 400} }]));
    let ran = world.run("apply bylaws --auto-approve");
    row.case(ran.code == 5, || ran.to_string());
    let mut moved = seed;
    moved["users"][3]["role"] = json!("billing");
    world.reset(&moved);
    let ran = world.run("apply bylaws --expect 0000");
    row.case(ran.code == 6, || ran.to_string());
}
