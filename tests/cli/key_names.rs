//! The names of API keys, from the files to the service.

use serde_json::{Value, json};

use crate::world::World;

const PINNED: &str = "ci: {status: active, id: apikey_ci, name: ci-2026}";

/// Files that ask for this line instead of `ci: active`.
fn world(line: &str) -> World {
    let world = World::acme();
    world.edit("ci: active", &format!("spare: active\n      {line}"));
    world.drift_json(|live| {
        let spare = json!({"id": "apikey_spare", "name": "spare", "workspace_id": "wrkspc_lab"});
        live["api_keys"].as_array_mut().unwrap().push(spare);
    });
    world
}

fn rename(world: &World, id: &str, name: &str) {
    world.drift_json(|live| {
        let keys = live["api_keys"].as_array_mut().unwrap();
        keys.iter_mut().find(|key| key["id"] == id).unwrap()["name"] = json!(name);
    });
}

#[test]
fn a_rename_is_sent_as_it_is_shown() {
    for (line, body, text, markdown) in [
        (PINNED, json!({"name": "ci-2026"}), "name: ci → ci-2026", "key `ci` renamed `ci` → `ci-2026`"),
        (
            "old: {status: inactive, id: apikey_ci, name: ci-2026}",
            json!({"name": "ci-2026", "status": "inactive"}),
            "update (`old` = `ci`, `apikey_ci`)  bylaws.yaml:17\n      name: ci → ci-2026\n      status: active → inactive",
            "key `old` (= `ci`, `apikey_ci`) renamed `ci` → `ci-2026`, `active` → `inactive`",
        ),
    ] {
        let world = world(line);
        let plan = world.run("plan --format json").ended(0).json();
        let [change] = plan["changes"].as_array().unwrap().as_slice() else { panic!("{plan:#}") };
        assert_eq!(change["request"]["body"], body);
        assert_eq!(change["after"], body);
        let shown = world.run("plan").ended(0);
        assert!(shown.out.contains(text), "{shown}");
        let comment = world.run("plan --format markdown").ended(0);
        assert!(comment.out.contains(markdown), "{comment}");
        world.run("apply --auto-approve").ended(0);
        let request = |field: &str| change["request"][field].as_str().unwrap();
        assert_eq!(world.writes(), format!("{} {} {body}\n", request("method"), request("path")));
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[test]
fn a_rename_to_a_name_that_another_key_has_is_blocked() {
    for (name, is_blocked) in [("spare", true), ("apikey_spare", true), ("APIKEY_1", true), ("new", false)] {
        let world = world(&format!("ci: {{status: active, id: apikey_ci, name: {name}}}"));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().is_empty(), is_blocked, "{name}");
    }
}

#[test]
fn a_saved_rename_that_somebody_made_meanwhile_is_not_missed() {
    for (name, code) in [("ci-2026", 0), ("other", 6)] {
        let world = world(PINNED);
        world.run("plan --out plan.json").ended(0);
        rename(&world, "apikey_ci", name);
        let ran = world.run("apply --plan plan.json --auto-approve");
        assert_eq!(ran.code, code, "{ran}");
        world.untouched();
    }
}

#[test]
fn a_name_that_differs_is_drift_with_both_ways_out() {
    let world = world("ci: {status: active, id: apikey_ci, name: ci}");
    world.commit("base");
    rename(&world, "apikey_ci", "mine");
    let drift = world.run("drift --format json").ended(0).json();
    let entry: &Value = &drift["drift"][0];
    assert_eq!((&entry["files"], &entry["live"]), (&json!({"name": "ci"}), &json!({"name": "mine"})));
    let keep = entry["keep"].as_str().unwrap().strip_prefix("bylaws ").unwrap();
    let adopted = world.run(&format!("{keep} --format json")).ended(0).json();
    assert_eq!(adopted["adopted"], json!(["workspace/lab/api_key/ci"]));
    let undo = entry["undo"].as_str().unwrap().strip_prefix("bylaws ").unwrap();
    world.run(&format!("{undo} --auto-approve")).ended(0);
    assert_eq!(world.writes(), "POST /v1/organizations/api_keys/apikey_ci {\"name\":\"ci\"}\n");
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_guards_file_keeps_the_name_of_a_protected_key() {
    let guards = |key: &str| {
        format!(
            "bylaws: 1\nguards:\n  protect: [workspace/lab/api_key/{key}]\n  approve:\n    - {{changes: [update workspace/lab/api_key/ci], until: 2026-12-01, reason: x}}\n"
        )
    };
    for line in [PINNED, "old: {status: inactive, id: apikey_ci, name: ci-2026}"] {
        for (kept, code) in [("ci", 3), ("apikey_ci", 3), ("spare", 0)] {
            let world = world(line).file("guards.yaml", &guards(kept));
            world.run("apply --auto-approve --guards guards.yaml").ended(code);
            assert_eq!(world.writes().is_empty(), code == 3, "{line} {kept}");
        }
    }
}
