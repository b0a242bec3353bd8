//! E: what was reviewed is what is applied, and nobody's work is overwritten unseen.

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::organization::ID;
use crate::world::{Row, World, all_or, parallelism};

/// One thing of every kind, and a field of each that the files change.
pub(crate) fn scene() -> (Value, String) {
    let state = json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            { "id": "user_b", "email": "bob@acme.com", "role": "developer" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
            { "id": "user_d", "email": "dee@acme.com", "role": "user" },
        ],
        "invites": [{ "id": "invite_e", "email": "eva@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab", "display_color": "#111111", "tags": { "env": "test" } }, { "id": "wrkspc_ops", "name": "ops" }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_user" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_c", "workspace_role": "workspace_user" },
        ],
        "api_keys": [{ "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" }, { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab" }],
    });
    let files = format!(
        "bylaws: 1\norganization: {{id: {ID}}}\n\
         guards: {{access_loss: {{max: 50, share: 90%}}}}\n\
         members:\n  ada@acme.com: developer\n  bob@acme.com: developer\n  cai@acme.com: user\n  dee@acme.com: none\n  eva@acme.com: none\n  fox@acme.com: user\n\
         workspaces:\n  ops: {{}}\n  lab:\n    display_color: \"#222222\"\n    tags: {{env: prod}}\n\
         \x20   members: {{bob@acme.com: workspace_developer, cai@acme.com: none, ada@acme.com: workspace_user}}\n\
         \x20   api_keys: {{ci: inactive, cd: active}}\n  new: {{}}\n"
    );
    (state, files)
}

/// Every object that the plan of [`scene`] touches, touched by somebody else: where, and to what.
fn touches() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/users/0/role", json!("billing"), "update member/ada@acme.com"),
        ("/users/3/role", json!("developer"), "remove member/dee@acme.com"),
        ("/workspaces/0/display_color", json!("#333333"), "update workspace/lab"),
        ("/workspaces/0/tags", json!({ "env": "world" }), "update workspace/lab"),
        (
            "/workspace_members/0/workspace_role",
            json!("workspace_admin"),
            "update workspace/lab/member/bob@acme.com",
        ),
        (
            "/workspace_members/1/workspace_role",
            json!("workspace_developer"),
            "remove workspace/lab/member/cai@acme.com",
        ),
        ("/api_keys/0/status", json!("archived"), "update workspace/lab/api_key/ci"),
        ("/invites/0/role", json!("developer"), "revoke invite/eva@acme.com"),
    ]
}

#[test]
fn e3_a_saved_plan_with_any_changed_bit_is_refused() {
    let mut row = Row::default();
    let (state, files) = scene();
    let world = World::here(state);
    world.write("bylaws.yaml", &files);
    world.run("plan --out saved.json");
    let whole = std::fs::read(world.path("saved.json")).unwrap();
    let mut dice = Dice::new(0xE3);
    for _ in 0..all_or(500, 10_000) {
        let mut bytes = whole.clone();
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
        std::fs::write(world.path("flipped.json"), &bytes).unwrap();
        let ran = world.run("apply --plan flipped.json");
        row.case(ran.code != 0 && world.written().is_empty(), || format!("byte {at}: {ran}"));
    }
}

#[test]
fn e5_an_older_plan_is_refused_after_a_newer_apply() {
    let mut row = Row::default();
    let (state, files) = scene();
    let world = World::here(state);
    world.write("bylaws.yaml", &files);
    world.run("plan --out older.json");
    world.write("bylaws.yaml", &files.replace("#222222", "#444444"));
    let newer = world.run("apply --auto-approve");
    world.emulator.clear_ledger();
    let ran = world.run("apply --plan older.json");
    row.case(newer.code == 0 && ran.code == 6 && world.written().is_empty(), || format!("{newer}{ran}"));
}

/// Somebody edits the object of change k in the Console right after write k - 1, or while the run waits because
/// the service told write k to. Every write takes longer than a list may be relied on.
#[test]
fn e7_an_edit_in_the_console_is_never_overwritten() {
    let mut row = Row::default();
    let (state, files) = scene();
    let world = World::here(state.clone());
    world.write("bylaws.yaml", &files);
    let plan = world.run("plan --format json").json();
    let changes = plan["changes"].as_array().unwrap();
    for (pointer, value, change) in touches() {
        let k = changes.iter().position(|planned| planned["id"] == change).unwrap();
        let slow = |method: &str| json!({ "method": method, "path": "**", "then": {"latency_ms": 11_000} });
        // Time for an edit between two reads: the clock jumps over it.
        let read = json!({ "method": "GET", "path": "**", "then": {"latency_ms": 20} });
        let request = &changes[k]["request"];
        for step in 0..=k {
            world.reset(&state);
            world.faults(&json!([read, slow("POST"), slow("DELETE")]));
            let edit = edit_beside(&world, &state, pointer, &value, change, || world.written().len() >= step);
            row.told(&format!("{change} edited after write {step}"), edit.is_respected(request, &world));
            // One after another, whatever follows rests on a later reading.
            let is_alone = parallelism() == 1;
            row.case(step == 0 || !is_alone || is_conflict(&edit.entry), || {
                format!("{change} edited after write {step}: {}", edit.entry)
            });
        }
        for wait in ["11", "60"] {
            world.reset(&state);
            let then = json!({"status": 429, "headers": {"retry-after": wait}});
            world.faults(&json!([
                { "method": request["method"], "path": request["path"], "nth": 1, "then": then },
                read,
            ]));
            let told = || world.written().iter().any(|entry| entry.status == Some(429));
            let edit = edit_beside(&world, &state, pointer, &value, change, told);
            row.case(is_conflict(&edit.entry), || {
                format!("{change} edited while it waited {wait} s: {}", edit.entry)
            });
        }
    }
}

