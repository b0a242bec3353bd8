//! Error codes that mean more than "nothing was done", and what a rule can add to a status.

use serde_json::{Value, json};

use crate::faults::faulty;
use crate::world::{World, each};

const NONE: Value = Value::Null;

fn answered(status: u16, code: &str) -> Value {
    json!([{"method": "POST", "path": "**", "nth": 1, "then": {"status": status, "error_code": code}}])
}

async fn named(world: &World, name: &str) -> usize {
    each(&world.get("/workspaces").await, "name").into_iter().filter(|found| *found == name).count()
}

#[tokio::test]
async fn an_incomplete_create_names_the_existing_workspace() {
    let world = faulty(answered(503, "workspace_created_incomplete")).await;
    let refused = world.call("POST /workspaces", json!({"name": "new"})).await;
    assert_eq!(refused.told(), "503 workspace_created_incomplete");
    let id = refused.body["error"]["details"]["workspace_id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/workspaces/{id}")).await["name"], "new");
    assert_eq!(named(&world, "new").await, 1);
}

#[tokio::test]
async fn a_create_that_is_invalid_is_refused_and_not_made_by_the_rule() {
    let world = faulty(answered(503, "workspace_created_incomplete")).await;
    let refused = world.call("POST /workspaces", json!({"name": ""})).await;
    assert_eq!((refused.told().as_str(), named(&world, "").await), ("400 invalid_request_error", 0));
}

#[tokio::test]
async fn other_writes_are_refused_before_the_incomplete_create_code_applies() {
    let world = faulty(answered(503, "workspace_created_incomplete")).await;
    let refused = world.call("POST /workspaces/wrkspc_lab", json!({"name": "other"})).await;
    assert_eq!(refused.told(), "503 workspace_created_incomplete");
    assert_eq!(refused.body["error"]["details"]["workspace_id"], NONE);
    assert_eq!(named(&world, "lab").await, 1);
}

#[tokio::test]
async fn an_unknown_outcome_means_that_the_change_was_made() {
    let cases: [(&str, Value, &str, &str); 4] = [
        ("/workspaces/wrkspc_lab", json!({"name": "base"}), "name", "base"),
        ("/users/user_uma", json!({"role": "developer"}), "role", "developer"),
        ("/api_keys/apikey_ci", json!({"status": "inactive"}), "status", "inactive"),
        (
            "/workspaces/wrkspc_lab/members/user_dev",
            json!({"workspace_role": "workspace_user"}),
            "workspace_role",
            "workspace_user",
        ),
    ];
    for (path, body, field, value) in cases {
        let world = faulty(answered(503, "change_outcome_unknown")).await;
        let (write, done) = (format!("POST {path}"), "503 change_outcome_unknown");
        world.story(&[(&write, body.clone(), done)]).await;
        assert_eq!(world.get(path).await[field], value, "{path}");
        world.story(&[(&write, body, "200")]).await;
    }
}

#[tokio::test]
async fn an_archive_with_remaining_storage_is_an_archive() {
    let world = faulty(answered(409, "storage_attached_during_archive")).await;
    let archive = "POST /workspaces/wrkspc_lab/archive";
    world.story(&[(archive, NONE, "409 storage_attached_during_archive")]).await;
    assert_ne!(world.get("/workspaces/wrkspc_lab").await["archived_at"], NONE);
    world.story(&[(archive, NONE, "200")]).await;
}

#[tokio::test]
async fn codes_of_refused_changes_change_nothing() {
    for (status, code) in [
        (409, "workspace_changed_concurrently"),
        (409, "storage_changed_concurrently"),
        (503, "authorization_check_unavailable"),
        (403, "sandbox_egress_restricted"),
    ] {
        let world = faulty(answered(status, code)).await;
        let renamed = json!({"name": "other"});
        world.story(&[("POST /workspaces/wrkspc_lab", renamed, &format!("{status} {code}"))]).await;
        assert_eq!(world.get("/workspaces/wrkspc_lab").await["name"], "lab", "{code}");
    }
}

#[tokio::test]
async fn a_rule_gives_message_and_details() {
    let then = json!({"status": 400, "error_code": "workspace_policy_violation",
        "message": "The policy allows no other geography.", "details": {"field": "data_residency"}});
    let world = faulty(json!([{"path": "**", "then": then.clone()}])).await;
    let error = world.call("POST /workspaces", json!({"name": "new"})).await.body["error"].clone();
    assert_eq!(
        error,
        json!({"type": "invalid_request_error", "message": "The policy allows no other geography.",
            "details": {"error_code": "workspace_policy_violation", "field": "data_residency"}})
    );
    let plain = faulty(json!([{"path": "**", "then": {"status": 500, "message": "Out of order."}}])).await;
    let error = plain.call("GET /me", NONE).await.body["error"].clone();
    assert_eq!(error, json!({"type": "api_error", "message": "Out of order."}));
    let shown = world.call("GET /_emulator/faults", NONE).await.body[0]["then"].clone();
    assert_eq!((&shown["message"], &shown["details"]), (&then["message"], &then["details"]));
}
