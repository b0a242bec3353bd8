//! G8: values that no version knows yet: kept, shown, never rewritten.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World};

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_r", "email": "root@acme.com", "role": "admin" },
            { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            { "id": "user_b", "email": "bob@acme.com", "role": "user" },
        ],
        "invites": [{ "id": "invite_d", "email": "dee@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{
            "id": "wrkspc_lab", "name": "lab", "display_color": "#111111", "tags": { "env": "test" },
            "data_residency": { "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "global" },
        }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_a", "workspace_role": "workspace_user" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_user" },
        ],
        "api_keys": [
            { "id": "apikey_ci", "name": "ci", "scope": { "type": "workspace", "workspace_id": "wrkspc_lab" } },
            { "id": "apikey_cd", "name": "cd", "scope": { "type": "workspace", "workspace_id": "wrkspc_lab" } },
        ],
    })
}

/// What a line asks for that has to do with the thing, or that there is no line and a policy that removes.
const WISHES: [(&str, &str); 4] = [
    ("as it would be", "ada@acme.com: user, dee@acme.com: user|ada@acme.com: workspace_user|ci: active"),
    (
        "otherwise",
        "ada@acme.com: developer, dee@acme.com: developer|ada@acme.com: workspace_admin|ci: inactive",
    ),
    ("gone", "ada@acme.com: none, dee@acme.com: none|ada@acme.com: none|ci: archived"),
    ("unlisted", "||"),
];

fn files(wish: &str) -> String {
    let [people, memberships, keys]: [&str; 3] = wish.split('|').collect::<Vec<_>>().try_into().unwrap();
    format!(
        "bylaws: 1\norganization: {{id: {ID}}}\n\
         unlisted: {{members: remove, workspace_members: remove, api_keys: remove}}\n\
         guards: {{access_loss: {{max: 50, share: 100%}}, approve: [{{changes: [update workspace/lab/api_key/ci], until: 2026-12-01, reason: why}}]}}\n\
         members: {{root@acme.com: admin, bob@acme.com: user, {people}}}\n\
         workspaces: {{lab: {{members: {{bob@acme.com: workspace_user, {memberships}}}, api_keys: {{cd: active, {keys}}}}}}}\n"
    )
}

#[test]
fn g8_unknown_roles_and_states_and_fields_are_kept_and_shown() {
    let mut row = Row::default();
    // Where it stands, what stands there, and which requests would touch it.
    let cases: [(&str, Value, &[&str]); 9] = [
        ("/users/1/role", json!("astronaut"), &["/users/user_a"]),
        ("/invites/0/role", json!("astronaut"), &["/invites"]),
        ("/invites/0/status", json!("evaporated"), &["/invites"]),
        ("/workspace_members/0/workspace_role", json!("workspace_astronaut"), &["/members/user_a"]),
        ("/api_keys/0/status", json!("hibernating"), &["/api_keys/apikey_ci"]),
        ("/api_keys/0/scope/type", json!("galaxy"), &["/api_keys/apikey_ci"]),
        ("/api_keys/0/principal", json!({ "type": "robot_actor", "robot_id": "robot_1" }), &[]),
        ("/workspaces/0/data_residency/default_inference_geo", json!("mars"), &["/workspaces/wrkspc_lab"]),
        (
            "/workspaces/0/data_residency/allowed_inference_geos",
            json!(["us", "mars"]),
            &["/workspaces/wrkspc_lab"],
        ),
    ];
    for (pointer, value, touching) in cases {
        for (wished, wish) in WISHES {
            let (world, before) = begun(pointer, &value, wish);
            let plan = world.run("plan");
            let ran = world.run("apply --auto-approve");
            let writes: Vec<String> = world.written().into_iter().map(|entry| entry.path).collect();
            // A leaver takes their memberships along, whatever these are called: that is one request for the person.
            let leaves = wished != "as it would be"
                && pointer.starts_with("/workspace_members")
                && wished != "otherwise";
            let touched = writes.iter().any(|path| touching.iter().any(|part| path.ends_with(part)));
            let state = world.state_json();
            let stands = state.pointer(pointer) == before.pointer(pointer);
            let is_run = ran.code == 0 || ran.code == 3 && writes.is_empty();
            let holds = is_run && !touched && (stands || leaves || touching.is_empty());
            row.case(holds, || format!("{pointer} = {value}, {wished}: {writes:?} {ran}"));
            let word = value.as_str().map_or_else(String::new, str::to_owned);
            // Where a line or a policy asks for something else, the plan says what stands in its way.
            let asks = matches!(wished, "otherwise" | "gone" | "unlisted") && !leaves && !word.is_empty();
            // A key whose scope nobody knows lies in none that the files list: there it is missing.
            let outside = pointer.ends_with("scope/type");
            // Fields of a workspace that no line asks for are not this plan's business.
            let unasked = pointer.starts_with("/workspaces");
            let shown = plan.out.contains(&word) || !asks || outside || unasked;
            row.case(shown, || format!("{pointer} = {value}, {wished}, not shown: {plan}"));
        }
    }
    // Fields that nobody knows: a write beside them leaves them as they are.
    for pointer in [
        "/users/1",
        "/invites/0",
        "/workspaces/0",
        "/workspaces/0/tags",
        "/workspace_members/0",
        "/api_keys/0",
    ] {
        let mut state = live();
        let extra = if pointer.ends_with("tags") { "anthropic_orbit" } else { "orbit" };
        state.pointer_mut(pointer).unwrap()[extra] = json!("low");
        let world = World::here(state);
        let before = world.state_json();
        let text = files(WISHES[1].1).replace("dee@acme.com: developer", "dee@acme.com: user");
        world.write(
            "bylaws.yaml",
            &text.replace("lab: {", "lab: {tags: {env: prod}, display_color: \"#222222\", "),
        );
        let ran = world.run("apply --auto-approve");
        let after = world.state_json();
        let field = format!("{pointer}/{extra}");
        let kept = before.pointer(&field).is_some() && same(&before, &after, &field);
        row.case(ran.code == 0 && world.written().len() == 4 && kept, || format!("{field}: {ran}"));
    }
}

/// The world with this value in place, its files written; and its state.
fn begun(pointer: &str, value: &Value, wish: &str) -> (World, Value) {
    let mut state = live();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    state.pointer_mut(parent).unwrap()[field] = value.clone();
    let world = World::here(state);
    let before = world.state_json();
    world.write("bylaws.yaml", &files(wish).replace(", }", "}").replace("{, ", "{"));
    (world, before)
}

fn same(before: &Value, after: &Value, pointer: &str) -> bool {
    before.pointer(pointer) == after.pointer(pointer)
}
