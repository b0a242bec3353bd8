//! Workspace memberships: added, changed, removed, and those implied by an organization role.

use serde_json::{Value, json};

use crate::world::{World, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const GONE: &str = "404 not_found_error";
const LAB: &str = "POST /workspaces/wrkspc_lab/members";

fn membership(user: &str, role: &str) -> Value {
    json!({"user_id": user, "workspace_role": role})
}

fn role(role: &str) -> Value {
    json!({"workspace_role": role})
}

#[tokio::test]
async fn a_membership_is_added_changed_and_removed() {
    let world = World::acme().await;
    let given = world.call(LAB, membership("user_uma", "workspace_user")).await.body;
    assert_eq!(
        given,
        json!({"type": "workspace_member", "user_id": "user_uma", "workspace_id": "wrkspc_lab", "workspace_role": "workspace_user"})
    );
    let list = world.get("/workspaces/wrkspc_lab/members").await;
    assert_eq!(each(&list, "user_id"), ["user_uma", "user_dev"]);
    assert_eq!((&list["first_id"], &list["last_id"]), (&json!("user_uma"), &json!("user_dev")));
    let changed =
        world.call("POST /workspaces/wrkspc_lab/members/user_uma", role("workspace_admin")).await.body;
    assert_eq!(changed["workspace_role"], "workspace_admin");
    assert_eq!(world.get("/workspaces/wrkspc_lab/members/user_uma").await, changed);
    let taken = world.call("DELETE /workspaces/wrkspc_lab/members/user_uma", NONE).await.body;
    assert_eq!(
        taken,
        json!({"type": "workspace_member_deleted", "user_id": "user_uma", "workspace_id": "wrkspc_lab"})
    );
    world
        .story(&[
            ("DELETE /workspaces/wrkspc_lab/members/user_uma", NONE, GONE),
            ("GET /workspaces/wrkspc_lab/members/user_uma", NONE, GONE),
            ("POST /workspaces/wrkspc_lab/members/user_uma", role("workspace_user"), GONE),
        ])
        .await;
}

#[tokio::test]
async fn invalid_memberships_are_refused() {
    let world = World::acme().await;
    world
        .story(&[
            (LAB, membership("user_dev", "workspace_user"), BAD),
            (LAB, membership("user_uma", "workspace_billing"), BAD),
            (LAB, membership("user_uma", "admin"), BAD),
            (LAB, membership("user_nobody", "workspace_user"), GONE),
            (LAB, membership("uma", "workspace_user"), BAD),
            (LAB, json!({"user_id": "user_uma"}), BAD),
            ("POST /workspaces/wrkspc_none/members", membership("user_uma", "workspace_user"), GONE),
            ("POST /workspaces/wrkspc_old/members", membership("user_uma", "workspace_user"), BAD),
            ("POST /workspaces/wrkspc_lab/members/user_dev", role("workspace_billing"), BAD),
            ("GET /workspaces/wrkspc_none/members", NONE, GONE),
        ])
        .await;
}

#[tokio::test]
async fn implied_memberships_are_not_listed_and_cannot_be_removed() {
    let world = World::acme().await;
    assert_eq!(
        world.get("/workspaces/wrkspc_lab/members/user_ada").await["workspace_role"],
        "workspace_admin"
    );
    assert_eq!(
        world.get("/workspaces/wrkspc_lab/members/user_bill").await["workspace_role"],
        "workspace_billing"
    );
    assert_eq!(each(&world.get("/workspaces/wrkspc_lab/members").await, "user_id"), ["user_dev"]);
    world
        .story(&[
            (LAB, membership("user_ada", "workspace_user"), BAD),
            (LAB, membership("user_bill", "workspace_user"), BAD),
            ("POST /workspaces/wrkspc_lab/members/user_ada", role("workspace_user"), BAD),
            ("POST /workspaces/wrkspc_lab/members/user_bill", role("workspace_developer"), BAD),
            ("DELETE /workspaces/wrkspc_lab/members/user_ada", NONE, BAD),
            ("DELETE /workspaces/wrkspc_lab/members/user_bill", NONE, BAD),
            // The only exception, and its removal.
            (LAB, membership("user_bill", "workspace_admin"), "200"),
            (LAB, membership("user_bill", "workspace_admin"), BAD),
            ("DELETE /workspaces/wrkspc_lab/members/user_bill", NONE, "200"),
            ("POST /workspaces/wrkspc_lab/members/user_bill", role("workspace_admin"), "200"),
        ])
        .await;
    assert_eq!(
        each(&world.get("/workspaces/wrkspc_lab/members").await, "user_id"),
        ["user_bill", "user_dev"]
    );
    // After the organization role is lost, the explicit membership remains.
    world.call("POST /users/user_bill", json!({"role": "user"})).await;
    assert_eq!(
        world.get("/workspaces/wrkspc_lab/members/user_bill").await["workspace_role"],
        "workspace_admin"
    );
    world.story(&[("GET /workspaces/wrkspc_code/members/user_bill", NONE, GONE)]).await;
}

#[tokio::test]
async fn removing_a_workspace_member_stops_their_personal_keys_there() {
    let world = World::acme().await;
    world
        .story(&[
            ("DELETE /workspaces/wrkspc_code/members/user_dev", NONE, "200"),
            ("DELETE /workspaces/wrkspc_lab/members/user_dev", NONE, "200"),
        ])
        .await;
    for (key, status) in [("cc", "inactive"), ("ci", "active"), ("own", "active")] {
        assert_eq!(world.get(&format!("/api_keys/apikey_{key}")).await["status"], status, "{key}");
    }
}

#[tokio::test]
async fn a_full_workspace_accepts_no_members() {
    let mut seed = crate::world::acme();
    seed["limits"] = json!({"workspace_members": 1});
    let world = World::seeded(seed).await;
    world
        .story(&[(LAB, membership("user_uma", "workspace_user"), "400 workspace_member_limit_exceeded")])
        .await;
}
