//! E1: a saved plan, and what somebody changed between it and apply: every field of every kind that the
//! plan touches, every field that it does not, and everything done already.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World};

/// What becomes of the saved plan.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// Refused before the first write, and this change is named.
    Refused(&'static str),
    /// Everything that is still to do is done, and this change is among it.
    Sent(&'static str),
    /// Somebody did this one already; the others are done.
    Already(&'static str),
}

struct Edit {
    what: &'static str,
    made: fn(&mut Value),
    then: Then,
}

/// A plan with a change of every action and kind.
fn files() -> String {
    format!(
        "bylaws: 1\norganization: {{id: {ID}}}\nguards:\n  access_loss: {{max: 50, share: 90%}}\n  approve:\n    - changes: [archive workspace/end, update workspace/lab/api_key/on, update workspace/lab/api_key/gone]\n      until: 2026-08-15\n      reason: clearing up\n\
         members:\n  ada@acme.com: developer\n  bob@acme.com: developer\n  cai@acme.com: user\n  dee@acme.com: none\n  eva@acme.com: none\n  fox@acme.com: user\n  gil@acme.com: developer\n  uma@acme.com: user\n  xia@acme.com: user\n  yan@acme.com: user\n\
         workspaces:\n  ops: {{members: {{xia@acme.com: workspace_user}}}}\n  lab:\n    display_color: \"#222222\"\n    tags: {{env: prod}}\n    data_residency: {{allowed_inference_geos: [us], default_inference_geo: us}}\n    members: {{bob@acme.com: workspace_developer, cai@acme.com: none, ada@acme.com: workspace_user}}\n    api_keys: {{ci: inactive, cd: active, on: active, gone: archived}}\n\
         \x20 renamed: {{id: wrkspc_old, name: new-name}}\n  end: {{state: archived}}\n  new: {{members: {{xia@acme.com: workspace_user}}}}\n"
    )
}

fn state() -> Value {
    let user = |id: &str, email: &str, role: &str| json!({ "id": id, "email": email, "role": role });
    let invite = |id: &str, email: &str| json!({ "id": id, "email": email, "role": "user", "status": "pending", "invited_at": "2026-07-30T00:00:00Z", "expires_at": "2026-08-20T00:00:00Z" });
    let membership = |workspace: &str, user: &str| json!({ "workspace_id": workspace, "user_id": user, "workspace_role": "workspace_user" });
    let key = |id: &str, name: &str, status: &str| json!({ "id": id, "name": name, "workspace_id": "wrkspc_lab", "status": status });
    json!({
        "now": "2026-08-01T10:00:00Z",
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            user("user_a", "ada@acme.com", "user"), user("user_b", "bob@acme.com", "developer"),
            user("user_c", "cai@acme.com", "user"), user("user_d", "dee@acme.com", "user"),
            user("user_x", "xia@acme.com", "user"), user("user_u", "uma@acme.com", "user"),
        ],
        "invites": [invite("invite_e", "eva@acme.com"), invite("invite_g", "gil@acme.com"), invite("invite_y", "yan@acme.com")],
        "workspaces": [
            {
                "id": "wrkspc_lab", "name": "lab", "display_color": "#111111", "tags": { "env": "test" },
                "data_residency": { "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "global" },
            },
            { "id": "wrkspc_old", "name": "old-name" },
            { "id": "wrkspc_end", "name": "end" },
            { "id": "wrkspc_ops", "name": "ops" },
        ],
        "workspace_members": [membership("wrkspc_lab", "user_b"), membership("wrkspc_lab", "user_c"), membership("wrkspc_ops", "user_x")],
        "api_keys": [
            key("apikey_ci", "ci", "active"), key("apikey_cd", "cd", "active"),
            key("apikey_on", "on", "inactive"), key("apikey_end", "gone", "active"),
        ],
    })
}

/// The object of a list with this id; of a membership, that of the user.
fn of<'a>(state: &'a mut Value, list: &str, id: &str) -> &'a mut Value {
    let field = if list == "workspace_members" { "user_id" } else { "id" };
    state[list].as_array_mut().unwrap().iter_mut().find(|object| object[field] == id).unwrap()
}

fn drop(state: &mut Value, list: &str, id: &str) {
    let field = if list == "workspace_members" { "user_id" } else { "id" };
    state[list].as_array_mut().unwrap().retain(|object| object[field] != id);
}

