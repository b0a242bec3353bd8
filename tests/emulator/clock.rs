//! The clock: fixed, moved on request, and shown in every answer.

use serde_json::{Value, json};

use crate::world::World;

const NONE: Value = Value::Null;

#[tokio::test]
async fn the_clock_is_fixed_until_it_is_moved() {
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
async fn keys_expire_at_their_time() {
    let mut seed = crate::world::acme();
    seed["api_keys"][0]["expires_at"] = json!("2026-11-22T00:00:00Z");
    let world = World::seeded(seed).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "active");
    world.call("POST /_emulator/clock", json!({"advance": "1d"})).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "expired");
    // Moving the clock back does not restore it.
    world.call("POST /_emulator/clock", json!({"set": "2026-11-21T00:00:00Z"})).await;
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "expired");
}

/// Returns the seconds between the `date` of an answer and the machine's clock.
async fn behind_the_machine(world: &World) -> i64 {
    let answer = world.call("GET /me", NONE).await;
    assert_eq!(answer.header("bylaws-clock"), "");
    let date = jiff::fmt::rfc2822::parse(answer.header("date")).unwrap().timestamp();
    jiff::Timestamp::now().as_second() - date.as_second()
}

fn unset() -> Value {
    let mut seed = crate::world::acme();
    seed.as_object_mut().unwrap().remove("now");
    seed
}

#[tokio::test]
async fn a_fixed_clock_is_announced() {
    let world = World::acme().await;
    for request in ["GET /me", "GET /users", "DELETE /users/user_none", "GET /_emulator/clock"] {
        assert_eq!(world.call(request, NONE).await.header("bylaws-clock"), "fixed", "{request}");
    }
    world.call("POST /_emulator/clock", json!({"advance": "21d"})).await;
    assert_eq!(world.call("GET /me", NONE).await.header("bylaws-clock"), "fixed");
}

#[tokio::test]
async fn without_now_the_clock_is_the_machines_and_runs() {
    let world = World::seeded(unset()).await;
    assert!((0..=2).contains(&behind_the_machine(&world).await));
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert!((0..=2).contains(&behind_the_machine(&world).await));
}

#[tokio::test]
async fn an_emulator_without_a_seed_has_the_machines_clock() {
    let world = World::with(bylaws_emulator::Options::default()).await;
    assert!((0..=2).contains(&behind_the_machine(&world).await));
    world.call("PUT /_emulator/state", json!({"now": "2026-11-21T09:00:00Z"})).await;
    assert_eq!(world.call("GET /me", NONE).await.header("date"), "Sat, 21 Nov 2026 09:00:00 GMT");
    world.call("PUT /_emulator/state", json!({})).await;
    assert!((0..=2).contains(&behind_the_machine(&world).await));
}

#[tokio::test]
async fn a_moved_running_clock_keeps_running() {
    let world = World::seeded(unset()).await;
    world.call("POST /_emulator/clock", json!({"advance": "21d"})).await;
    assert!((-1_814_400..=-1_814_398).contains(&behind_the_machine(&world).await));
    assert_eq!(world.get("/invites/invite_sam").await["status"], "expired");
    world.call("POST /_emulator/clock", json!({"set": "2026-11-21T09:00:00Z"})).await;
    let first = behind_the_machine(&world).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert!((0..=1).contains(&(behind_the_machine(&world).await - first)));
}

#[tokio::test]
async fn time_that_passes_expires_keys_and_invites() {
    let soon = jiff::Timestamp::now() + std::time::Duration::from_secs(2);
    let mut seed = unset();
    seed["api_keys"][0]["expires_at"] = json!(soon);
    seed["invites"][0]["expires_at"] = json!(soon);
    let world = World::seeded(seed).await;
    let statuses = async || {
        let (key, invite) = (world.get("/api_keys/apikey_ci").await, world.get("/invites/invite_sam").await);
        (key["status"].clone(), invite["status"].clone())
    };
    assert_eq!(statuses().await, (json!("active"), json!("pending")));
    tokio::time::sleep(std::time::Duration::from_millis(3_200)).await;
    assert_eq!(statuses().await, (json!("expired"), json!("expired")));
}
