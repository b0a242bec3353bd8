//! `bylaws drift`: what was changed outside git, object by object, with both ways out.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{FILES, World, acme};

/// The files of [`World::acme`], committed, and edits in the Console: a role, a membership, a new person, a key.
fn edited() -> World {
    let world = World::acme();
    world.commit("base");
    world.drift(|live| {
        "developer".clone_into(&mut live.users[0].role);
        live.workspace_members.retain(|member| member.user_id != "user_eve");
        "inactive".clone_into(&mut live.api_keys[0].status);
    });
    world.drift_json(|live| {
        let users = live["users"].as_array_mut().unwrap();
        users.push(json!({"id": "user_mal", "email": "mallory@evil.example", "role": "developer"}));
    });
    world
}

fn addresses(drift: &Value) -> Vec<&str> {
    drift["drift"].as_array().unwrap().iter().map(|entry| entry["address"].as_str().unwrap()).collect()
}

#[test]
fn every_object_is_shown_with_both_sides_and_both_ways_out() {
    let world = edited();
    shown("drift", world.run("drift --detailed-exitcode").ended(2));
    world.untouched();
    let drift = world.run("drift --format json").ended(0).json();
    assert_eq!(
        addresses(&drift),
        [
            "member/mallory@evil.example",
            "member/uma@acme.com",
            "workspace/lab/member/eve@acme.com",
            "workspace/lab/api_key/ci",
        ]
    );
    let uma = &drift["drift"][1];
    assert_eq!((&uma["files"], &uma["live"]), (&json!({"role": "user"}), &json!({"role": "developer"})));
    assert_eq!(uma["target"], "user_uma");
    let mallory = &drift["drift"][0];
    assert_eq!((&mallory["files"], &mallory["live"]["role"]), (&Value::Null, &json!("developer")));
    assert_eq!(drift["drift"][2]["live"], Value::Null);
}

#[test]
fn the_way_back_restores_one_object() {
    let world = edited();
    let drift = world.run("drift --format json").json();
    let undo = drift["drift"][1]["undo"].as_str().unwrap().strip_prefix("bylaws ").unwrap();
    world.run(&format!("{undo} --auto-approve")).ended(0);
    assert_eq!(world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"user\"}\n");
    let drift = world.run("drift --format json").json();
    assert!(!addresses(&drift).contains(&"member/uma@acme.com"), "{drift:#}");
}

#[test]
fn edits_that_are_not_committed_are_no_drift() {
    let world = World::acme();
    world.commit("base");
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    let ran = world.run("drift --detailed-exitcode").ended(0);
    assert!(ran.out.contains("Drift: none, the organization matches the files"), "{ran}");
    // Outside of a repository, the files are in force as they are.
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.run("drift --detailed-exitcode").ended(2);
}

#[test]
fn an_expired_line_is_due_and_not_drift() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: {role: user, until: 2026-11-01}");
    world.commit("base");
    let drift = world.run("drift --format json").json();
    assert_eq!(drift["drift"][0]["cause"], "due");
    let ran = world.run("drift").ended(0);
    assert!(ran.out.ends_with("Drift: 1 due\n"), "{ran}");
}

#[test]
fn every_format_names_every_object() {
    let world = edited();
    for format in ["text", "markdown", "github", "junit"] {
        let ran = world.run(&format!("drift --format {format}")).ended(0);
        for name in ["mallory@evil.example", "uma@acme.com", "eve@acme.com", "ci"] {
            assert!(ran.out.contains(name), "{format}: {name}\n{ran}");
        }
    }
    // A saved document renders as it did.
    world.write("drift.json", &world.run("drift --format json").out);
    let markdown = world.run("drift --format markdown");
    assert_eq!(world.run("show drift.json --format markdown").out, markdown.out);
    shown("drift-markdown", &markdown);
}

/// The organization of [`World::acme`], which records its activities.
fn recorded() -> World {
    let mut seed = acme();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.commit("base");
    world
}

#[test]
fn the_feed_names_who_changed_an_object() {
    let world = recorded();
    world.drift_as("ada@acme.com", |live| "developer".clone_into(&mut live.users[0].role));
    world.drift_as("directory_sync", |live| {
        live.workspace_members.retain(|member| member.user_id != "user_eve");
    });
    shown("drift-named", world.run("drift").ended(0));
    let drift = world.run("drift --format json").json();
    assert_eq!(drift["drift"][0]["changed_by"][0]["entry"]["actor"], "`ada@acme.com`");
    assert_eq!(drift["reads"]["activities"], 2, "{drift:#}");
    // A plan with a base names them for drift, and for nothing else.
    world.edit("{env: test}", "{env: prod}");
    for format in ["text", "markdown", "json"] {
        let ran = world.run(&format!("plan --base main --format {format}")).ended(0);
        assert!(ran.out.contains("changed by `ada@acme.com`") || format == "json", "{format}: {ran}");
        assert_eq!(ran.out.matches("directory sync").count(), if format == "json" { 2 } else { 1 }, "{ran}");
    }
}

#[test]
fn without_the_feed_only_one_line_differs() {
    let edit = |live: &mut bylaws_emulator::Seed| "developer".clone_into(&mut live.users[0].role);
    let (on, off) = (recorded(), World::acme());
    off.commit("base");
    on.drift(edit);
    off.drift(edit);
    let (on, off) = (on.run("drift").ended(0).out, off.run("drift").ended(0).out);
    let new: Vec<&str> = off.lines().filter(|line| !on.contains(line)).collect();
    assert!(new.iter().any(|line| line.starts_with("who changed it is not known: ")), "{off}");
    assert!(
        new.iter().all(|line| line.contains("who changed it") || line.contains("read requests")),
        "{new:?}"
    );
    // A plan without drift asks for no activity.
    let world = recorded();
    world.edit("{env: test}", "{env: prod}");
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(plan["reads"]["activities"], Value::Null);
}

#[test]
fn commands_name_what_is_live() {
    let world = World::but("  lab:\n", "  sandbox:\n    id: wrkspc_lab\n");
    world.commit("base");
    world.drift(|live| live.workspace_members.retain(|member| member.user_id != "user_eve"));
    let drift = world.run("drift --format json").json();
    let entry = &drift["drift"][0];
    assert_eq!(entry["address"], "workspace/sandbox/member/eve@acme.com");
    let undo = entry["undo"].as_str().unwrap();
    assert_eq!(undo, "bylaws apply --only workspace/lab/member/eve@acme.com");
    world.run(&format!("{} --auto-approve", undo.strip_prefix("bylaws ").unwrap())).ended(0);
}