/// An edit that was made beside a run.
struct Edit {
    /// What the report says of the change.
    entry: Value,
    /// How many requests had arrived when it was made.
    at: usize,
}

impl Edit {
    /// If the list was read after the edit and before the write, the write was not sent.
    fn is_respected(&self, request: &Value, world: &World) -> Result<(), String> {
        let ledger = world.ledger();
        let is_it = |entry: &LedgerEntry| {
            request["method"] == entry.method.as_str() && request["path"] == entry.path.as_str()
        };
        let Some(written) = ledger.iter().position(is_it) else { return Ok(()) };
        let path = request["path"].as_str().unwrap_or_default();
        let list =
            path.strip_suffix("/archive").unwrap_or(path).rsplit_once('/').map_or("", |(list, _)| list);
        let is_read = |entry: &LedgerEntry| entry.method == "GET" && entry.path == list;
        // The plan itself saw the edit.
        if ledger.iter().position(is_read).is_some_and(|first| first >= self.at) {
            return Ok(());
        }
        match ledger[..written].iter().rposition(is_read) {
            Some(read) if read < self.at => Ok(()),
            read => Err(format!(
                "edited at request {}, read {read:?}, written {written}: {}",
                self.at, self.entry
            )),
        }
    }
}

/// Applies, makes the edit once it is time, and gives what the report says of the change.
fn edit_beside(
    world: &World,
    state: &Value,
    pointer: &str,
    value: &Value,
    change: &str,
    is_time: impl Fn() -> bool,
) -> Edit {
    let at = std::cell::Cell::new(0);
    let edit = async {
        while !is_time() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        at.set(world.ledger().len());
        world.drift_json(|now| set(now, state, pointer, value));
        std::future::pending::<()>().await;
    };
    let report = world.beside("apply --auto-approve --format json", edit).json();
    let entries = report["changes"].as_array().into_iter().flatten();
    let entry = entries.into_iter().find(|entry| entry["id"] == change).cloned().unwrap_or_default();
    Edit { entry, at: at.get() }
}

fn is_conflict(entry: &Value) -> bool {
    entry["outcome"] != "done"
        && entry["message"].as_str().is_some_and(|message| message.contains("after the plan was made"))
}

/// Every change of people and memberships is told once that another one is under way; meanwhile nothing happens, or
/// somebody edits the very thing.
#[test]
fn e6_a_conflict_is_tried_again_only_if_nothing_changed() {
    let mut row = Row::default();
    let (state, files) = scene();
    let world = World::here(state.clone());
    world.write("bylaws.yaml", &files);
    let plan = world.run("plan --format json").json();
    for (pointer, value, change) in touches() {
        let request = plan["changes"].as_array().unwrap().iter().find(|entry| entry["id"] == change).unwrap();
        let request = &request["request"];
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        for is_edited in [false, true] {
            world.reset(&state);
            world.faults(&json!([{
                "method": method, "path": path, "nth": 1,
                "then": {"status": 409, "error_code": "concurrent_membership_change"}
            }]));
            let sent = || {
                let writes = world.written();
                writes.iter().filter(|entry| entry.method == method && entry.path == path).count()
            };
            let edit = async {
                while sent() == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                if is_edited {
                    world.drift_json(|now| set(now, &state, pointer, &value));
                }
                std::future::pending::<()>().await;
            };
            let ran = world.beside("apply --auto-approve --format json", edit);
            let report = ran.json();
            let entry =
                report["changes"].as_array().into_iter().flatten().find(|entry| entry["id"] == change);
            let outcome = entry.map_or("", |entry| entry["outcome"].as_str().unwrap_or_default());
            let message = entry.map_or("", |entry| entry["message"].as_str().unwrap_or_default());
            let kept = message.contains("after the plan was made") && outcome == "failed" && sent() == 1;
            let done = outcome == "done" && sent() == 2;
            row.case(if is_edited { kept } else { done }, || {
                format!("{change}, edited {is_edited}, sent {}: {entry:?}", sent())
            });
        }
    }
}

/// Sets a field of the same object, wherever it stands in the newer state.
fn set(now: &mut Value, state: &Value, pointer: &str, value: &Value) {
    let parts: Vec<&str> = pointer.split('/').collect();
    let (kind, index, field) = (parts[1], parts[2], parts[3]);
    let object = &state[kind][index.parse::<usize>().unwrap()];
    let same = |other: &&mut Value| match kind {
        "workspace_members" => {
            other["workspace_id"] == object["workspace_id"] && other["user_id"] == object["user_id"]
        }
        _ => other["id"] == object["id"],
    };
    let found = now[kind].as_array_mut().unwrap().iter_mut().find(same).unwrap();
    found[field] = value.clone();
}