fn add(state: &mut Value, list: &str, object: Value) {
    state[list].as_array_mut().unwrap().push(object);
}

fn membership(user: &str, role: &str) -> Value {
    json!({ "workspace_id": "wrkspc_lab", "user_id": user, "workspace_role": role })
}

/// Sets a field, as a function that an [`Edit`] can hold.
macro_rules! set {
    ($list:literal $id:literal $field:literal = $($value:tt)+) => {
        |state| of(state, $list, $id)[$field] = json!($($value)+)
    };
}

const ADA: &str = "update member/ada@acme.com";
const DEE: &str = "remove member/dee@acme.com";
const FOX: &str = "invite invite/fox@acme.com";
const EVA: &str = "revoke invite/eva@acme.com";
const LAB: &str = "update workspace/lab";
const RENAMED: &str = "update workspace/renamed";
const NEW: &str = "create workspace/new";
const END: &str = "archive workspace/end";
const MEMBERSHIP: &str = "create workspace/lab/member/ada@acme.com";
const RAISED: &str = "update workspace/lab/member/bob@acme.com";
const OUT: &str = "remove workspace/lab/member/cai@acme.com";
const OFF: &str = "update workspace/lab/api_key/ci";
const ON: &str = "update workspace/lab/api_key/on";
const GONE: &str = "update workspace/lab/api_key/gone";

