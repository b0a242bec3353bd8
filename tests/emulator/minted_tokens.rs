//! What a minted token may do, and for how long; and where neither it nor an identity token may appear.

use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::assertion::token;
use crate::token_exchange::{request, seed};
use crate::world::{KEY, TOKEN, World};

const NONE: Value = Value::Null;

/// Sends a request with a token and returns what it is told.
async fn told(world: &World, token: &str, request: &str, body: Value) -> String {
    let bearer = format!("authorization: Bearer {token}");
    world.call_with(&bearer, request, body).await.unwrap().told()
}

#[tokio::test]
async fn a_minted_token_ends_by_the_clock() {
    let world = World::federated().await;
    let minted = world.minted("main").await;
    for (seconds, expected) in [(0, "200"), (599, "200"), (1, "401 authentication_error")] {
        world.emulator.advance(Duration::from_secs(seconds)).unwrap();
        assert_eq!(told(&world, &minted, "GET /users", NONE).await, expected, "{seconds}");
    }
    assert_eq!(told(&world, "sk-ant-oat01-workload-other", "GET /users", NONE).await, "200");
}

#[tokio::test]
async fn a_minted_token_is_let_in_besides_the_listed_credentials() {
    let world = World::with(Options {
        state: Seed::from_value(seed()).unwrap(),
        credentials: vec![KEY.to_owned()],
        ..Options::default()
    })
    .await;
    let minted = world.minted("main").await;
    assert_eq!(told(&world, &minted, "GET /users", NONE).await, "200");
    assert_eq!(told(&world, TOKEN, "GET /users", NONE).await, "401 authentication_error");
    assert_eq!(told(&world, &format!("{minted}x"), "GET /users", NONE).await, "401 authentication_error");
    let as_key = world.call_with(&format!("x-api-key: {minted}"), "GET /users", NONE).await.unwrap();
    assert_eq!(as_key.told(), "401 authentication_error");
    // With a key beside it, the key counts.
    let both = format!("x-api-key: {KEY}\r\nauthorization: Bearer {minted}");
    let both = world.call_with(&both, "GET /service_accounts", NONE).await.unwrap();
    assert_eq!(both.told(), "403 permission_error");
}

#[tokio::test]
async fn a_minted_token_is_limited_to_its_scope_and_to_what_its_account_may_do_now() {
    let world = World::federated().await;
    let (admin, developer) = (world.minted("main").await, world.minted("developer").await);
    for request in ["GET /users", "GET /me", "GET /federation_rules", "GET /v1/compliance/activities"] {
        assert_eq!(told(&world, &developer, request, NONE).await, "403 permission_error", "{request}");
    }
    assert_eq!(told(&world, &admin, "GET /users", NONE).await, "200");
    // Somebody archives the rule, and demotes the account, in the Console.
    let mut changed = seed();
    changed["federation_rules"] = json!([]);
    world.call("PUT /_emulator/state?actor=ada@acme.com", changed.clone()).await;
    assert_eq!(told(&world, &admin, "GET /users", NONE).await, "200");
    changed["service_accounts"][0]["organization_role"] = json!("developer");
    world.call("PUT /_emulator/state?actor=ada@acme.com", changed.clone()).await;
    assert_eq!(told(&world, &admin, "GET /users", NONE).await, "403 permission_error");
    changed["service_accounts"][0]["archived_at"] = json!("2026-11-21T09:00:00Z");
    world.call("PUT /_emulator/state?actor=ada@acme.com", changed).await;
    assert_eq!(told(&world, &admin, "GET /users", NONE).await, "401 authentication_error");
}

#[tokio::test]
async fn a_minted_token_acts_as_its_service_account_with_the_limits_of_a_workload() {
    let world = World::federated().await;
    let minted = world.minted("main").await;
    let admin = json!({"name": "new", "organization_role": "admin"});
    for (request, body, expected) in [
        ("POST /service_accounts", admin, "403 permission_error"),
        ("POST /service_accounts/svac_two", json!({"organization_role": "admin"}), "403 permission_error"),
        ("POST /federation_rules/fdrl_main", json!({"name": "other"}), "403 permission_error"),
        ("POST /federation_issuers/fdis_own", json!({"name": "other"}), "403 permission_error"),
        ("POST /v1/organizations/compliance_settings", json!({"state": "enabled"}), "403 permission_error"),
        ("POST /service_accounts", json!({"name": "new"}), "200"),
    ] {
        assert_eq!(told(&world, &minted, request, body).await, expected, "{request}");
    }
    let accounts = world.get("/service_accounts").await;
    assert_eq!(accounts["data"][0]["created_by_actor_id"], "svac_bot");
}

#[tokio::test]
async fn no_token_is_in_the_ledger_a_dump_or_the_history() {
    let world = World::federated().await;
    let identity = token("jti", json!("only-once"));
    let minted = world.exchange(&request("main", &identity)).await.body["access_token"].clone();
    let minted = minted.as_str().unwrap();
    told(&world, minted, "GET /users", NONE).await;
    told(&world, minted, "POST /workspaces", json!({"name": "new"})).await;
    let field = identity.split('.').next().unwrap();
    let mut misplaced = request("main", "x");
    misplaced["scope"] = json!(identity);
    misplaced[&identity] = json!({"nested": [identity]});
    world.exchange(&misplaced).await;
    for body in [format!("assertion={identity}"), json!([identity]).to_string()] {
        world.raw("POST /v1/oauth/token", "content-type: application/json", body.as_bytes()).await.unwrap();
    }
    let query = format!("POST /v1/oauth/token?assertion={identity}");
    world.raw(&query, "content-type: application/json", b"{}").await.unwrap();
    let ledger = json!(world.emulator.ledger());
    assert_eq!(ledger[0]["body"], request("main", "***"));
    assert_eq!(ledger[3]["body"]["assertion"], "***");
    let history = world.call("GET /_emulator/federation/history", NONE).await.body;
    let state = world.call("GET /_emulator/state", NONE).await.body;
    let feed = world.call("GET /_emulator/feed", NONE).await.body;
    for (name, shown) in [("ledger", ledger), ("history", history), ("state", state), ("feed", feed)] {
        let shown = shown.to_string();
        assert!(!shown.contains(minted) && !shown.contains(field), "{name}: {shown}");
        assert!(name == "history" || !shown.contains("only-once"), "{name}");
    }
    assert!(!world.emulator.state().to_json().contains("only-once"));
}
