//! Rules of the plan that reviewers rely on: a key is deactivated only after its replacement is live, memberships
//! without effect are never mentioned, and unknown names in the files are reported before a plan is made.

use serde_json::{Value, json};

use crate::world::{World, acme};

/// Creates a key in a workspace, as the Console does.
fn create_key(world: &World, name: &str, workspace: &str) {
    world.drift(|state| {
        let mut value: Value = serde_json::from_str(&state.to_json()).unwrap();
        let mut places = value["workspaces"].as_array().unwrap().iter();
        let id = places.find(|place| place["name"] == workspace).unwrap()["id"].clone();
        value["api_keys"].as_array_mut().unwrap().push(json!({"name": name, "workspace_id": id}));
        *state = bylaws_emulator::Seed::from_value(value).unwrap();
    });
}

fn status(world: &World, name: &str) -> String {
    world.emulator.state().api_keys.iter().find(|key| key.name == name).unwrap().status.clone()
}

#[test]
fn a_key_is_deactivated_only_after_its_replacement_is_live() {
    let world = World::but("      ci: active\n", "      ci: inactive\n      ci-2027: active\n");
    let reason = "`ci-2027` does not exist yet; `ci` stays active until it does";
    for (format, words) in
        [("text", reason), ("markdown", "`ci-2027` does not exist yet"), ("github", reason)]
    {
        let ran = world.run(&format!("plan --format {format}")).ended(0);
        assert!(ran.out.contains(words), "{ran}");
    }
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"], json!([]));
    let blocked = plan["blocked"].as_array().unwrap();
    let kept = blocked.iter().find(|item| item["address"] == "workspace/lab/api_key/ci").unwrap();
    assert_eq!(kept["reason"], reason);
    assert_eq!(kept["approve"], json!(["update workspace/lab/api_key/ci"]));
    let first = plan["review_first"].as_array().unwrap();
    assert!(first.iter().any(|entry| entry["address"] == "workspace/lab/api_key/ci"), "{first:?}");
    world.run("apply --auto-approve").ended(0);
    world.untouched();
    // An unrelated key in another workspace is not a replacement.
    create_key(&world, "ci-2027", "Default");
    world.run("apply --auto-approve").ended(0);
    assert_eq!(status(&world, "ci"), "active");
    create_key(&world, "ci-2027", "lab");
    world.run("apply --auto-approve").ended(0);
    assert_eq!((status(&world, "ci"), status(&world, "ci-2027")), ("inactive".into(), "active".into()));
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn an_approval_deactivates_a_key_without_a_replacement() {
    let world = World::but("      ci: active\n", "      ci: inactive\n      ci-2027: active\n");
    create_key(&world, "other", "lab");
    world.edit(
        "unlisted:\n",
        "guards:\n  approve:\n    - changes: [update workspace/lab/api_key/ci]\n      until: 2026-12-01\n      reason: leaked\nunlisted:\n",
    );
    world.run("apply --auto-approve").ended(0);
    assert_eq!(status(&world, "ci"), "inactive");
}

/// Import, plan, audit and validate never mention a membership that an organization role makes redundant.
#[test]
fn a_plan_right_after_import_has_nothing_to_report() {
    let mut seed = acme();
    let mut add = |list: &str, item| seed[list].as_array_mut().unwrap().push(item);
    for (name, role, membership) in [
        ("own", "owner", "workspace_admin"),
        ("pri", "primary_owner", "workspace_user"),
        ("bil", "billing", "workspace_user"),
        ("bea", "billing", "workspace_admin"),
    ] {
        let id = format!("user_{name}");
        add("users", json!({"id": id, "email": format!("{name}@acme.com"), "role": role}));
        add(
            "workspace_members",
            json!({"workspace_id": "wrkspc_lab", "user_id": id, "workspace_role": membership}),
        );
    }
    add(
        "workspace_members",
        json!({"workspace_id": "wrkspc_lab", "user_id": "user_ada", "workspace_role": "workspace_developer"}),
    );
    let world = World::live(seed);
    let ran = world.run("import").ended(0);
    assert!(!ran.all().contains("left out"), "{ran}");
    let lines = world.read("bylaws/workspaces.yaml");
    for (name, is_listed) in [("ada", false), ("own", false), ("pri", false), ("bil", false), ("bea", true)] {
        assert_eq!(lines.contains(&format!("{name}@acme.com")), is_listed, "{name}\n{lines}");
    }
    for policy in ["report", "remove"] {
        let files = world.read("bylaws/bylaws.yaml");
        let line = files.lines().find(|line| line.contains("workspace_members:")).unwrap();
        let changed = files.replace(line, &format!("  workspace_members: {policy}"));
        world.write("bylaws/bylaws.yaml", &changed);
        world.run("validate --strict").ended(0);
        world.run("plan --strict --detailed-exitcode").ended(0);
        let audit = world.run("audit --no-figures --format json").json();
        let about =
            |finding: &&Value| finding["address"].as_str().unwrap().starts_with("workspace/lab/member/");
        let found: Vec<&Value> = audit["findings"].as_array().unwrap().iter().filter(about).collect();
        assert!(found.is_empty(), "{policy}: {found:?}");
    }
    world.untouched();
}

#[test]
fn a_workspace_is_archived_by_adding_one_line() {
    let world = World::but("  lab:\n", "  lab:\n    state: archived\n");
    let ran = world.run("validate").ended(0);
    assert_eq!(ran.all().matches("BL0503").count(), 2, "one warning, and its `explain` line: {ran}");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["blocked"][0]["approve"], json!(["archive workspace/lab"]));
    assert_eq!(plan["changes"], json!([]));
    world.edit(
        "unlisted:\n",
        "guards:\n  access_loss: {max: 9, share: 100%}\n  approve:\n    - changes: [archive workspace/lab]\n      until: 2026-12-01\n      reason: done\nunlisted:\n",
    );
    world.run("apply --auto-approve").ended(0);
    assert!(world.emulator.state().workspaces.iter().any(|lab| lab.archived_at.is_some()));
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn validate_and_plan_report_a_misspelled_address_alike() {
    let world = World::acme();
    world.edit(
        "unlisted:\n",
        "guards:\n  protect: [workspace/labb]\n  approve:\n    - changes: [archive workspace/labb]\n      until: 2026-12-01\n      reason: old\nunlisted:\n",
    );
    let ran = world.run("validate").ended(0);
    for words in ["BL0609", "BL0607", "did you mean `lab`?"] {
        assert!(ran.all().contains(words), "{words}: {ran}");
    }
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["approvals"][0]["state"], "names_nothing");
    assert_eq!(plan["notes"][0]["address"], "workspace/labb");
    let ran = world.run("plan").ended(0);
    assert!(ran.out.contains("likely a typo") && !ran.out.contains("used up"), "{ran}");
}
