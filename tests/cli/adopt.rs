//! `adopt`: somebody uses the Console, and the files say so afterwards.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{FILES, World, acme};

/// Files in sync with comments, a team, a last day and limits, in two files.
fn world() -> World {
    let (people, rest) = FILES.split_once("workspaces:\n").unwrap();
    let people = people
        .replace(
            "  eve@acme.com: developer\n",
            "  eve@acme.com: {role: developer, until: 2027-01-31} # OPS-114\n",
        )
        .replace("  uma@acme.com: user\n", "  uma@acme.com: user # the intern\n");
    let rest = rest
        .replace("    tags: {env: test}\n", "    # who pays\n    tags: {env: test} # test only\n")
        .replace("    api_keys:\n", "    teams: {night: workspace_developer}\n    api_keys:\n")
        .replace(
            "      ci: active\n",
            "      ci: active # deploys\n    rate_limits:\n      batch: {requests_per_minute: 50} # enough\n",
        )
        .replace("  members: remove\n  workspace_members: remove\n", "  members: report\n");
    let mut seed = acme();
    seed["workspace_members"].as_array_mut().unwrap().push(
        json!({ "workspace_id": "wrkspc_lab", "user_id": "user_uma", "workspace_role": "workspace_developer" }),
    );
    seed["rate_limits"] = json!([{ "id": "rl_batch", "group": { "type": "batch" },
        "limits": [{ "type": "requests_per_minute", "value": 100 }] }]);
    seed["workspace_rate_limits"] = json!([{ "workspace_id": "wrkspc_lab", "rate_limit_id": "rl_batch",
        "limits": [{ "type": "requests_per_minute", "value": 50 }] }]);
    let world = World::here(seed).file("bylaws/people.yaml", &people).file(
        "bylaws/rest.yaml",
        &format!("# By hand.\nteams:\n  night: [dev@acme.com, uma@acme.com]\nworkspaces:\n{rest}"),
    );
    world.run("plan --detailed-exitcode").ended(0);
    world
}

/// Finds an object of the service.
fn one<'v>(live: &'v mut Value, list: &str, field: &str, value: &str) -> &'v mut Value {
    live[list].as_array_mut().unwrap().iter_mut().find(|one| one[field] == value).unwrap()
}

fn push(live: &mut Value, list: &str, value: Value) {
    live[list].as_array_mut().unwrap().push(value);
}

/// Checks that the plan has nothing, with or without unlisted objects.
#[track_caller]
fn in_sync(world: &World) {
    let plan = world.run("plan --format json").ended(0).json();
    for part in ["changes", "blocked", "unlisted"] {
        assert_eq!(plan[part], json!([]), "{plan:#}");
    }
}

#[test]
fn everything_that_was_changed_in_the_console_becomes_a_line() {
    let world = world();
    world.drift_json(|live| {
        one(live, "users", "id", "user_dev")["role"] = json!("user");
        one(live, "users", "id", "user_eve")["role"] = json!("claude_code_user");
        push(live, "users", json!({ "id": "user_kim", "email": "Kim@acme.com", "role": "billing" }));
        push(live, "invites", json!({ "email": "lee@acme.com", "role": "user", "status": "pending", "invited_at": "2026-11-20T00:00:00Z" }));
        let lab = one(live, "workspaces", "id", "wrkspc_lab");
        lab["tags"] = json!({ "env": "stage", "cost": "r: 1" });
        one(live, "workspace_members", "user_id", "user_uma")["workspace_role"] = json!("workspace_user");
        one(live, "workspace_members", "user_id", "user_dev")["workspace_role"] = json!("workspace_admin");
        one(live, "api_keys", "id", "apikey_ci")["status"] = json!("inactive");
        push(live, "api_keys", json!({ "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab" }));
        live["workspace_rate_limits"][0]["limits"][0]["value"] = json!(70);
        push(live, "workspaces", json!({ "id": "wrkspc_ops", "name": "ops" }));
        push(live, "workspace_members", json!({ "workspace_id": "wrkspc_ops", "user_id": "user_dev", "workspace_role": "workspace_user" }));
    });
    let before = world.read("bylaws/people.yaml");
    let said = world.run("adopt").ended(0);
    assert_eq!(world.read("bylaws/people.yaml"), before, "nothing is written without --write");
    let json = world.run("adopt --format json --strict").ended(0).json();
    world.run("adopt --write").ended(0);
    assert_eq!(json["edits"][0]["after"].as_str().unwrap(), world.read("bylaws/people.yaml"));
    in_sync(&world);
    world.untouched();
    shown("adopt", said);
}

