//! Stale reads: all reads after a write, or only those that a rule names.

use std::time::Duration;

use serde_json::{Value, json};

use crate::faults::faulty;
use crate::world::{World, each};

const NONE: Value = Value::Null;
const MEMBER: &str = "/workspaces/wrkspc_lab/members/user_dev";

/// Returns a rule under which reads of this path show the state of `ms` milliseconds ago.
fn lagging(path: &str, ms: u64) -> Value {
    json!({"method": "GET", "path": format!("/v1/organizations{path}"), "then": {"stale_for_ms": ms}})
}

async fn set_role(world: &World, role: &str) {
    let body = json!({"workspace_role": role});
    world.story(&[(&format!("POST {MEMBER}"), body, "200")]).await;
}

async fn roles_in_list(world: &World) -> String {
    each(&world.get("/workspaces/wrkspc_lab/members").await, "workspace_role").join(" ")
}

async fn role_of_one(world: &World) -> Value {
    world.get(MEMBER).await["workspace_role"].clone()
}

#[tokio::test]
async fn stale_reads_show_the_state_before_the_write_for_a_while() {
    let world = faulty(
        json!([{"method": "POST", "path": "/v1/organizations/workspaces", "then": {"stale_for_ms": 400}}]),
    )
    .await;
    let made = world.call("POST /workspaces", json!({"name": "new"})).await.body;
    let path = format!("GET /workspaces/{}", made["id"].as_str().unwrap());
    assert_eq!(world.call(&path, NONE).await.status, 404);
    assert_eq!(each(&world.get("/workspaces").await, "name"), ["lab", "Claude Code"]);
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(world.call(&path, NONE).await.status, 200);
}

#[tokio::test]
async fn a_single_read_can_be_stale_while_the_list_is_fresh() {
    let world = faulty(json!([lagging("/workspaces/*/members/*", 300)])).await;
    set_role(&world, "workspace_admin").await;
    assert_eq!(roles_in_list(&world).await, "workspace_admin");
    assert_eq!(role_of_one(&world).await, "workspace_developer");
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(role_of_one(&world).await, "workspace_admin");
}

#[tokio::test]
async fn a_list_can_be_stale_while_single_reads_are_fresh() {
    let world = faulty(json!([lagging("/workspaces/*/members", 60_000)])).await;
    set_role(&world, "workspace_admin").await;
    assert_eq!(roles_in_list(&world).await, "workspace_developer");
    assert_eq!(role_of_one(&world).await, "workspace_admin");
}

#[tokio::test]
async fn a_removed_membership_is_still_seen_and_an_added_one_is_not_yet() {
    let world = faulty(json!([lagging("/workspaces/*/members/*", 60_000)])).await;
    let uma = json!({"user_id": "user_uma", "workspace_role": "workspace_user"});
    world
        .story(&[
            (&format!("DELETE {MEMBER}"), NONE, "200"),
            ("POST /workspaces/wrkspc_lab/members", uma, "200"),
            (&format!("GET {MEMBER}"), NONE, "200"),
            ("GET /workspaces/wrkspc_lab/members/user_uma", NONE, "404 not_found_error"),
        ])
        .await;
    assert_eq!(roles_in_list(&world).await, "workspace_user");
}

#[tokio::test]
async fn a_stale_read_shows_the_state_of_exactly_that_time() {
    let world = faulty(json!([lagging("/workspaces/*/members/*", 400)])).await;
    set_role(&world, "workspace_admin").await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    set_role(&world, "workspace_user").await;
    assert_eq!(role_of_one(&world).await, "workspace_developer");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(role_of_one(&world).await, "workspace_admin");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(role_of_one(&world).await, "workspace_user");
}

#[tokio::test]
async fn only_reads_that_a_rule_counts_are_stale() {
    let mut rule = lagging("/workspaces/*/members/*", 60_000);
    rule["nth"] = json!(2);
    let world = faulty(json!([rule])).await;
    set_role(&world, "workspace_admin").await;
    assert_eq!(role_of_one(&world).await, "workspace_admin");
    assert_eq!(role_of_one(&world).await, "workspace_developer");
    assert_eq!(role_of_one(&world).await, "workspace_admin");
}

#[tokio::test]
async fn an_accepted_invite_and_its_member_appear_late() {
    let world = faulty(json!([lagging("/users", 60_000), lagging("/invites/*", 60_000)])).await;
    world.story(&[("POST /_emulator/invites/invite_sam/accept", NONE, "200")]).await;
    assert!(!each(&world.get("/users").await, "email").contains(&"sam@acme.com"));
    assert_eq!(world.get("/invites/invite_sam").await["status"], "pending");
    assert!(each(&world.get("/invites").await, "status").contains(&"accepted"));
}

#[tokio::test]
async fn a_replaced_state_is_seen_at_once() {
    let world = faulty(json!([lagging("/workspaces/*/members/*", 60_000)])).await;
    set_role(&world, "workspace_admin").await;
    world.emulator.set_state(world.emulator.state()).unwrap();
    assert_eq!(role_of_one(&world).await, "workspace_admin");
}
