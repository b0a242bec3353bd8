//! Seed and dump: the same document, whatever happened in between.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::world::{KEY, World, acme};

#[tokio::test]
async fn a_dump_loaded_as_a_seed_dumps_the_same_bytes() {
    let world = World::acme().await;
    world
        .story(&[
            ("POST /invites", json!({"email": "new@acme.com", "role": "user"}), "200"),
            ("DELETE /invites/invite_sam", Value::Null, "200"),
            ("POST /workspaces", json!({"name": "new"}), "200"),
            ("POST /workspaces", json!({"name": "Default"}), "200"),
            (
                "POST /workspaces/wrkspc_lab/members",
                json!({"user_id": "user_uma", "workspace_role": "workspace_user"}),
                "200",
            ),
            ("POST /_emulator/clock", json!({"advance": "1h"}), "200"),
            ("POST /users/user_uma", json!({"role": "developer"}), "200"),
        ])
        .await;
    let dump = world.emulator.state().to_json();
    let seed = Seed::from_json(&dump).unwrap();
    assert_eq!(seed.to_json(), dump);
    world.emulator.set_state(seed).unwrap();
    assert_eq!(world.emulator.state().to_json(), dump);
    // The first `Default` is still the default one.
    assert_eq!(world.call("POST /workspaces/wrkspc_default/archive", Value::Null).await.status, 400);
}

#[tokio::test]
async fn the_state_is_read_and_replaced_over_http() {
    let world = World::acme().await;
    let dump = world.call("GET /_emulator/state", Value::Null).await.body;
    assert_eq!(Seed::from_value(dump.clone()).unwrap(), world.emulator.state());
    let put = world
        .call("PUT /_emulator/state", json!({"users": [{"email": "eve@acme.com", "role": "admin"}]}))
        .await;
    assert_eq!(put.body["users"][0]["name"], "Eve");
    assert_eq!(world.get("/users").await["data"].as_array().unwrap().len(), 1);
    let refused = world.call("PUT /_emulator/state", json!({"users": [{"role": "admin"}]})).await;
    assert_eq!(refused.body["error"]["message"], "seed: users[0].email: is required");
    let impossible = json!({"users": [{"id": "ada", "email": "ada@acme.com", "role": "admin"}]});
    let refused = world.call("PUT /_emulator/state", impossible).await;
    let message = refused.body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("seed: users[0].id: the API would refuse the id \"ada\""), "{message}");
    assert_eq!(world.get("/users").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn unknown_fields_are_kept_and_returned() {
    let mut seed = acme();
    seed["users"][0]["role"] = json!("astronaut");
    seed["users"][0]["badge"] = json!({"number": 7});
    seed["api_keys"][0]["status"] = json!("resting");
    seed["workspaces"][0]["data_residency"] = json!({"workspace_geo": "moon", "lunar": true});
    let world = World::seeded(seed).await;
    let user = world.get("/users/user_uma").await;
    assert_eq!((&user["role"], &user["badge"]), (&json!("astronaut"), &json!({"number": 7})));
    assert_eq!(world.get("/api_keys/apikey_ci").await["status"], "resting");
    let residency = &world.get("/workspaces/wrkspc_lab").await["data_residency"];
    assert_eq!((&residency["workspace_geo"], &residency["lunar"]), (&json!("moon"), &json!(true)));
    // Changing one field leaves the unknown ones unchanged.
    let renamed = world.call("POST /workspaces/wrkspc_lab", json!({"name": "base"})).await.body;
    assert_eq!(renamed["data_residency"]["lunar"], true);
}

#[tokio::test]
async fn beta_fields_are_shown_to_requests_with_the_beta_header() {
    let mut seed = acme();
    let privacy = json!({"human_review": {"type": "disabled"}});
    seed["workspaces"][0]["inference_data_privacy"] = privacy.clone();
    let world = World::seeded(seed).await;
    let headers =
        format!("x-api-key: {KEY}\r\nanthropic-version: 2026-10-21\r\nanthropic-beta: a, efs-2026-10-01");
    for (path, place) in [
        ("/workspaces/wrkspc_lab", "/inference_data_privacy"),
        ("/workspaces", "/data/0/inference_data_privacy"),
    ] {
        let request = format!("GET {path}");
        assert_eq!(world.get(path).await.pointer(place), None);
        assert_eq!(world.raw(&request, &headers, b"").await.unwrap().body.pointer(place), Some(&privacy));
    }
    let renamed = world.call("POST /workspaces/wrkspc_lab", json!({"name": "base"})).await;
    assert_eq!((renamed.status, renamed.body.get("inference_data_privacy")), (200, None));
    assert!(world.emulator.state().to_json().contains("human_review"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_organization() {
    let (one, two) = (World::acme().await, World::acme().await);
    let run = async |world: &World| {
        world.call("POST /invites", json!({"email": "new@acme.com", "role": "user"})).await;
        world.call("POST /workspaces", json!({"name": "new"})).await;
        world.emulator.state().to_json()
    };
    assert_eq!(run(&one).await, run(&two).await);
}
