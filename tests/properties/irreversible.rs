//! I: what cannot be undone.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World, all_or};

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_a", "email": "ada@acme.com", "role": "developer" },
            { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
        ],
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }, { "id": "wrkspc_ops", "name": "ops" }],
        "api_keys": [
            { "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab" },
        ],
    })
}

fn head(rest: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}")
}

fn archived(world: &World) -> bool {
    let state = world.emulator.state();
    state.workspaces.iter().any(|workspace| workspace.archived_at.is_some())
        || state.api_keys.iter().any(|key| key.status == "archived")
}

#[test]
fn i1_only_an_approval_archives_a_workspace_or_a_key() {
    let mut row = Row::default();
    let workspace = "workspaces: {lab: {state: archived}, ops: {}}\n";
    let key = "workspaces: {lab: {api_keys: {ci: archived, cd: active}}, ops: {}}\n";
    let approve = |change: &str, until: &str| {
        format!("guards: {{approve: [{{changes: [{change}], until: {until}, reason: why}}]}}\n")
    };
    for (files, change) in [(workspace, "archive workspace/lab"), (key, "update workspace/lab/api_key/ci")] {
        for flags in 0..8_u8 {
            let world = World::here(live());
            let policies = "unlisted: {members: remove, workspace_members: remove, api_keys: remove}\nmembers: {ada@acme.com: developer, bob@acme.com: user, cai@acme.com: user}\n";
            world.write("bylaws.yaml", &head(&format!("{files}{policies}")));
            let mut line = "apply --auto-approve".to_owned();
            for (bit, flag) in [(1, " --strict"), (2, " --allow-stale"), (4, " --journal j")] {
                if flags & bit != 0 {
                    line += flag;
                }
            }
            let ran = world.run(&line);
            row.case(!archived(&world), || format!("{line}: {ran}"));
        }
        for (until, holds) in [("2026-12-01", true), ("2026-11-20", false), ("2027-11-01", false)] {
            let world = World::here(live());
            world.write("bylaws.yaml", &head(&format!("{files}{}", approve(change, until))));
            let ran = world.run("apply --auto-approve");
            row.case(archived(&world) == holds, || format!("approved until {until}: {ran}"));
        }
        let world = World::here(live());
        world.write(
            "bylaws.yaml",
            &head(&format!("{files}{}", approve("archive workspace/ops", "2026-12-01"))),
        );
        let ran = world.run("apply --auto-approve");
        row.case(!archived(&world), || format!("something else approved: {ran}"));
    }
}

#[test]
fn i2_an_unlisted_workspace_is_reported_and_not_archived() {
    let mut row = Row::default();
    for listed in ["{ops: {}}", "{ops: {members: {}}}", "{ops: {api_keys: {}}}"] {
        let world = World::here(live());
        world.write(
            "bylaws.yaml",
            &head(&format!(
                "workspaces: {listed}\nunlisted: {{workspace_members: remove, api_keys: remove}}\n"
            )),
        );
        let ran = world.run("apply --auto-approve");
        let reported = ran.out.contains("workspace/lab");
        row.case(!archived(&world) && reported && world.written().is_empty(), || ran.to_string());
    }
}

#[test]
fn i3_protected_objects_stay() {
    let mut row = Row::default();
    for (files, address) in [
        ("members: {ada@acme.com: none, bob@acme.com: user, cai@acme.com: user}\n", "member/ada@acme.com"),
        (
            "members: {bob@acme.com: user, cai@acme.com: user}\nunlisted: {members: remove}\n",
            "member/ada@acme.com",
        ),
        ("members: {ada@acme.com: user, bob@acme.com: user, cai@acme.com: user}\n", "member/ada@acme.com"),
        ("workspaces: {lab: {state: archived}}\n", "workspace/lab"),
        ("workspaces: {lab: {api_keys: {ci: inactive, cd: active}}}\n", "workspace/lab/api_key/ci"),
        (
            "workspaces: {lab: {api_keys: {cd: active}}}\nunlisted: {api_keys: remove}\n",
            "workspace/lab/api_key/ci",
        ),
    ] {
        for approved in [false, true] {
            let world = World::here(live());
            let actions =
                ["remove", "update", "archive"].map(|action| format!("{action} {address}")).join(", ");
            let approve = if approved {
                format!(", approve: [{{changes: [{actions}], until: 2026-12-01, reason: why}}]")
            } else {
                String::new()
            };
            world.write("bylaws.yaml", &head(&format!("{files}guards: {{protect: [{address}]{approve}}}\n")));
            let ran = world.run("apply --auto-approve");
            let refused = ran.code == 3 || !approved && address == "workspace/lab" && ran.code == 0;
            row.case(refused && world.written().is_empty(), || format!("{address}: {ran}"));
        }
    }
}

