//! Members: what can be read, which roles can be given, who can be removed, and what is removed with them.

use serde_json::{Value, json};

use crate::world::{World, each};

const NONE: Value = Value::Null;

#[tokio::test]
async fn members_are_listed_newest_first_and_found_by_any_spelling() {
    let world = World::acme().await;
    assert_eq!(each(&world.get("/users").await, "id"), ["user_uma", "user_dev", "user_bill", "user_ada"]);
    assert_eq!(each(&world.get("/users?email=DEV%2Bx@Acme.com").await, "email"), ["dev@acme.com"]);
    assert!(each(&world.get("/users?email=de@acme.com").await, "id").is_empty());
    let two = world.get("/users?roles[]=admin&roles%5B%5D=billing").await;
    assert_eq!(each(&two, "role"), ["billing", "admin"]);
    assert_eq!(
        world.get("/users/user_ada").await,
        json!({"id": "user_ada", "type": "user", "email": "ada@acme.com", "name": "Ada", "role": "admin",
               "added_at": "2026-10-22T08:57:00Z"})
    );
}

#[tokio::test]
async fn roles_can_be_given_unless_they_are_console_only() {
    let world = World::acme().await;
    world
        .story(&[
            ("POST /users/user_uma", json!({"role": "developer"}), "200"),
            ("POST /users/user_uma", json!({"role": "developer"}), "200"),
            ("POST /users/user_uma", json!({"role": "claude_code_user"}), "200"),
            ("POST /users/user_uma", json!({"role": "admin"}), "400 invalid_request_error"),
            ("POST /users/user_uma", json!({"role": "managed"}), "400 invalid_request_error"),
            ("POST /users/user_uma", json!({"role": "owner"}), "400 invalid_request_error"),
            ("POST /users/user_ada", json!({"role": "user"}), "400 invalid_request_error"),
            ("POST /users/user_nobody", json!({"role": "user"}), "404 not_found_error"),
            ("GET /users/user_nobody", NONE, "404 not_found_error"),
        ])
        .await;
    assert_eq!(world.get("/users/user_uma").await["role"], "claude_code_user");
}

#[tokio::test]
async fn removing_a_member_removes_memberships_and_archives_personal_keys() {
    let world = World::acme().await;
    let gone = world.call("DELETE /users/user_dev", NONE).await;
    assert_eq!(gone.body, json!({"id": "user_dev", "type": "user_deleted"}));
    world
        .story(&[
            ("DELETE /users/user_dev", NONE, "404 not_found_error"),
            ("GET /workspaces/wrkspc_lab/members/user_dev", NONE, "404 not_found_error"),
            ("DELETE /users/user_ada", NONE, "400 invalid_request_error"),
        ])
        .await;
    assert!(each(&world.get("/workspaces/wrkspc_lab/members").await, "user_id").is_empty());
    for (key, status) in [("own", "archived"), ("cc", "archived"), ("ci", "active")] {
        assert_eq!(world.get(&format!("/api_keys/apikey_{key}")).await["status"], status, "{key}");
    }
}

#[tokio::test]
async fn the_last_member_cannot_be_removed() {
    let world =
        World::seeded(json!({"users": [{"id": "user_one", "email": "one@acme.com", "role": "user"}]})).await;
    world.story(&[("DELETE /users/user_one", NONE, "400 cannot_remove_last_member")]).await;
}

#[tokio::test]
async fn an_enterprise_organization_has_members_and_invites_only() {
    let world = World::seeded(json!({"kind": "enterprise", "users": [
        {"id": "user_o", "email": "o@acme.com", "role": "primary_owner"}, {"id": "user_u", "email": "u@acme.com", "role": "user"}]}))
    .await;
    world
        .story(&[
            ("POST /users/user_u", json!({"role": "managed"}), "200"),
            ("POST /users/user_u", json!({"role": "developer"}), "400 invalid_request_error"),
            ("GET /users?roles[]=managed", NONE, "200"),
            ("GET /users?roles[]=developer", NONE, "400 invalid_request_error"),
            ("GET /workspaces", NONE, "400 organization_type_not_supported"),
            ("GET /api_keys", NONE, "400 organization_type_not_supported"),
            (
                "GET /cost_report?starting_at=2026-11-01T00:00:00Z",
                NONE,
                "400 organization_type_not_supported",
            ),
        ])
        .await;
}