#[test]
fn the_new_name_of_a_pinned_key_is_adopted() {
    for (line, name, status, expected) in [
        (
            "ci: {status: active, id: apikey_ci, name: ci} # deploys",
            "2027",
            "active",
            "ci: {status: active, id: apikey_ci, name: \"2027\"} # deploys",
        ),
        (
            "deploy: {id: apikey_ci, status: active, name: ci}",
            "ci: old",
            "inactive",
            "deploy: {id: apikey_ci, status: inactive, name: \"ci: old\"}",
        ),
        // The files do not manage the name.
        ("ci: {status: active, id: apikey_ci}", "x", "active", "ci: {status: active, id: apikey_ci}"),
        // An archived key keeps its name, so that it does not differ.
        (
            "ci: {status: active, id: apikey_ci, name: ci}",
            "x",
            "archived",
            "ci: {status: archived, id: apikey_ci, name: ci}",
        ),
    ] {
        let world = world();
        world.edit_file("bylaws/rest.yaml", "ci: active # deploys", line);
        world.run("plan --detailed-exitcode").ended(0);
        world.drift_json(|live| {
            let key = one(live, "api_keys", "id", "apikey_ci");
            (key["name"], key["status"]) = (json!(name), json!(status));
        });
        world.run("adopt --write").ended(0);
        in_sync(&world);
        let text = world.read("bylaws/rest.yaml");
        assert!(text.contains(&format!("      {expected}\n")), "{text}");
    }
}

#[test]
fn what_is_gone_leaves_its_comments() {
    let world = world();
    world.drift_json(|live| {
        live["users"].as_array_mut().unwrap().retain(|user| user["id"] != "user_uma");
        live["workspace_members"].as_array_mut().unwrap().retain(|one| one["user_id"] == "user_eve");
        live["workspace_rate_limits"] = json!([]);
    });
    let said = world.run("adopt --write").ended(0);
    in_sync(&world);
    shown(
        "adopt-gone",
        format!("{said}{}{}", world.read("bylaws/people.yaml"), world.read("bylaws/rest.yaml")),
    );
}

#[test]
fn an_archived_workspace_is_listed_as_archived() {
    let world = world();
    world.drift_json(|live| {
        one(live, "workspaces", "id", "wrkspc_lab")["archived_at"] = json!("2026-11-20T00:00:00Z");
        live["workspace_members"] = json!([]);
        live["api_keys"] = json!([]);
        live["workspace_rate_limits"] = json!([]);
    });
    world.run("adopt --write").ended(0);
    in_sync(&world);
    assert!(
        world.read("bylaws/rest.yaml").contains("  lab: {state: archived}\n    # who pays\n"),
        "{}",
        world.read("bylaws/rest.yaml")
    );
}

