//! Import for the first adoption: what is written, what is refused, and what a later import would change.

use serde_json::json;

use crate::ran::shown;
use crate::world::{World, acme};

/// Duplicate names, unknown roles, memberships without effect: everything that needs a comment.
fn odd() -> World {
    let mut seed = acme();
    seed["invites"] = json!([]);
    let mut add = |list: &str, item| seed[list].as_array_mut().unwrap().push(item);
    add("users", json!({"id": "user_wiz", "email": "wiz@acme.com", "role": "wizard"}));
    add("users", json!({"id": "user_tag", "email": "dev+ops@acme.com", "role": "user"}));
    add("users", json!({"id": "user_bil", "email": "bil@acme.com", "role": "billing"}));
    add("invites", json!({"id": "invite_new", "email": "new@acme.com", "role": "user", "status": "pending"}));
    add("workspaces", json!({"id": "wrkspc_lab2", "name": "lab"}));
    add("workspaces", json!({"id": "wrkspc_bare", "name": "on", "display_color": "#112233"}));
    add("workspaces", json!({"id": "wrkspc_old", "name": "old", "archived_at": "2026-01-01T00:00:00Z"}));
    add("workspaces", json!({"id": "wrkspc_hid", "name": "a\u{202e}b"}));
    for (user, role) in [
        ("user_wiz", "workspace_user"),
        ("user_ada", "workspace_developer"),
        ("user_bil", "workspace_user"),
        ("user_uma", "workspace_wizard"),
    ] {
        add(
            "workspace_members",
            json!({"workspace_id": "wrkspc_lab", "user_id": user, "workspace_role": role}),
        );
    }
    for n in 0..8 {
        let user = format!("user_far{n}");
        add("users", json!({"id": user, "email": format!("far{n}@acme.com"), "role": "astronaut"}));
        add(
            "workspace_members",
            json!({"workspace_id": "wrkspc_lab2", "user_id": user, "workspace_role": "workspace_user"}),
        );
    }
    add("api_keys", json!({"id": "apikey_ci2", "name": "ci", "workspace_id": "wrkspc_lab"}));
    add(
        "api_keys",
        json!({"id": "apikey_ci3", "name": "ci", "workspace_id": "wrkspc_lab", "status": "archived"}),
    );
    add(
        "api_keys",
        json!({"id": "apikey_own", "name": "own", "scope": {"type": "organization"}, "status": "inactive"}),
    );
    World::live(seed)
}

/// Returns every existing file of a folder, one after the other.
fn folder(world: &World, files: &[&str]) -> String {
    let there = files.iter().filter(|file| world.has(file));
    there.map(|file| format!("== {file}\n{}", world.read(file))).collect()
}

const FILES: [&str; 4] =
    ["bylaws/bylaws.yaml", "bylaws/members.yaml", "bylaws/workspaces.yaml", "bylaws/api_keys.yaml"];

#[test]
fn comments_are_written_only_where_needed() {
    let world = odd();
    let ran = world.run("import").ended(0);
    shown("import-odd", format!("{ran}{}", folder(&world, &FILES)));
    world.run("validate --strict").ended(0);
    world.run("plan --detailed-exitcode").ended(0);
    world.untouched();
}

#[test]
fn a_single_file_means_the_same_as_a_folder() {
    let world = odd();
    world.run("import").ended(0);
    shown("import-single", world.run("import --single org.yaml").ended(0));
    world.run("plan org.yaml --detailed-exitcode").ended(0);
    let one = world.run("plan org.yaml --format json").json();
    let folder = world.run("plan bylaws --format json").json();
    assert_eq!(one["config"]["digest"], folder["config"]["digest"]);
    assert!(world.has("bylaws.schema.json"), "the schema that the first line names");
}

#[test]
fn changes_after_an_import_are_planned() {
    let world = World::live(acme());
    world.run("import").ended(0);
    world.drift(|live| {
        let mut value = serde_json::to_value(&*live).unwrap();
        let mut add = |list: &str, item| value[list].as_array_mut().unwrap().push(item);
        add("users", json!({"id": "user_kim", "email": "kim@acme.com", "role": "user"}));
        add("workspaces", json!({"id": "wrkspc_new", "name": "new"}));
        add(
            "workspace_members",
            json!({"workspace_id": "wrkspc_lab", "user_id": "user_kim", "workspace_role": "workspace_user"}),
        );
        add("api_keys", json!({"id": "apikey_lab", "name": "more", "workspace_id": "wrkspc_lab"}));
        add("api_keys", json!({"id": "apikey_org", "name": "org", "scope": {"type": "organization"}}));
        *live = bylaws_emulator::Seed::from_value(value).unwrap();
    });
    let plan = world.run("plan --format json").ended(0).json();
    let unlisted: Vec<&str> =
        plan["unlisted"].as_array().unwrap().iter().map(|item| item["address"].as_str().unwrap()).collect();
    assert_eq!(
        unlisted,
        [
            "member/kim@acme.com",
            "workspace/new",
            "workspace/lab/member/kim@acme.com",
            "workspace/lab/api_key/more",
            "organization/api_key/org",
        ]
    );
}

#[test]
fn existing_files_are_never_overwritten_or_merged() {
    let world = World::live(acme());
    world.run("import").ended(0);
    let before = folder(&world, &FILES);
    world.emulator.clear_ledger();
    let mut all = String::new();
    for line in ["import", "import bylaws/members.yaml", "import --single bylaws/members.yaml"] {
        all += &world.run(line).ended(1).to_string();
    }
    shown("import-refused", all);
    assert!(world.ledger().is_empty(), "said before the first request");
    assert_eq!(folder(&world, &FILES), before);
    let ran = world.run("import --single bylaws/more.yaml").ended(0);
    assert!(ran.err.contains("reads both"), "{ran}");
}