#[rustfmt::skip]
fn edits() -> Vec<Edit> {
    use Then::{Already, Refused, Sent};
    let row = |what, made, then| Edit { what, made, then };
    vec![
        // Members.
        row("a role to be changed is another one", set!("users" "user_a" "role" = "billing"), Refused(ADA)),
        row("a role to be changed was raised beyond", set!("users" "user_a" "role" = "admin"), Refused(ADA)),
        row("a role to be changed is as wanted", set!("users" "user_a" "role" = "developer"), Already(ADA)),
        row("a member to be changed is gone", |s| { drop(s, "users", "user_a"); }, Refused(ADA)),
        row("a member to be changed has another address", set!("users" "user_a" "email" = "ada.l@acme.com"), Refused(ADA)),
        row("a member to be changed has another name", set!("users" "user_a" "name" = "Countess"), Sent(ADA)),
        row("a member to be changed came back as another user", set!("users" "user_a" "id" = "user_a2"), Refused(ADA)),
        row("a member to be removed has another role", set!("users" "user_d" "role" = "developer"), Refused(DEE)),
        row("a member to be removed became an admin", set!("users" "user_d" "role" = "admin"), Refused(DEE)),
        row("a member to be removed is gone", |s| drop(s, "users", "user_d"), Already(DEE)),
        row("a member to be removed has another name", set!("users" "user_d" "name" = "D"), Sent(DEE)),
        row("a member to be removed came back as another user", set!("users" "user_d" "id" = "user_d2"), Refused(DEE)),
        // Invites.
        row("somebody to be invited was invited so", |s| add(s, "invites", json!({ "id": "invite_f", "email": "fox@acme.com", "role": "user", "status": "pending" })), Already(FOX)),
        row("somebody to be invited was invited otherwise", |s| add(s, "invites", json!({ "id": "invite_f", "email": "fox@acme.com", "role": "developer", "status": "pending" })), Refused(FOX)),
        row("somebody to be invited is a member", |s| add(s, "users", json!({ "id": "user_f", "email": "fox@acme.com", "role": "user" })), Already(FOX)),
        row("somebody to be invited is a member with another role", |s| add(s, "users", json!({ "id": "user_f", "email": "fox@acme.com", "role": "billing" })), Refused(FOX)),
        row("an invite to be withdrawn has another role", set!("invites" "invite_e" "role" = "developer"), Refused(EVA)),
        row("an invite to be withdrawn was withdrawn", set!("invites" "invite_e" "status" = "deleted"), Already(EVA)),
        row("an invite to be withdrawn ran out", set!("invites" "invite_e" "status" = "expired"), Already(EVA)),
        row("an invite to be withdrawn was accepted", |s| { drop(s, "invites", "invite_e"); add(s, "users", json!({ "id": "user_e", "email": "eva@acme.com", "role": "user" })); }, Refused(EVA)),
        row("an invite to be replaced was accepted", |s| { of(s, "invites", "invite_g")["status"] = json!("accepted"); add(s, "users", json!({ "id": "user_g", "email": "gil@acme.com", "role": "user" })); }, Refused("invite invite/gil@acme.com")),
        row("an invite to be replaced was sent anew", set!("invites" "invite_g" "id" = "invite_g2"), Refused("invite invite/gil@acme.com")),
        // Workspaces.
        row("a colour is another one", set!("workspaces" "wrkspc_lab" "display_color" = "#333333"), Refused(LAB)),
        row("tags are other ones", set!("workspaces" "wrkspc_lab" "tags" = {"env": "world"}), Refused(LAB)),
        row("a tag was added", set!("workspaces" "wrkspc_lab" "tags" = {"env": "test", "team": "x"}), Refused(LAB)),
        row("geos are other ones", set!("workspaces" "wrkspc_lab" "data_residency" = {"workspace_geo": "us", "allowed_inference_geos": ["us", "eu"], "default_inference_geo": "us"}), Refused(LAB)),
        row("a part of the settings is as wanted", set!("workspaces" "wrkspc_lab" "display_color" = "#222222"), Refused(LAB)),
        row("all settings are as wanted", |s| { let lab = of(s, "workspaces", "wrkspc_lab"); lab["display_color"] = json!("#222222"); lab["tags"] = json!({"env": "prod"}); lab["data_residency"] = json!({"workspace_geo": "us", "allowed_inference_geos": ["us"], "default_inference_geo": "us"}); }, Already(LAB)),
        row("a workspace bears another name", set!("workspaces" "wrkspc_lab" "name" = "laboratory"), Refused(LAB)),
        row("a workspace was archived", set!("workspaces" "wrkspc_lab" "archived_at" = "2026-07-31T00:00:00Z"), Refused(LAB)),
        row("a workspace to be renamed bears a third name", set!("workspaces" "wrkspc_old" "name" = "third"), Refused(RENAMED)),
        row("a workspace to be renamed is renamed", set!("workspaces" "wrkspc_old" "name" = "new-name"), Already(RENAMED)),
        row("a workspace to be renamed has another colour", set!("workspaces" "wrkspc_old" "display_color" = "#444444"), Sent(RENAMED)),
        row("a workspace to be made is there", |s| add(s, "workspaces", json!({ "id": "wrkspc_new", "name": "new" })), Already(NEW)),
        row("a workspace to be made is there twice", |s| { add(s, "workspaces", json!({ "id": "wrkspc_n1", "name": "new" })); add(s, "workspaces", json!({ "id": "wrkspc_n2", "name": "new" })); }, Refused(NEW)),
        row("a workspace to be archived is archived", set!("workspaces" "wrkspc_end" "archived_at" = "2026-07-31T00:00:00Z"), Already(END)),
        row("a workspace to be archived bears another name", set!("workspaces" "wrkspc_end" "name" = "not-the-end"), Refused(END)),
        row("a second workspace bears the name to be archived", |s| add(s, "workspaces", json!({ "id": "wrkspc_e2", "name": "end" })), Refused(END)),
        // Workspace members.
        row("somebody to be added has the membership", |s| add(s, "workspace_members", membership("user_a", "workspace_user")), Already(MEMBERSHIP)),
        row("somebody to be added has another membership", |s| add(s, "workspace_members", membership("user_a", "workspace_admin")), Refused(MEMBERSHIP)),
        row("a membership to be raised is another one", set!("workspace_members" "user_b" "workspace_role" = "workspace_admin"), Refused(RAISED)),
        row("a membership to be raised is as wanted", set!("workspace_members" "user_b" "workspace_role" = "workspace_developer"), Already(RAISED)),
        row("a membership to be raised is gone", |s| drop(s, "workspace_members", "user_b"), Refused(RAISED)),
        row("a membership to be taken is another one", set!("workspace_members" "user_c" "workspace_role" = "workspace_developer"), Refused(OUT)),
        row("a membership to be taken is gone", |s| drop(s, "workspace_members", "user_c"), Already(OUT)),
        // Keys.
        row("a key to be switched off is off", set!("api_keys" "apikey_ci" "status" = "inactive"), Already(OFF)),
        row("a key to be switched off is archived", set!("api_keys" "apikey_ci" "status" = "archived"), Refused(OFF)),
        row("a key to be switched off ran out", set!("api_keys" "apikey_ci" "status" = "expired"), Refused(OFF)),
        row("a key to be switched off bears another name", set!("api_keys" "apikey_ci" "name" = "ci-2"), Refused(OFF)),
        row("a key to be switched off was made anew", set!("api_keys" "apikey_ci" "id" = "apikey_ci2"), Refused(OFF)),
        row("a key to be switched on is on", set!("api_keys" "apikey_on" "status" = "active"), Already(ON)),
        row("a key to be switched on is archived", set!("api_keys" "apikey_on" "status" = "archived"), Refused(ON)),
        row("a key to be archived is archived", set!("api_keys" "apikey_end" "status" = "archived"), Already(GONE)),
        row("a key to be archived is off", set!("api_keys" "apikey_end" "status" = "inactive"), Refused(GONE)),
        // A membership is judged by the role that goes before it.
        row("a role that a membership depends on is another one", set!("users" "user_x" "role" = "developer"), Refused("create workspace/new/member/xia@acme.com")),
        // Nothing of this plan's business.
        row("the organization has another name", |s| s["organization"]["name"] = json!("Acme Ltd"), Sent(ADA)),
        row("an untouched member has another role", set!("users" "user_u" "role" = "developer"), Sent(ADA)),
        row("an untouched member has another name", set!("users" "user_x" "name" = "X"), Sent(ADA)),
        row("an untouched member is gone", |s| drop(s, "users", "user_u"), Sent(ADA)),
        row("somebody unknown joined", |s| add(s, "users", json!({ "id": "user_z", "email": "zoe@acme.com", "role": "user" })), Sent(ADA)),
        row("an untouched invite was withdrawn", set!("invites" "invite_y" "status" = "deleted"), Sent(ADA)),
        row("an untouched workspace has another colour", set!("workspaces" "wrkspc_ops" "display_color" = "#abcdef"), Sent(ADA)),
        row("an untouched workspace has tags", set!("workspaces" "wrkspc_ops" "tags" = {"a": "b"}), Sent(ADA)),
        row("a workspace nobody lists was made", |s| add(s, "workspaces", json!({ "id": "wrkspc_z", "name": "zoo" })), Sent(ADA)),
        row("an untouched membership has another role", |s| s["workspace_members"][2]["workspace_role"] = json!("workspace_developer"), Sent(ADA)),
        row("an untouched key is off", set!("api_keys" "apikey_cd" "status" = "inactive"), Sent(ADA)),
        row("a key nobody lists was made", |s| add(s, "api_keys", json!({ "id": "apikey_z", "name": "z", "workspace_id": "wrkspc_lab" })), Sent(ADA)),
    ]
}

