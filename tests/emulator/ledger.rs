//! The request log: every request to the API, in order, without control calls.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn every_request_to_the_api_is_logged() {
    let world = World::acme().await;
    world.get("/users?limit=1&roles%5B%5D=user").await;
    world.call("POST /workspaces", json!({"name": "new"})).await;
    world.raw("DELETE /users/user_uma", "x-api-key: wrong", b"").await.unwrap();
    world.raw("POST /invites", "content-type: text/plain", b"not json").await.unwrap();
    world.call("GET /_emulator/state", Value::Null).await;
    let ledger = world.call("GET /_emulator/ledger", Value::Null).await.body;
    assert_eq!(
        ledger,
        json!([
            {"seq": 1, "method": "GET", "path": "/v1/organizations/users", "query": "limit=1&roles%5B%5D=user",
             "body": null, "status": 200, "answered": true},
            {"seq": 2, "method": "POST", "path": "/v1/organizations/workspaces", "query": "",
             "body": {"name": "new"}, "status": 200, "answered": true},
            {"seq": 3, "method": "DELETE", "path": "/v1/organizations/users/user_uma", "query": "",
             "body": null, "status": 401, "answered": true},
            {"seq": 4, "method": "POST", "path": "/v1/organizations/invites", "query": "",
             "body": "not json", "status": 401, "answered": true},
        ])
    );
    assert_eq!(json!(world.emulator.ledger()), ledger);
    assert_eq!(world.call("DELETE /_emulator/ledger", Value::Null).await.status, 200);
    assert!(world.emulator.ledger().is_empty());
    world.get("/me").await;
    assert_eq!(world.emulator.ledger()[0].seq, 1);
}
