//! L: import, what is not listed, and drift.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World, cases};

/// Whatever is there: what import writes removes nobody who comes later.
#[test]
fn l2_import_writes_no_policy_that_removes() {
    let mut row = Row::default();
    for seed in cases(40, 1_000) {
        let mut dice = crate::dice::Dice::new(seed ^ 0x4c);
        let world = World::here(crate::organization::random(&mut dice)).with_token(crate::world::TOKEN);
        let ran = world.run("import --single whole.yaml");
        let text = if ran.code == 0 { world.read("whole.yaml") } else { String::new() };
        let removes = text.lines().any(|line| line.trim_end().ends_with(": remove"));
        row.case(ran.code == 0 && text.contains("report") && !removes, || format!("seed {seed}: {ran}"));
    }
}

#[test]
fn l6_the_changes_of_an_apply_are_no_drift() {
    let mut row = Row::default();
    for name in ["minimal", "acme", "enterprise"] {
        let world = World::example_here(name);
        let ran = world.run("apply bylaws --auto-approve");
        row.case(ran.code == 0, || format!("{name}: {ran}"));
        let ran = world.run("plan bylaws --detailed-exitcode");
        row.case(ran.code == 0, || format!("{name}: {ran}"));
    }
}

#[test]
fn l7_reading_does_not_repair_drift() {
    let mut row = Row::default();
    let world = World::example_here("acme");
    assert_eq!(world.run("apply bylaws --auto-approve").code, 0);
    let mut seed = world.state_json();
    let roles = ["user", "developer", "billing"];
    for n in 0..seed["users"].as_array().unwrap().len() {
        // Somebody is to become an admin, which the API cannot do whatever they are.
        if seed["users"][n]["email"] == "omar@acme.com" {
            continue;
        }
        let role = seed["users"][n]["role"].as_str().unwrap().to_owned();
        let Some(other) = roles.iter().find(|other| roles.contains(&role.as_str()) && **other != role) else {
            continue;
        };
        let was = std::mem::replace(&mut seed["users"][n]["role"], json!(other));
        world.reset(&seed);
        for line in [
            "plan bylaws --detailed-exitcode",
            "snapshot --out live.json",
            "plan bylaws --live live.json --detailed-exitcode",
        ] {
            let ran = world.run(line);
            let told = if line.starts_with("plan") { ran.code == 2 } else { ran.code == 0 };
            row.case(told && world.written().is_empty(), || format!("{line}: {ran}"));
        }
        seed["users"][n]["role"] = was;
    }
}

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_r", "email": "root@acme.com", "role": "admin" },
            { "id": "user_a", "email": "ada@acme.com", "role": "developer" },
            { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
        ],
        "invites": [{ "id": "invite_d", "email": "dee@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{
            "id": "wrkspc_lab", "name": "lab", "display_color": "#112233", "tags": { "env": "prod" },
            "data_residency": { "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "global" },
        }, { "id": "wrkspc_ops", "name": "ops" }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_a", "workspace_role": "workspace_developer" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_user" },
        ],
        "api_keys": [
            { "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab", "status": "inactive" },
        ],
    })
}

#[test]
fn l5_every_drifted_field_is_found_and_nothing_else() {
    let mut row = Row::default();
    let world = World::here(live());
    assert_eq!(world.run("import bylaws").code, 0);
    // Import pins workspaces by id; a name is managed where the files give one.
    let text = world.read("bylaws/workspaces.yaml");
    world.write("bylaws/workspaces.yaml", &text.replace("id: wrkspc_lab", "id: wrkspc_lab\n    name: lab"));
    let cases: [(&str, &str, Value, &str); 14] = [
        ("/users/1/role", "role", json!("user"), "member/ada@acme.com"),
        ("/users/2/role", "role", json!("developer"), "member/bob@acme.com"),
        ("/users/3/role", "role", json!("claude_code_user"), "member/cai@acme.com"),
        ("/workspaces/0/name", "name", json!("labor"), "workspace/lab"),
        ("/workspaces/0/display_color", "display_color", json!("#112234"), "workspace/lab"),
        ("/workspaces/0/tags/env", "tags", json!("test"), "workspace/lab"),
        ("/workspaces/0/tags", "tags", json!({ "env": "prod", "more": "x" }), "workspace/lab"),
        ("/workspaces/0/tags", "tags", json!({}), "workspace/lab"),
        (
            "/workspaces/0/data_residency/allowed_inference_geos",
            "data_residency",
            json!(["us", "global"]),
            "workspace/lab",
        ),
        (
            "/workspaces/0/data_residency/default_inference_geo",
            "data_residency",
            json!("us"),
            "workspace/lab",
        ),
        (
            "/workspace_members/0/workspace_role",
            "workspace_role",
            json!("workspace_admin"),
            "workspace/lab/member/ada@acme.com",
        ),
        (
            "/workspace_members/1/workspace_role",
            "workspace_role",
            json!("workspace_developer"),
            "workspace/lab/member/bob@acme.com",
        ),
        ("/api_keys/0/status", "status", json!("inactive"), "workspace/lab/api_key/ci"),
        ("/api_keys/1/status", "status", json!("active"), "workspace/lab/api_key/cd"),
    ];
    for (pointer, field, value, address) in cases {
        let mut state = live();
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        state.pointer_mut(parent).unwrap()[last] = value.clone();
        world.reset(&state);
        let plan = world.run("plan --format json").json();
        let found: Vec<(String, Vec<String>)> = plan["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|change| {
                let fields =
                    change["after"].as_object().into_iter().flatten().map(|(field, _)| field.clone());
                (change["address"].as_str().unwrap_or_default().to_owned(), fields.collect())
            })
            // A key that somebody switched off is given back only with an approval.
            .chain(plan["blocked"].as_array().into_iter().flatten().map(|item| {
                (item["address"].as_str().unwrap_or_default().to_owned(), vec![field.to_owned()])
            }))
            .collect();
        row.case(found == [(address.to_owned(), vec![field.to_owned()])], || {
            format!("{pointer} = {value}: {found:?}")
        });
    }
    world.reset(&live());
    let ran = world.run("plan --detailed-exitcode");
    row.case(ran.code == 0, || ran.to_string());
}

#[test]
fn l3_unlisted_objects_are_not_changed_without_a_policy() {
    let mut row = Row::default();
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\n");
    for files in [
        "members: {root@acme.com: admin}\n",
        "members: {root@acme.com: admin}\nworkspaces: {ops: {members: {}, api_keys: {}}}\n",
        "workspaces: {lab: {}}\n",
        "workspaces: {lab: {members: {ada@acme.com: workspace_developer}}}\n",
        "workspaces: {lab: {api_keys: {ci: active}}}\n",
        "members: {root@acme.com: admin, ada@acme.com: developer}\nworkspaces: {}\napi_keys: {}\n",
    ] {
        for policy in [
            "",
            "unlisted: {members: report, workspace_members: report, api_keys: report}\n",
            "unlisted: {members: ignore, workspaces: ignore, workspace_members: ignore, api_keys: ignore}\n",
        ] {
            let world = World::here(live());
            world.write("bylaws.yaml", &format!("{head}{files}{policy}"));
            let ran = world.run("apply --auto-approve");
            row.case(ran.code == 0 && world.written().is_empty(), || ran.to_string());
        }
    }
}
