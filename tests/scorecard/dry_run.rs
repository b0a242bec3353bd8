//! A: a dry run tells the truth.

use serde_json::json;

use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::{Stage, live};
use crate::story;
use crate::world::World;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("A1", "reading commands write nothing", nothing_written),
        Row::new(
            "A2",
            "apply sends what the plan shows, in its order; a second plan is empty (A4)",
            plan_is_apply,
        ),
        Row::new("A3", "a plan works where a parent is only planned", only_planned),
        Row::new("A5", "a plan needs no right to write", no_right_to_write),
        Row::new("A6", "exit codes say what happened", exit_codes),
        Row::new("A7", "the order of files and lines leaves no trace in the plan", order),
    ]
}

fn stories(tally: &mut Tally, cases: u64, story: fn(&World, u64) -> Result<(), String>) {
    let world = World::new();
    for seed in 0..cases {
        tally.told(&format!("seed {seed}"), story(&world, seed));
    }
}

fn nothing_written(tally: &mut Tally, _: Profile) {
    for name in ["minimal", "acme", "enterprise"] {
        let stage = Stage::example(name);
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
            let ran = stage.run(line);
            tally.case(ran.code == 0 && stage.writes().is_empty(), || {
                format!("{name}: {line}: {}", ran.all())
            });
        }
    }
}

fn plan_is_apply(tally: &mut Tally, profile: Profile) {
    stories(tally, profile.cases(150, 10_000), story::plan_is_apply);
}

fn order(tally: &mut Tally, profile: Profile) {
    stories(tally, profile.cases(50, 1_000), story::order_leaves_no_trace);
}

/// A workspace that is not there yet, with everybody from members to people nobody has invited.
fn only_planned(tally: &mut Tally, _: Profile) {
    for mask in 1..16_u8 {
        let people = ["ada", "bob", "cai", "dee"];
        let chosen: Vec<String> = (0..4)
            .filter(|bit| mask >> bit & 1 == 1)
            .map(|bit| format!("{}@acme.com: workspace_user", people[bit]))
            .collect();
        let stage = Stage::live(json!({
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
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{root@acme.com: admin, {}}}\nworkspaces: {{lab: {{members: {{{}}}}}}}\n", members.join(", "), chosen.join(", ")));
        let ran = stage.run("plan --detailed-exitcode");
        tally.case(ran.code == 2, || format!("{chosen:?}: {}", ran.all()));
        let ran = stage.run("apply --auto-approve");
        tally.case(ran.code == 0, || format!("{chosen:?}: {}", ran.all()));
        let memberships = usize::from(mask & 1 == 1);
        tally.case(stage.emulator.state().workspace_members.len() == memberships, || {
            format!("{chosen:?}: {:?}", stage.state())
        });
        let ran = stage.run("plan --detailed-exitcode");
        tally.case(ran.code == 0, || format!("{chosen:?}, again: {}", ran.all()));
    }
}

fn no_right_to_write(tally: &mut Tally, _: Profile) {
    for name in ["minimal", "acme", "enterprise"] {
        let stage = Stage::example(name);
        stage.faults(&json!([
            { "method": "POST", "path": "**", "then": {"status": 403} },
            { "method": "DELETE", "path": "**", "then": {"status": 403} },
        ]));
        let ran = stage.run("plan bylaws");
        tally.case(ran.code == 0, || format!("{name}: {}", ran.all()));
    }
}

fn exit_codes(tally: &mut Tally, _: Profile) {
    let stage = Stage::example("acme");
    let seed = live("acme");
    stage.write("broken.yaml", "bylaws: 1\nmembers: [\n");
    stage.write("empty.yaml", "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\nmembers: {ada@acme.com: none}\n");
    stage.write("other.yaml", "bylaws: 1\norganization: {id: 00000000-0000-4000-8000-000000000000}\nmembers: {ada@acme.com: admin}\n");
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
        let ran = stage.run(line);
        tally.case(ran.code == code, || format!("{line}: {code} was meant: {}", ran.all()));
    }
    stage.reset(&seed);
    stage.faults(&json!([{ "method": "POST", "path": "**", "nth": 2, "then": {"status": 400} }]));
    let ran = stage.run("apply bylaws --auto-approve");
    tally.case(ran.code == 5, || ran.all());
    let mut moved = seed;
    moved["users"][3]["role"] = json!("billing");
    stage.reset(&moved);
    let ran = stage.run("apply bylaws --expect 0000");
    tally.case(ran.code == 6, || ran.all());
}
