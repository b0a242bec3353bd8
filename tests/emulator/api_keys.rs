//! API keys: listed, renamed, switched on and off, and the two final statuses.

use serde_json::{Value, json};

use crate::world::{KEY, World, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";

#[tokio::test]
async fn keys_are_listed_and_filtered() {
    let world = World::acme().await;
    let page = world.get("/api_keys").await;
    assert_eq!(each(&page, "name"), ["ci", "off", "gone", "late", "home", "own", "cc"]);
    for (query, names) in [
        ("status=expired", vec!["late"]),
        ("status=active&workspace_id=wrkspc_lab", vec!["ci"]),
        ("workspace_id=wrkspc_default", vec!["home"]),
        ("workspace_id=wrkspc_unknown", vec![]),
        ("created_by_user_id=user_dev", vec!["ci", "cc"]),
    ] {
        assert_eq!(each(&world.get(&format!("/api_keys?{query}")).await, "name"), names, "{query}");
    }
    let key = world.get("/api_keys/apikey_home").await;
    assert_eq!(key["scope"], json!({"type": "workspace", "workspace_id": "wrkspc_default"}));
    assert!(key.get("workspace_id").is_none() && key["partial_key_hint"].is_string());
}

#[tokio::test]
async fn the_older_version_adds_the_workspace_of_a_key() {
    let world = World::acme().await;
    let headers = format!("authorization: Bearer {KEY}\r\nanthropic-version: 2023-06-01");
    for (key, workspace) in [("ci", json!("wrkspc_lab")), ("home", NONE), ("own", NONE)] {
        let answer = world.raw(&format!("GET /api_keys/apikey_{key}"), &headers, b"").await.unwrap();
        assert_eq!(answer.body.get("workspace_id"), Some(&workspace), "{key}");
    }
    let page = world.raw("GET /api_keys", &headers, b"").await.unwrap().body;
    assert_eq!(page["data"][0]["workspace_id"], "wrkspc_lab");
}

#[tokio::test]
async fn a_key_can_be_switched_on_and_off_but_not_restored_once_archived_or_expired() {
    let world = World::acme().await;
    let to = |status: &str| json!({"status": status});
    world
        .story(&[
            ("POST /api_keys/apikey_ci", to("inactive"), "200"),
            ("POST /api_keys/apikey_ci", to("active"), "200"),
            ("POST /api_keys/apikey_ci", to("expired"), BAD),
            ("POST /api_keys/apikey_ci", json!({"name": "build", "status": null}), "200"),
            ("POST /api_keys/apikey_ci", json!({"name": ""}), BAD),
            ("POST /api_keys/apikey_ci", json!({"name": "x".repeat(501)}), BAD),
            ("POST /api_keys/apikey_ci", json!({"expires_at": null}), BAD),
            ("POST /api_keys/apikey_ci", json!({}), "200"),
            ("POST /api_keys/apikey_ci", to("archived"), "200"),
            ("POST /api_keys/apikey_ci", to("archived"), "200"),
            ("POST /api_keys/apikey_ci", to("active"), BAD),
            ("POST /api_keys/apikey_gone", to("inactive"), BAD),
            ("POST /api_keys/apikey_late", to("active"), BAD),
            ("POST /api_keys/apikey_late", to("inactive"), BAD),
            ("POST /api_keys/apikey_late", to("archived"), "200"),
            ("POST /api_keys/apikey_none", to("active"), "404 not_found_error"),
            ("GET /api_keys/apikey_none", NONE, "404 not_found_error"),
            ("POST /api_keys", json!({"name": "x"}), "405 invalid_request_error"),
            ("DELETE /api_keys/apikey_ci", NONE, "405 invalid_request_error"),
        ])
        .await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["name"], "build");
}

#[tokio::test]
async fn switching_on_may_hit_a_limit() {
    let mut seed = crate::world::acme();
    seed["limits"] = json!({"workspace_active_api_keys": 1});
    let world = World::seeded(seed.clone()).await;
    let on = json!({"status": "active"});
    world
        .story(&[
            ("POST /api_keys/apikey_off", on.clone(), "400 workspace_api_key_limit_exceeded"),
            ("POST /api_keys/apikey_ci", on.clone(), "200"),
            ("POST /api_keys/apikey_ci", json!({"status": "inactive"}), "200"),
            ("POST /api_keys/apikey_off", on.clone(), "200"),
        ])
        .await;
    seed["limits"] = json!({"active_api_keys": 4});
    let world = World::seeded(seed).await;
    world.story(&[("POST /api_keys/apikey_off", on, "400 org_api_key_limit_exceeded")]).await;
}