/// Every edit of the table.
#[test]
fn e1_a_saved_plan_is_refused_if_its_objects_changed_and_applied_otherwise() {
    let mut row = Row::default();
    let world = World::here(state());
    world.write("bylaws.yaml", &files());
    let saved = world.run("plan --out saved.json --format json");
    assert_eq!(saved.code, 0, "{saved}");
    let planned: Vec<String> = ids(&saved.json(), |_| true);
    for Edit { what, made, then } in edits() {
        let mut live = state();
        made(&mut live);
        world.reset(&live);
        let ran = world.run("apply --plan saved.json --format json");
        let report = serde_json::from_str(&ran.out).unwrap_or_default();
        let done = ids(&report, |entry| entry["outcome"] == "done");
        let holds = match then {
            Then::Refused(change) => ran.code == 6 && ran.err.contains(change) && world.written().is_empty(),
            Then::Sent(change) => ran.code == 0 && done == planned && done.iter().any(|id| id == change),
            Then::Already(change) => {
                let others: Vec<&String> = planned.iter().filter(|id| *id != change).collect();
                ran.code == 0
                    && others.iter().all(|id| done.contains(id))
                    && world.written().len() < planned.len()
            }
        };
        row.case(holds, || {
            format!(
                "{what}, expected {then:?}: exit {} {} {}",
                ran.code,
                ran.err.lines().last().unwrap_or_default(),
                ran.out.lines().last().unwrap_or_default()
            )
        });
    }
    row.figure(format!("{} changes planned", planned.len()));
}

fn ids(document: &Value, which: fn(&Value) -> bool) -> Vec<String> {
    let changes = document["changes"].as_array().into_iter().flatten();
    changes.filter(|entry| which(entry)).filter_map(|entry| entry["id"].as_str().map(str::to_owned)).collect()
}
