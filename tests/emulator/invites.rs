//! Invites: sent, accepted, expired or deleted, and who can be invited.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{World, each};

const NONE: Value = Value::Null;
const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn an_invite_is_created_read_and_deleted() {
    let world = World::acme().await;
    let invite =
        world.call("POST /invites", json!({"email": "new@acme.com", "role": "developer"})).await.body;
    let id = invite["id"].as_str().unwrap().to_owned();
    assert_eq!(
        invite,
        json!({"id": id, "type": "invite", "email": "new@acme.com", "role": "developer", "status": "pending",
               "invited_at": "2026-11-21T09:00:00Z", "expires_at": "2026-12-12T09:00:00Z", "accepted_at": null,
               "rbac_group_ids": []})
    );
    assert_eq!(each(&world.get("/invites").await, "email"), ["new@acme.com", "sam@acme.com"]);
    let deleted = world.call(&format!("DELETE /invites/{id}"), NONE).await.body;
    assert_eq!(deleted, json!({"id": id, "type": "invite_deleted"}));
    assert_eq!(each(&world.get("/invites").await, "email"), ["sam@acme.com"]);
    assert_eq!(world.get(&format!("/invites/{id}")).await["status"], "deleted");
    assert_eq!(world.call(&format!("DELETE /invites/{id}"), NONE).await.told(), "400 invalid_request_error");
}

#[tokio::test]
async fn a_member_or_invited_person_cannot_be_invited() {
    let world = World::acme().await;
    let invite = |email: &str, role: &str| json!({"email": email, "role": role});
    world
        .story(&[
            ("POST /invites", invite("ada@acme.com", "user"), "400 already_member"),
            ("POST /invites", invite("Ada+x@ACME.com", "user"), "400 already_member"),
            ("POST /invites", invite("SAM+tag@acme.com", "user"), "400 invite_already_exists"),
            ("POST /invites", invite("new@acme.com", "admin"), "400 invalid_request_error"),
            ("POST /invites", invite("new", "user"), "400 invalid_request_error"),
            ("POST /invites", json!({"email": "new@acme.com"}), "400 invalid_request_error"),
            ("POST /invites", json!({"email": "n@acme.com", "role": "user", "rbac_group_ids": []}), "200"),
            (
                "POST /invites",
                json!({"email": "m@acme.com", "role": "user", "rbac_group_ids": ["rbac_group_1"]}),
                "400 invalid_request_error",
            ),
            ("DELETE /invites/invite_sam", NONE, "200"),
            ("POST /invites", invite("sam@acme.com", "developer"), "200"),
            ("GET /invites/invite_nobody", NONE, "404 not_found_error"),
            ("DELETE /invites/invite_nobody", NONE, "404 not_found_error"),
        ])
        .await;
}

#[tokio::test]
async fn an_accepted_invite_is_a_member() {
    let world = World::acme().await;
    let user = world.call("POST /_emulator/invites/invite_sam/accept", NONE).await.body;
    assert_eq!(user["email"], "sam@acme.com");
    assert_eq!(each(&world.get("/users?email=sam@acme.com").await, "id"), [user["id"].as_str().unwrap()]);
    let invite = world.get("/invites/invite_sam").await;
    assert_eq!(
        (&invite["status"], &invite["accepted_at"]),
        (&json!("accepted"), &json!("2026-11-21T09:00:00Z"))
    );
    world
        .story(&[
            ("POST /_emulator/invites/invite_sam/accept", NONE, "400 invalid_request_error"),
            ("POST /_emulator/invites/invite_nobody/accept", NONE, "404 not_found_error"),
            ("DELETE /invites/invite_sam", NONE, "400 invalid_request_error"),
            ("POST /invites", json!({"email": "sam@acme.com", "role": "user"}), "400 already_member"),
        ])
        .await;
    // Removed and invited again, the person gets a new id.
    world.call(&format!("DELETE /users/{}", user["id"].as_str().unwrap()), NONE).await;
    let again = world.call("POST /invites", json!({"email": "sam@acme.com", "role": "user"})).await.body;
    let back = world.emulator.accept_invite(again["id"].as_str().unwrap()).unwrap();
    assert_ne!(json!(back.id), user["id"]);
}

#[tokio::test]
async fn an_invite_expires_after_21_days() {
    let world = World::acme().await;
    let id = world.call("POST /invites", json!({"email": "new@acme.com", "role": "user"})).await.body["id"]
        .clone();
    let path = format!("/invites/{}", id.as_str().unwrap());
    world.emulator.advance(DAY * 20 + Duration::from_secs(86_399)).unwrap();
    assert_eq!(world.get(&path).await["status"], "pending");
    world.emulator.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(world.get(&path).await["status"], "expired");
    assert_eq!(each(&world.get("/invites?statuses[]=expired").await, "status"), ["expired", "expired"]);
    assert!(each(&world.get("/invites?statuses[]=pending&statuses[]=accepted").await, "id").is_empty());
    world
        .story(&[
            (&format!("DELETE {path}"), NONE, "400 invalid_request_error"),
            ("GET /invites?statuses[]=deleted", NONE, "400 invalid_request_error"),
            ("POST /invites", json!({"email": "new@acme.com", "role": "user"}), "200"),
        ])
        .await;
}

#[tokio::test]
async fn a_full_organization_sends_no_invites() {
    let mut seed = crate::world::acme();
    seed["limits"] = json!({"members": 6});
    let world = World::seeded(seed).await;
    world
        .story(&[
            ("POST /invites", json!({"email": "a@acme.com", "role": "user"}), "200"),
            (
                "POST /invites",
                json!({"email": "b@acme.com", "role": "user"}),
                "400 org_member_limit_exceeded",
            ),
            ("DELETE /invites/invite_sam", NONE, "200"),
            ("POST /invites", json!({"email": "b@acme.com", "role": "user"}), "200"),
        ])
        .await;
}