/// Two archived workspaces and a key among many other changes, with and without power given as well.
#[test]
fn i5_irreversible_changes_come_first_in_a_plan_of_any_length() {
    let mut row = Row::default();
    let most: &[usize] = all_or(&[0, 1, 10, 100], &[0, 1, 10, 100, 1_000]);
    for &others in most {
        for raised in [false, true] {
            let users: Vec<Value> = (0..others)
                .map(|n| json!({ "id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user" }))
                .collect();
            let world = World::here(json!({
                "organization": { "id": ID, "name": "Acme" },
                "users": users,
                "workspaces": [{ "id": "wrkspc_a", "name": "a" }, { "id": "wrkspc_z", "name": "z" }, { "id": "wrkspc_m", "name": "m" }],
                "api_keys": [
                    { "id": "apikey_1", "name": "k", "workspace_id": "wrkspc_m" },
                    { "id": "apikey_2", "name": "stays", "workspace_id": "wrkspc_m" },
                ],
            }));
            let role = if raised { "developer" } else { "claude_code_user" };
            let mut text = format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  zoe@acme.com: user\n");
            for n in 0..others {
                // One stays as they are: nothing may lower everybody.
                text += &format!("  p{n}@acme.com: {}\n", if n == 0 { "user" } else { role });
            }
            text += "workspaces: {a: {state: archived}, z: {state: archived}, m: {display_color: \"#222222\", api_keys: {k: archived, stays: active}}}\n\
                     guards:\n  access_loss: {max: 100000, share: 100%}\n  approve:\n    - {changes: [archive workspace/a, archive workspace/z, update workspace/m/api_key/k], until: 2026-12-01, reason: why}\n";
            world.write("bylaws.yaml", &text);
            let plan = world.run("plan --format json --out saved.json").json();
            let changes = plan["changes"].as_array().cloned().unwrap_or_default();
            // Told by the request, not by what the plan says of it.
            let for_good = |change: &&Value| {
                let path = change["request"]["path"].as_str().unwrap_or_default();
                path.ends_with("/archive") || change["request"]["body"]["status"] == "archived"
            };
            let ids: Vec<&str> =
                changes.iter().filter(for_good).filter_map(|change| change["id"].as_str()).collect();
            let marked: Vec<&str> = changes
                .iter()
                .filter(|change| {
                    change["classes"].as_array().is_some_and(|all| all.contains(&json!("irreversible")))
                })
                .filter_map(|change| change["id"].as_str())
                .collect();
            let counted = plan["summary"]["classes"]["irreversible"] == 3;
            row.case(ids.len() == 3 && ids == marked && counted, || format!("{others}: {ids:?} {marked:?}"));
            let listed = plan["review_first"].as_array().into_iter().flatten();
            let reasons: Vec<&str> = listed
                .filter(|entry| entry["change"].as_str().is_some_and(|id| ids.contains(&id)))
                .filter_map(|entry| entry["reason"].as_str())
                .collect();
            row.case(reasons.len() == 3, || format!("{others}: {reasons:?}"));
            for line in ["plan", "show saved.json", "apply --plan saved.json"] {
                let ran = world.run(line);
                // Whatever is cut off below, the head of the text, its title and these lines, stays.
                let section = ran.out.lines().position(|line| line.starts_with("Review first"));
                let first: Vec<&str> =
                    ran.out.lines().skip(section.map_or(usize::MAX, |at| at + 1)).take(3).collect();
                let named =
                    first.len() == 3 && reasons.iter().all(|why| first.iter().any(|line| line.contains(why)));
                row.case(named && section.is_some_and(|at| at < 8), || {
                    format!("{others} others, raised {raised}: {line}: {first:?}\n{}", ran.err)
                });
            }
        }
    }
}
