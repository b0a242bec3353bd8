//! Faults of every kind, as a client sees them and as the request log records them.

use std::time::{Duration, Instant};

use bylaws_emulator::{FaultRule, Options, Seed};
use serde_json::{Value, json};

use crate::http::Lost;
use crate::world::{World, acme};

const NONE: Value = Value::Null;

pub(crate) async fn faulty(rules: Value) -> World {
    let world = World::acme().await;
    let answer = world.call("PUT /_emulator/faults", rules).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world
}

fn workspace() -> Value {
    json!({"name": "new"})
}

async fn workspaces(world: &World) -> usize {
    world.get("/workspaces").await["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_status_is_answered_before_anything_is_done() {
    let then = json!({"status": 429, "headers": {"retry-after": "3"}, "error_code": "slow_down"});
    let world =
        faulty(json!([{"method": "POST", "path": "/v1/organizations/workspaces", "nth": 2, "then": then}]))
            .await;
    world.story(&[("POST /workspaces", workspace(), "200")]).await;
    let refused = world.call("POST /workspaces", workspace()).await;
    assert_eq!((refused.told().as_str(), refused.header("retry-after")), ("429 slow_down", "3"));
    assert_eq!(refused.body["error"]["type"], "rate_limit_error");
    world.story(&[("POST /workspaces", workspace(), "200")]).await;
    assert_eq!(workspaces(&world).await, 4);
}

#[tokio::test]
async fn dropped_before_means_nothing_was_done() {
    let world = faulty(json!([{"method": "POST", "path": "**", "nth": 1, "then": "drop_before"}])).await;
    assert_eq!(world.attempt("POST /workspaces", workspace()).await.unwrap_err(), Lost::Silence);
    assert_eq!(workspaces(&world).await, 2);
    let entry = world.emulator.ledger()[0].clone();
    assert_eq!((entry.status, entry.answered), (None, false));
}

#[tokio::test]
async fn dropped_after_means_it_was_done_without_an_answer() {
    let world =
        faulty(json!([{"method": "POST", "path": "/v1/organizations/*", "nth": 1, "then": "drop_after"}]))
            .await;
    assert_eq!(world.attempt("POST /workspaces", workspace()).await.unwrap_err(), Lost::Silence);
    assert_eq!(workspaces(&world).await, 3);
    let entry = world.emulator.ledger()[0].clone();
    assert_eq!((entry.status, entry.answered), (Some(200), false));
}

#[tokio::test]
async fn a_truncated_answer_is_sent_after_it_was_done() {
    let world = faulty(json!([{"method": "POST", "path": "**", "nth": 1, "then": "truncate"}])).await;
    assert_eq!(world.attempt("POST /workspaces", workspace()).await.unwrap_err(), Lost::Half);
    assert_eq!(workspaces(&world).await, 3);
    assert!(!world.emulator.ledger()[0].answered);
}

#[tokio::test]
async fn latency_delays_and_changes_nothing_else() {
    let world = faulty(json!([{"path": "/v1/organizations/me", "then": {"latency_ms": 150}}])).await;
    let start = Instant::now();
    world.get("/me").await;
    assert!(start.elapsed() >= Duration::from_millis(150));
    let all = World::with(Options { latency: Duration::from_millis(100), ..Options::default() }).await;
    let start = Instant::now();
    all.get("/me").await;
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_client_that_disconnects_early_is_served_anyway() {
    let world = faulty(json!([{"method": "POST", "path": "**", "then": {"latency_ms": 150}}])).await;
    let impatient = world.attempt("POST /workspaces", workspace());
    assert!(tokio::time::timeout(Duration::from_millis(50), impatient).await.is_err());
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(workspaces(&world).await, 3);
}

#[tokio::test]
async fn rules_are_set_from_the_start_in_process_and_over_http() {
    let rules =
        FaultRule::list_from_json(r#"[{"path": "**", "every": 2, "then": {"status": 529}}]"#).unwrap();
    let world = World::with(Options {
        state: Seed::from_value(acme()).unwrap(),
        faults: rules.clone(),
        ..Options::default()
    })
    .await;
    world
        .story(&[
            ("GET /me", NONE, "200"),
            ("GET /me", NONE, "529 overloaded_error"),
            ("GET /me", NONE, "200"),
            (
                "PUT /_emulator/faults",
                json!([{"path": "**", "then": "explode"}]),
                "400 invalid_request_error",
            ),
            ("GET /me", NONE, "529 overloaded_error"),
        ])
        .await;
    world.emulator.set_faults(rules);
    world.story(&[("GET /me", NONE, "200"), ("GET /me", NONE, "529 overloaded_error")]).await;
    assert_eq!(world.call("GET /_emulator/faults", NONE).await.body[0]["every"], 2);
    world
        .story(&[
            ("PUT /_emulator/faults", json!([]), "200"),
            ("GET /me", NONE, "200"),
            ("GET /me", NONE, "200"),
        ])
        .await;
}

#[tokio::test]
async fn the_rate_limit_refuses_without_acting_and_says_how_long() {
    let world = World::with(Options {
        state: Seed::from_value(acme()).unwrap(),
        rate_limit: Some(2),
        ..Options::default()
    })
    .await;
    world.story(&[("GET /me", NONE, "200"), ("GET /me", NONE, "200")]).await;
    let refused = world.call("POST /workspaces", workspace()).await;
    assert_eq!(refused.told(), "429 rate_limit_error");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert!(!world.emulator.state().workspaces.iter().any(|workspace| workspace.name == "new"));
}
