//! The clock: stands still, is moved by hand, and shows in every answer.

use serde_json::{Value, json};

use crate::world::World;

const NONE: Value = Value::Null;

#[tokio::test]
async fn the_clock_stands_still_until_it_is_moved() {
    let world = World::acme().await;
    let date = async || world.call("GET /me", NONE).await.header("date").to_owned();
    assert_eq!(date().await, "Sat, 21 Nov 2026 09:00:00 GMT");
    assert_eq!(date().await, "Sat, 21 Nov 2026 09:00:00 GMT");
    let moved = world.call("POST /_emulator/clock", json!({"advance": "21d"})).await;
    assert_eq!(moved.body, json!({"now": "2026-12-12T09:00:00Z"}));
    assert_eq!(date().await, "Sat, 12 Dec 2026 09:00:00 GMT");
    let set = world.call("POST /_emulator/clock", json!({"set": "2027-01-31T00:00:00+01:00"})).await;
    assert_eq!(set.body, json!({"now": "2027-01-30T23:00:00Z"}));
    world
        .story(&[
            ("POST /_emulator/clock", json!({"advance": "soon"}), "400 invalid_request_error"),
            ("POST /_emulator/clock", json!({"advance": "9999999h"}), "200"),
            ("POST /_emulator/clock", json!({"advance": "99999999h"}), "400 invalid_request_error"),
            ("POST /_emulator/clock", json!({}), "400 invalid_request_error"),
            ("GET /_emulator/clock", NONE, "200"),
        ])
        .await;
}

#[tokio::test]
async fn keys_run_out_when_their_time_comes() {
    let mut seed = crate::world::acme();
    seed["api_keys"][0]["expires_at"] = json!("2026-11-22T00:00:00Z");
    let world = World::seeded(seed).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "active");
    world.call("POST /_emulator/clock", json!({"advance": "1d"})).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "expired");
    // Turning the clock back does not bring it back.
    world.call("POST /_emulator/clock", json!({"set": "2026-11-21T00:00:00Z"})).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "expired");
}
