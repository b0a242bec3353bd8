//! `--only ADDRESS`: a part of a plan with its dependencies. The guards check only that part; the rest is counted.

use crate::ran::shown;
use crate::world::World;

/// Files with a changed role and tag, a new person, and a new workspace with a member.
fn changed() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer\n  kim@acme.com: user");
    world.edit("{env: test}", "{env: prod}");
    world.edit(
        "workspaces:\n",
        "workspaces:\n  forge:\n    members:\n      uma@acme.com: workspace_developer\n",
    );
    world
}

fn ids(world: &World, line: &str) -> Vec<String> {
    let plan = world.run(line).ended(0).json();
    let changes = plan["changes"].as_array().unwrap();
    changes.iter().map(|change| change["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_plan_of_one_address_includes_its_dependencies() {
    let world = changed();
    for (only, expected) in [
        ("--only workspace/lab", &["update workspace/lab"][..]),
        ("--only invite/kim@acme.com", &["invite invite/kim@acme.com"]),
        (
            "--only member/kim@acme.com --only workspace/lab",
            &["update workspace/lab", "invite invite/kim@acme.com"],
        ),
        (
            "--only workspace/forge/member/uma@acme.com",
            &[
                "create workspace/forge",
                "update member/uma@acme.com",
                "create workspace/forge/member/uma@acme.com",
            ],
        ),
        ("--only member/dev@acme.com", &[]),
    ] {
        assert_eq!(ids(&world, &format!("plan --format json {only}")), expected, "{only}");
    }
}

#[test]
fn the_rest_is_counted_in_every_output() {
    let world = changed();
    let ran = world.run("plan --only workspace/lab").ended(0);
    assert!(ran.out.ends_with("; 4 changes not selected\n"), "{ran}");
    shown("only", &ran);
    let json = world.run("plan --only workspace/lab --format json").ended(0).json();
    assert_eq!(json["summary"]["not_selected"], 4);
    assert_eq!(json["only"], serde_json::json!(["workspace/lab"]));
    let markdown = world.run("plan --only workspace/lab --format markdown").ended(0);
    assert!(markdown.out.contains("only `workspace/lab`: 4 changes not selected"), "{markdown}");
    for format in ["text", "github", "junit"] {
        let ran = world.run(&format!("plan --only workspace/lab --format {format}")).ended(0);
        assert!(ran.out.contains("4 changes not selected"), "{format}: {ran}");
        let whole = world.run(&format!("plan --format {format}")).ended(0);
        assert!(!whole.out.contains("not selected"), "{format}: {whole}");
    }
    // A whole plan does not mention it.
    assert!(world.run("plan --format json").ended(0).json()["summary"].get("not_selected").is_none());
}

#[test]
fn only_the_selected_changes_are_sent() {
    let world = changed();
    let fingerprint = world.run("plan --only workspace/lab --format json").json()["fingerprint"].clone();
    let line = format!("apply --only workspace/lab --expect {}", fingerprint.as_str().unwrap());
    world.run(&line).ended(0);
    assert_eq!(world.writes().lines().count(), 1, "{}", world.writes());
    assert!(world.writes().contains("wrkspc_lab"), "{}", world.writes());
    // The rest is still planned.
    assert_eq!(ids(&world, "plan --format json").len(), 4);
}

#[test]
fn guards_check_only_the_selected_changes() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.edit("  eve@acme.com: developer\n", "");
    world.edit("      eve@acme.com: workspace_user\n", "");
    world.edit("{env: test}", "{env: prod}");
    world.run("apply --auto-approve").ended(3);
    world.untouched();
    world.run("apply --auto-approve --only workspace/lab").ended(0);
    world.run("apply --auto-approve --only member/uma@acme.com").ended(0);
    assert_eq!(world.writes().lines().count(), 2, "{}", world.writes());
}

#[test]
fn a_saved_selection_applies_only_the_selection() {
    let world = changed();
    world.run("plan --only workspace/lab --out saved.json").ended(0);
    let ran = world.run("apply --plan saved.json").ended(0);
    assert!(!ran.out.contains("new since the saved plan"), "{ran}");
    assert_eq!(world.writes().lines().count(), 1, "{}", world.writes());
    world.run("apply --plan saved.json --only workspace/lab").ended(1);
}

#[test]
fn an_address_that_selects_nothing_suggests_similar_ones() {
    let world = changed();
    for (address, near) in [
        ("workspace/labs", "did you mean `workspace/lab`"),
        ("member/umma@acme.com", "did you mean `member/uma@acme.com`"),
        ("workspace/lab/member/devv@acme.com", "did you mean `workspace/lab/member/dev@acme.com`"),
        ("invite/dev@acme.com", "help:"),
        ("organization", "help:"),
    ] {
        for command in ["plan", "apply --auto-approve"] {
            let ran = world.run(&format!("{command} --only {address}")).ended(1);
            assert!(ran.err.contains(&format!("`--only {address}` selects nothing")), "{ran}");
            assert!(ran.err.contains(near), "{ran}");
        }
    }
    let ran = world.run("plan --only lab").ended(1);
    assert!(ran.err.contains("write an address as plans show it"), "{ran}");
    world.untouched();
}
