//! C: nobody is locked out, and power is never given unseen.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::organization::ID;
use crate::world::{KEY, Row, World, cases};

fn head(rest: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}")
}

fn organization(users: &Value) -> Value {
    json!({ "organization": { "id": ID, "name": "Acme" }, "users": users })
}

/// Random organizations with files that make, lower, remove and forget admins: no request says so, those who held
/// such a role before hold it afterwards, and nobody else does.
#[test]
fn c1_nobody_becomes_an_admin_or_ceases_to_be_one() {
    const HELD: [&str; 4] = ["admin", "owner", "primary_owner", "membership_admin"];
    let mut row = Row::default();
    let mut asked = 0;
    for seed in cases(40, 5_000) {
        let mut dice = Dice::new(seed ^ 0xC1);
        let world = World::here(crate::organization::random(&mut dice)).with_token(crate::world::TOKEN);
        let held = |world: &World| -> Vec<(String, String)> {
            let users = world.emulator.state().users.into_iter();
            users.filter(|user| HELD.contains(&user.role.as_str())).map(|user| (user.id, user.role)).collect()
        };
        let before = held(&world);
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            // More people are to be made admins, and more admins to be something else, than by chance.
            let text = text.replace("unlisted:\n  members: ignore", "unlisted:\n  members: remove");
            let role = dice.pick(&["acme.com: billing\n", "acme.com: developer\n"]);
            let more = text.replace(role, "acme.com: admin\n");
            // A membership that follows from `billing` cannot stand beside another role.
            let text = if text.contains("workspace_billing") { text } else { more };
            asked += text.matches("acme.com: admin").count();
            world.write(&format!("files/{name}"), &text);
        }
        let ran = world.run("apply files --auto-approve");
        let forbidden = world.written().into_iter().find(|entry| {
            let gives = entry.body["role"].as_str().is_some_and(|role| HELD.contains(&role));
            let takes = before.iter().any(|(id, _)| entry.path == format!("/v1/organizations/users/{id}"));
            gives || takes
        });
        let after = held(&world);
        row.case(matches!(ran.code, 0 | 3) && forbidden.is_none() && after == before, || {
            format!("seed {seed}: {before:?}, then {after:?}: {ran}")
        });
    }
    row.figure(format!("{asked} lines ask for an admin"));
}

#[test]
fn c2_the_key_in_use_is_never_changed() {
    let mut row = Row::default();
    // The hint of the key in use ends as the key does.
    let hint = format!("sk-ant-admin01-{}...{}", &KEY[15..18], &KEY[KEY.len() - 4..]);
    for (policy, wanted) in [("report", "inactive"), ("remove", "active"), ("report", "archived")] {
        let mut state = organization(&json!([{ "id": "user_a", "email": "ada@acme.com", "role": "admin" }]));
        state["api_keys"] = json!([
            { "id": "apikey_own", "name": "ours", "partial_key_hint": hint, "scope": { "type": "organization" } },
            { "id": "apikey_b", "name": "b", "scope": { "type": "organization" } },
        ]);
        let world = World::here(state);
        let line =
            if policy == "remove" { "b: active".to_owned() } else { format!("ours: {wanted}, b: active") };
        world.write(
            "bylaws.yaml",
            &head(&format!("api_keys: {{{line}}}\nunlisted: {{api_keys: {policy}}}\n")),
        );
        let ran = world.run("apply --auto-approve");
        let kept = world.state().contains(&"key ours active".to_owned());
        row.case(kept && world.written().is_empty(), || ran.to_string());
    }
}

#[test]
fn c3_a_missing_required_admin_is_named_with_a_place() {
    let mut row = Row::default();
    let world = World::here(organization(&json!([])));
    for members in ["{bob@acme.com: user}", "{grace@acme.com: user}"] {
        world.write(
            "bylaws.yaml",
            &head(&format!("members: {members}\nguards: {{required_admins: [grace@acme.com]}}\n")),
        );
        let ran = world.run("validate");
        row.case(ran.code == 4 && ran.out.contains("bylaws.yaml:4:28"), || ran.to_string());
    }
}

#[test]
fn c4_one_person_twice_is_an_error_with_both_places() {
    let mut row = Row::default();
    let world = World::here(organization(&json!([])));
    for (second, column) in [("ada@acme.com", 3), ("ADA@acme.com", 3), ("ada+x@acme.com", 3)] {
        world
            .write("bylaws.yaml", &head(&format!("members:\n  ada@acme.com: user\n  {second}: developer\n")));
        let ran = world.run("validate");
        let both = [4, 5].iter().all(|line| ran.out.contains(&format!("bylaws.yaml:{line}:{column}")));
        row.case(ran.code == 4 && both, || ran.to_string());
    }
}