#[test]
fn addresses_select_as_only_does() {
    let world = world();
    world.drift_json(|live| {
        one(live, "users", "id", "user_dev")["role"] = json!("user");
        one(live, "workspace_members", "user_id", "user_dev")["workspace_role"] = json!("workspace_admin");
        one(live, "workspace_members", "user_id", "user_eve")["workspace_role"] =
            json!("workspace_developer");
        one(live, "api_keys", "id", "apikey_ci")["status"] = json!("inactive");
    });
    let adopted = |line: &str| {
        let json = world.run(line).ended(0).json();
        json["adopted"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        adopted("adopt member/dev@acme.com --format json"),
        ["member/dev@acme.com", "workspace/lab/member/dev@acme.com"]
    );
    assert_eq!(
        adopted("adopt workspace/lab/api_key/ci workspace/lab/member/eve@acme.com --format json"),
        ["workspace/lab/member/eve@acme.com", "workspace/lab/api_key/ci"]
    );
    assert_eq!(adopted("adopt workspace/lab --format json --write").len(), 3);
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"][0]["id"], "update member/dev@acme.com");
    assert_eq!(plan["changes"].as_array().unwrap().len(), 1);
    let nobody = world.run("adopt member/dav@acme.com").ended(1);
    assert!(nobody.err.contains("did you mean `member/dev@acme.com`"), "{nobody}");
}

#[test]
fn what_files_cannot_say_is_skipped_and_named() {
    let world = world();
    world.edit_file("bylaws/rest.yaml", "unlisted", "guards: {allowed_domains: [acme.com]}\nunlisted");
    world.edit_file(
        "bylaws/people.yaml",
        "  dev@acme.com: developer\n",
        "  dev@acme.com: &dev developer\n  zoe@acme.com: *dev\n",
    );
    world.edit_file("bylaws/people.yaml", "2027-01-31", "2026-11-20");
    world.edit_file("bylaws/rest.yaml", "  lab:\n", "  side: {tags: {}}\n  lab:\n");
    world.edit_file("bylaws/rest.yaml", "      ci: active", "      ci: archived");
    world.drift_json(|live| {
        push(live, "users", json!({ "id": "user_zoe", "email": "zoe@acme.com", "role": "developer" }));
        one(live, "users", "id", "user_dev")["role"] = json!("user");
        push(live, "users", json!({ "id": "user_far", "email": "far@else.example", "role": "user" }));
        push(live, "users", json!({ "id": "user_wiz", "email": "wiz@acme.com", "role": "wizard" }));
        push(live, "users", json!({ "id": "user_twin", "email": "uma+x@acme.com", "role": "user" }));
        push(live, "workspaces", json!({ "id": "wrkspc_ops", "name": "ops" }));
        one(live, "users", "id", "user_ada")["role"] = json!("owner");
    });
    let said = world.run("adopt --write --strict").ended(2);
    let plan = world.run("plan --format json").ended(0).json();
    let touched = plan.to_string();
    assert!(
        world.read("bylaws/people.yaml").contains("ada@acme.com: owner"),
        "the rest is adopted: {touched}"
    );
    shown("adopt-skipped", said);
}

#[test]
fn with_a_base_only_drift_is_adopted() {
    let world = world();
    world.commit("base");
    world.edit_file("bylaws/people.yaml", "uma@acme.com: user", "uma@acme.com: developer");
    world.drift_json(|live| one(live, "users", "id", "user_dev")["role"] = json!("user"));
    let json = world.run("adopt --base HEAD --format json --write").ended(0).json();
    assert_eq!(json["adopted"], json!(["member/dev@acme.com"]));
    let plan = world.run("plan --base HEAD --format json").ended(0).json();
    assert_eq!(plan["changes"].as_array().unwrap().len(), 1);
    assert_eq!(plan["changes"][0]["id"], "update member/uma@acme.com");
}

#[test]
fn a_new_hire_whose_invite_was_just_accepted_keeps_their_lines() {
    let world = world();
    world.edit_file("bylaws/people.yaml", "  uma@", "  kim@acme.com: user\n  uma@");
    world.edit_file("bylaws/rest.yaml", "      eve@", "      kim@acme.com: workspace_user\n      eve@");
    world.run("apply --auto-approve").ended(0);
    world.accept("kim@acme.com");
    let before = world.read("bylaws/rest.yaml");
    let json = world.run("adopt --format json --write").ended(0).json();
    assert_eq!(json["skipped"][0]["address"], "workspace/lab/member/kim@acme.com");
    assert!(json["skipped"][0]["reason"].as_str().unwrap().starts_with("due"), "{json:#}");
    assert_eq!(world.read("bylaws/rest.yaml"), before);
}

#[test]
fn live_state_and_sound_files_are_required() {
    let world = world();
    let snapshot = world.run("snapshot --out live.json").ended(0);
    assert!(snapshot.out.is_empty());
    world.drift_json(|live| one(live, "users", "id", "user_dev")["role"] = json!("user"));
    let world = world.without("ANTHROPIC_ADMIN_KEY");
    let none = world.run("adopt").ended(1);
    assert!(none.err.contains("no credential"), "{none}");
    let same = world.run("adopt --live live.json").ended(0);
    assert!(same.out.ends_with("the files do not need an edit\n"), "{same}");
    world.edit_file("bylaws/people.yaml", "developer", "develper");
    world.run("adopt --live live.json").ended(4);
}

#[test]
fn an_entry_without_a_value_can_be_adopted() {
    let files = FILES.replace("workspaces:\n", "workspaces:\n  hackathon: # empty\n");
    let mut seed = acme();
    push(&mut seed, "workspaces", json!({"id": "wrkspc_hack", "name": "hackathon"}));
    let world = World::live(seed).file("bylaws.yaml", &files);
    world.run("plan --detailed-exitcode").ended(0);
    world.drift(|live| {
        let hackathon = live.workspaces.iter_mut().find(|one| one.name == "hackathon").unwrap();
        hackathon.archived_at = Some("2026-11-01T00:00:00Z".parse().unwrap());
    });
    world.run("adopt --write").ended(0);
    assert!(
        world.read("bylaws.yaml").contains("  hackathon: {state: archived} # empty\n"),
        "{}",
        world.read("bylaws.yaml")
    );
    in_sync(&world);
    // Another entry is added below one without a value.
    let files = FILES.replace("unlisted:\n", "  hackathon:\nunlisted:\n");
    let mut seed = acme();
    push(&mut seed, "workspaces", json!({"id": "wrkspc_hack", "name": "hackathon"}));
    let world = World::live(seed).file("bylaws.yaml", &files);
    world.drift_json(|live| push(live, "workspaces", json!({"id": "wrkspc_new", "name": "new"})));
    world.run("adopt --write").ended(0);
    in_sync(&world);
}

/// What is skipped stays as it was, also where a part of it could be written.
#[test]
fn an_entry_that_would_still_differ_is_not_edited() {
    type Case = (&'static str, fn(&World));
    let cases: [Case; 5] = [
        ("is named `ops` now, as another workspace of the files is", |world| {
            world.write("bylaws/ops.yaml", "workspaces:\n  ops: {tags: {}}\n");
            world.edit_file("bylaws/rest.yaml", "  lab:\n", "  lab:\n    id: wrkspc_lab\n    name: lab\n");
            world.drift_json(|live| {
                push(live, "workspaces", json!({ "id": "wrkspc_ops", "name": "ops" }));
                one(live, "workspaces", "id", "wrkspc_lab")["name"] = json!("ops");
            });
        }),
        ("is named `cd` now, as another line of the files is", |world| {
            let pinned = "ci: {status: active, id: apikey_ci, name: ci}";
            world.edit_file(
                "bylaws/rest.yaml",
                "      ci: active",
                &format!("      {pinned}\n      cd: archived"),
            );
            world.drift_json(|live| {
                push(live, "api_keys", json!({ "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab", "status": "archived" }));
                one(live, "api_keys", "id", "apikey_ci")["name"] = json!("cd");
            });
        }),
        ("contains an invisible character", |world| {
            world.edit_file(
                "bylaws/rest.yaml",
                "ci: active",
                "ci: {status: active, id: apikey_ci, name: ci}",
            );
            world.drift_json(|live| one(live, "api_keys", "id", "apikey_ci")["name"] = json!("c\u{200b}i"));
        }),
        ("no live member has the id `user_kim`", |world| {
            let uma = "  uma@acme.com: user";
            let kim = "  kim@acme.com: {role: developer, id: user_kim}\n";
            world.edit_file("bylaws/people.yaml", uma, &format!("{kim}{uma}"));
            world.drift_json(|live| {
                push(live, "invites", json!({ "email": "kim@acme.com", "role": "user", "status": "pending", "invited_at": "2026-11-20T00:00:00Z" }));
            });
        }),
        ("files cannot express its status `frozen`", |world| {
            world.drift_json(|live| {
                for (id, status) in [("apikey_1", "active"), ("apikey_2", "frozen")] {
                    push(
                        live,
                        "api_keys",
                        json!({ "id": id, "name": "cd", "workspace_id": "wrkspc_lab", "status": status }),
                    );
                }
            });
        }),
    ];
    for (reason, change) in cases {
        let world = world();
        change(&world);
        let before = (world.read("bylaws/people.yaml"), world.read("bylaws/rest.yaml"));
        let said = world.run("adopt --write").ended(0);
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains(reason), "{text}");
        assert_eq!((world.read("bylaws/people.yaml"), world.read("bylaws/rest.yaml")), before, "{text}");
    }
}