#[test]
fn c5_changes_that_give_power_come_first() {
    let mut row = Row::default();
    for seed in cases(100, 2_000) {
        let mut dice = Dice::new(seed ^ 0xC5);
        let world = crate::files::world(&mut dice);
        let plan = world.run("plan files --format json").json();
        let text = world.run("plan files").out;
        let first = text.split("\nChanges").next().unwrap_or("");
        let listed: Vec<&Value> = plan["review_first"].as_array().into_iter().flatten().collect();
        let created: Vec<String> = plan["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|change| {
                change["action"] == "create" && change["request"]["path"] == "/v1/organizations/workspaces"
            })
            .map(|change| format!("{}/", change["address"].as_str().unwrap_or_default()))
            .collect();
        for change in plan["changes"].as_array().into_iter().flatten() {
            let rank = |role: &Value| match role.as_str() {
                Some("developer" | "workspace_developer") => 3,
                Some("workspace_restricted_developer") => 2,
                Some("user" | "workspace_user") => 1,
                Some("workspace_admin") => 4,
                _ => 0,
            };
            let before = change["before"]["role"]
                .as_str()
                .map_or(&change["before"]["workspace_role"], |_| &change["before"]["role"]);
            let after = change["after"]["role"]
                .as_str()
                .map_or(&change["after"]["workspace_role"], |_| &change["after"]["role"]);
            // Told apart anew from what the change says: raises in place, and admins of workspaces.
            let raises = change["action"] == "update" && rank(before) > 0 && rank(after) > rank(before);
            let address = change["address"].as_str().unwrap_or_default();
            let is_new = created.iter().any(|workspace| address.starts_with(workspace.as_str()));
            let admin = after == "workspace_admin" && !is_new;
            let archive = change["action"] == "archive";
            if raises || admin || archive {
                let id = &change["id"];
                let reason = listed.iter().find(|entry| entry["change"] == *id).map(|entry| &entry["reason"]);
                let is_first = reason.and_then(Value::as_str).is_some_and(|reason| first.contains(reason));
                row.case(is_first, || format!("seed {seed}: {id} is not among the first\n{text}"));
            }
        }
    }
}

#[test]
fn c6_what_the_service_cannot_do_is_never_sent() {
    let mut row = Row::default();
    for held in ["admin", "owner", "primary_owner", "membership_admin"] {
        for (live, wanted) in [("user", held), (held, "user"), (held, "none")] {
            let world = World::here(organization(&json!([
                { "id": "user_a", "email": "ada@acme.com", "role": live },
                { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            ])));
            world.write(
                "bylaws.yaml",
                &head(&format!("members: {{ada@acme.com: {wanted}, bob@acme.com: user}}\n")),
            );
            let ran = world.run("apply --auto-approve");
            let named = ran.out.contains("Blocked") && ran.out.contains("member/ada@acme.com");
            row.case(named && world.written().is_empty(), || format!("{live} → {wanted}: {ran}"));
        }
    }
}

#[test]
fn c7_the_default_workspace_and_that_of_claude_code_are_never_archived_or_emptied() {
    let mut row = Row::default();
    let mut state = organization(&json!([
        { "id": "user_a", "email": "ada@acme.com", "role": "admin" },
        { "id": "user_b", "email": "bob@acme.com", "role": "developer" },
    ]));
    state["workspaces"] = json!([
        { "id": "wrkspc_default", "name": "Default" },
        { "id": "wrkspc_code", "name": "Claude Code" },
        { "id": "wrkspc_lab", "name": "lab" },
    ]);
    state["workspace_members"] =
        json!([{ "workspace_id": "wrkspc_code", "user_id": "user_b", "workspace_role": "workspace_user" }]);
    // What may stand in the files, and what asks for the end of one of the two, by name and by id.
    for (listed, codes) in [
        ("{lab: {}}", [0, 0]),
        ("{Default: {}, lab: {}}", [0, 0]),
        ("{Claude Code: {}, lab: {}}", [0, 0]),
        ("{lab: {members: {}}}", [0, 0]),
        ("{Default: {state: archived}}", [0, 4]),
        ("{Claude Code: {state: archived}}", [0, 4]),
        ("{other: {id: wrkspc_default, state: archived}}", [0, 4]),
        ("{other: {id: wrkspc_code, state: archived}}", [0, 4]),
        ("{Default: {members: {}}}", [0, 4]),
        ("{Claude Code: {members: {}}}", [0, 4]),
        ("{other: {id: wrkspc_code, members: {}}}", [0, 4]),
    ] {
        let world = World::here(state.clone());
        let approve = "{approve: [{changes: [archive workspace/Default, archive workspace/Claude%20Code, archive workspace/other], until: 2026-12-01, reason: why}]}";
        world.write("bylaws.yaml", &head(&format!(
            "members: {{ada@acme.com: admin, bob@acme.com: developer}}\nworkspaces: {listed}\nguards: {approve}\nunlisted: {{members: remove, workspace_members: remove, api_keys: remove}}\n"
        )));
        let ran = world.run("apply --auto-approve");
        row.case(codes.contains(&ran.code) && world.written().is_empty(), || format!("{listed}: {ran}"));
    }
}
