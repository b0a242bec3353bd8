//! The Activity Feed: what it records and for whom, cursors, filters, delay, and who may read it.

use std::fmt::Write as _;

use bylaws_emulator::{FeedOptions, Seed};
use serde_json::{Value, json};

use crate::world::{World, acme, each};

const FEED: &str = "/v1/compliance/activities";

/// Returns the organization with the feed on.
fn recording() -> Value {
    let mut seed = acme();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    seed["rate_limits"] = json!([{"id": "rl_a", "group": {"type": "model_group"}, "models": ["claude-a"],
        "limits": [{"type": "requests_per_minute", "value": 100}]}]);
    seed
}

/// Returns each activity in one line, oldest first: type, actor, and the fields of the type.
pub(crate) fn told(world: &World) -> Vec<String> {
    let mut lines: Vec<String> = world.emulator.activities().iter().map(line).collect();
    lines.reverse();
    lines
}

fn line(activity: &Value) -> String {
    let actor = &activity["actor"];
    let who = ["email_address", "service_account_id", "type"].iter().find_map(|field| actor[*field].as_str());
    let mut line = format!("{} {}", activity["type"].as_str().unwrap(), who.unwrap());
    for (name, value) in activity.as_object().unwrap() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match name.as_str() {
            "id" | "created_at" | "organization_id" | "organization_uuid" | "actor" | "type"
            | "request_id" => {}
            "updates" => {
                for update in value.as_array().unwrap() {
                    let (was, is) = (text(&update["previous_value"]), text(&update["current_value"]));
                    let _ = write!(line, " {}:{was}→{is}", update["type"].as_str().unwrap());
                }
            }
            _ => {
                let _ = write!(line, " {name}={}", text(value));
            }
        }
    }
    line
}

#[tokio::test]
async fn every_write_is_recorded_with_its_fields() {
    let world = World::seeded(recording()).await;
    let key = "admin_api_key_actor";
    for (request, body, lines) in [
        ("POST /users/user_uma", json!({"role": "developer"}), vec![]),
        (
            "POST /invites",
            json!({"email": "new@acme.com", "role": "user"}),
            vec!["org_user_invite_sent KEY invited_email=new@acme.com invited_role=user"],
        ),
        ("DELETE /invites/invite_sam", Value::Null, vec!["org_user_invite_deleted KEY invite_id=invite_sam"]),
        ("POST /workspaces/wrkspc_lab", json!({"tags": {"env": "prod"}}), vec![]),
        (
            "POST /workspaces/wrkspc_lab",
            json!({"name": "Lab", "tags": {"env": null}}),
            vec!["platform_workspace_updated KEY workspace_id=wrkspc_lab name:lab→Lab"],
        ),
        (
            "POST /workspaces/wrkspc_lab/members",
            json!({"user_id": "user_uma", "workspace_role": "workspace_user"}),
            vec!["platform_workspace_member_added KEY user_id=user_uma workspace_id=wrkspc_lab"],
        ),
        (
            "POST /workspaces/wrkspc_lab/members/user_dev",
            json!({"workspace_role": "workspace_admin"}),
            vec![
                "platform_workspace_member_updated KEY user_id=user_dev workspace_id=wrkspc_lab \
             workspace_role:workspace_developer→workspace_admin",
            ],
        ),
        (
            "DELETE /workspaces/wrkspc_lab/members/user_dev",
            Value::Null,
            vec!["platform_workspace_member_removed KEY user_id=user_dev workspace_id=wrkspc_lab"],
        ),
        (
            "POST /api_keys/apikey_ci",
            json!({"status": "inactive"}),
            vec!["platform_api_key_updated KEY api_key_id=apikey_ci status:active→inactive"],
        ),
        (
            "POST /workspaces/wrkspc_lab/rate_limits/rl_a",
            json!({"limits": [{"type": "requests_per_minute", "value": 9}]}),
            vec![
                "platform_workspace_rate_limit_updated KEY limiter_type=requests_per_minute model_group=claude-a \
             workspace_id=wrkspc_lab value=9",
            ],
        ),
        (
            "POST /workspaces/wrkspc_lab/rate_limits/rl_a",
            json!({"limits": [{"type": "requests_per_minute", "value": null}]}),
            vec![
                "platform_workspace_rate_limit_deleted KEY limiter_type=requests_per_minute model_group=claude-a \
             workspace_id=wrkspc_lab",
            ],
        ),
        (
            "POST /workspaces/wrkspc_lab/archive",
            Value::Null,
            vec!["platform_workspace_archived KEY workspace_id=wrkspc_lab"],
        ),
        (
            "DELETE /users/user_uma",
            Value::Null,
            vec!["org_user_deleted KEY deleted_user_email=uma@acme.com deleted_user_id=user_uma"],
        ),
        (
            "POST /compliance_settings",
            json!({"state": "disabled"}),
            vec![
                "org_compliance_api_settings_updated KEY compliance_api_enabled=false compliance_api_logging_enabled=false",
            ],
        ),
    ] {
        let before = told(&world).len();
        assert_eq!(world.call(request, body).await.status, 200, "{request}");
        let lines: Vec<String> = lines.iter().map(|line| line.replace("KEY", key)).collect();
        assert_eq!(told(&world).split_off(before), lines, "{request}");
    }
    let refused = world.call("POST /workspaces/wrkspc_none", json!({"name": "x"})).await;
    assert_eq!(refused.status, 404);
    world.call("POST /workspaces", json!({"name": "unseen"})).await;
    world.call("POST /compliance_settings", json!({"state": {"type": "enabled"}})).await;
    let last = told(&world).pop().unwrap();
    assert!(
        last.starts_with("org_compliance_api_settings_updated") && last.contains("enabled=true"),
        "{last}"
    );
    assert!(
        !told(&world).iter().any(|line| line.starts_with("platform_workspace_created")),
        "nothing is recorded while it is off"
    );
}

#[tokio::test]
async fn some_reads_are_recorded_too() {
    let world = World::seeded(recording()).await;
    for path in
        ["/users", "/invites/invite_sam", "/workspaces", "/workspaces/wrkspc_lab/members", "/api_keys"]
    {
        world.get(path).await;
    }
    let answer = world.call(&format!("GET {FEED}?limit=2"), Value::Null).await;
    assert_eq!(each(&answer.body, "type"), ["platform_workspace_members_listed", "org_invite_viewed"]);
    let read = world.emulator.activities().remove(0);
    assert_eq!(
        line(&read),
        format!("compliance_api_accessed api_actor request_method=GET status_code=200 url={FEED}?limit=2")
    );
    assert_eq!(read["request_id"], answer.header("request-id"));
}

#[tokio::test]
async fn a_change_of_the_state_may_have_an_actor() {
    let world = World::seeded(recording()).await;
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut state = json!(world.emulator.state());
        edit(&mut state);
        Seed::from_value(state).unwrap()
    };
    let user = |state: &mut Value, id: &str, role: &str| {
        let users = state["users"].as_array_mut().unwrap();
        users.iter_mut().find(|user| user["id"] == id).unwrap()["role"] = json!(role);
    };
    let left = |state: &mut Value, id: &str| {
        state["users"].as_array_mut().unwrap().retain(|user| user["id"] != id);
        state["workspace_members"].as_array_mut().unwrap().retain(|member| member["user_id"] != id);
    };
    let joins = |state: &mut Value, email: &str| {
        state["users"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": "user_new", "email": email, "role": "user"}));
    };
    for (actor, edit, lines) in [
        (
            "ada@acme.com",
            &(|state: &mut Value| user(state, "user_uma", "admin")) as &dyn Fn(&mut Value),
            vec![
                "role_assignment_revoked ada@acme.com role=user target_id=user_uma target_type=user resource_type=organization",
                "role_assignment_granted ada@acme.com role=admin target_id=user_uma target_type=user resource_type=organization",
            ],
        ),
        ("adminkey_1", &|state: &mut Value| user(state, "user_uma", "user"), vec![]),
        (
            "directory_sync",
            &|state: &mut Value| user(state, "user_uma", "developer"),
            vec!["scim_user_updated scim_directory_sync_actor user_id=user_uma"],
        ),
        (
            "directory_sync",
            &|state: &mut Value| left(state, "user_dev"),
            vec![
                "scim_user_deleted scim_directory_sync_actor user_id=user_dev",
                "platform_workspace_member_removed scim_directory_sync_actor user_id=user_dev workspace_id=wrkspc_code",
                "platform_workspace_member_removed scim_directory_sync_actor user_id=user_dev workspace_id=wrkspc_lab",
            ],
        ),
        (
            "anthropic",
            &|state: &mut Value| joins(state, "new@acme.com"),
            vec![
                "org_user_invite_sent anthropic_actor invited_email=new@acme.com invited_role=user",
                "org_user_invite_accepted new@acme.com invite_id=null",
            ],
        ),
        (
            r#"{"type": "robot_actor"}"#,
            &|state: &mut Value| left(state, "user_new"),
            vec!["org_user_deleted robot_actor deleted_user_email=new@acme.com deleted_user_id=user_new"],
        ),
        (
            "svac_1",
            &|state: &mut Value| state["compliance_settings"]["state"]["type"] = json!("disabled"),
            vec![
                "org_compliance_api_settings_updated svac_1 compliance_api_enabled=false compliance_api_logging_enabled=false",
            ],
        ),
    ] {
        let before = told(&world).len();
        world.emulator.set_state_as(edited(edit), actor).unwrap();
        assert_eq!(told(&world).split_off(before), lines, "{actor}");
    }
    assert!(world.emulator.set_state_as(edited(&|_| ()), "somebody").is_err());
    let state = json!(world.emulator.state());
    let kept = world.emulator.activities().len();
    assert_eq!(world.call("PUT /_emulator/state?actor=ada%40acme.com", state.clone()).await.status, 200);
    assert_eq!(world.emulator.activities().len(), kept, "the same state again is no change");
    assert_eq!(world.call("PUT /_emulator/state", state).await.status, 200);
    assert!(world.emulator.activities().is_empty(), "without an actor, the organization is another one");
}

/// Returns an organization with 7 activities, `a7` the newest; two of each type.
fn seven() -> Value {
    let mut seed = recording();
    let one = |n: u32| {
        json!({"id": format!("activity_a{n}"), "created_at": format!("2026-11-20T0{}:00:00Z", n / 2),
               "type": format!("type_{}", n / 2), "actor": {"type": "novel_actor", "user_id": format!("user_{n}")}, "mood": n})
    };
    seed["activities"] = (1..=7).map(one).collect();
    seed
}

#[tokio::test]
async fn pages_go_both_ways_with_opaque_cursors() {
    let world = World::seeded(seven()).await;
    let get = async |query: &str| {
        world.get(&format!("{FEED}?exclude_activity_types[]=compliance_api_accessed&{query}")).await
    };
    let ids = |page: &Value| {
        each(page, "id").iter().map(|id| id.replace("activity_", "")).collect::<Vec<_>>().join(" ")
    };
    let first = get("limit=3").await;
    assert_eq!((ids(&first), &first["has_more"]), ("a7 a6 a5".to_owned(), &json!(true)));
    assert_eq!(first["data"][0]["mood"], 7);
    let last = first["last_id"].as_str().unwrap();
    assert_ne!(last, "activity_a5", "a cursor is not an id");
    let second = get(&format!("limit=3&after_id={last}")).await;
    assert_eq!((ids(&second), &second["has_more"]), ("a4 a3 a2".to_owned(), &json!(true)));
    let third = get(&format!("limit=3&after_id={}", second["last_id"].as_str().unwrap())).await;
    assert_eq!((ids(&third), &third["has_more"]), ("a1".to_owned(), &json!(false)));
    let back = get(&format!("limit=2&before_id={}", third["first_id"].as_str().unwrap())).await;
    assert_eq!((ids(&back), &back["has_more"]), ("a3 a2".to_owned(), &json!(true)));
    let none = get(&format!("before_id={}", first["first_id"].as_str().unwrap())).await;
    assert_eq!(none, json!({"data": [], "has_more": false, "first_id": null, "last_id": null}));
    for (query, wanted) in [
        ("created_at.gte=2026-11-20T02:00:00Z", "a7 a6 a5 a4"),
        ("created_at.gt=2026-11-20T02:00:00Z", "a7 a6"),
        ("created_at.lte=2026-11-20T01:00:00Z", "a3 a2 a1"),
        ("created_at.lt=2026-11-20T01:00:00Z", "a1"),
        ("actor_ids[]=user_2&actor_ids[]=user_6", "a6 a2"),
        ("exclude_activity_types[]=type_2&exclude_activity_types[]=type_1", "a7 a6 a1"),
        ("organization_ids[]=1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37&limit=1", "a7"),
    ] {
        assert_eq!(ids(&get(query).await), wanted, "{query}");
    }
    let only = world.get(&format!("{FEED}?activity_types[]=type_3&activity_types[]=type_0")).await;
    assert_eq!(ids(&only), "a7 a6 a1");
}

#[tokio::test]
async fn invalid_queries_and_missing_rights_are_refused() {
    let world = World::seeded(seven()).await;
    let cursor = world.get(&format!("{FEED}?limit=1")).await["last_id"].as_str().unwrap().to_owned();
    for (query, status) in [
        ("limit=0".to_owned(), 400),
        ("limit=5001".to_owned(), 400),
        ("created_at.gte=2026-11-20".to_owned(), 400),
        ("activity_types[]=no_such_type".to_owned(), 400),
        ("activity_types[]=type_1&exclude_activity_types[]=type_2".to_owned(), 400),
        ("after_id=activity_a3".to_owned(), 400),
        (format!("after_id={cursor}&before_id={cursor}"), 400),
        ("organization_ids[]=org_other".to_owned(), 403),
        (format!("after_id={cursor}"), 200),
    ] {
        let answer = world.call(&format!("GET {FEED}?{query}"), Value::Null).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
    }
    let refused = async || {
        let answer = world.call(&format!("GET {FEED}"), Value::Null).await;
        assert_eq!(answer.status, 403);
        answer.body["error"]["message"].as_str().unwrap().to_owned()
    };
    world.call("PUT /_emulator/feed", json!({"has_scope": false})).await;
    assert!(refused().await.contains("needs read:compliance_activities"));
    world.call("PUT /_emulator/feed", json!({"has_scope": true, "recording": false})).await;
    assert!(refused().await.contains("not enabled"));
}

#[tokio::test]
async fn activities_may_come_late_and_twice() {
    let world = World::seeded(seven()).await;
    let delay = std::time::Duration::from_mins(1);
    world.emulator.set_feed(FeedOptions { delay, ..FeedOptions::default() });
    world.call("POST /workspaces", json!({"name": "new"})).await;
    let newest = async || each(&world.get(&format!("{FEED}?limit=1")).await, "type")[0].to_owned();
    assert_eq!(newest().await, "type_3");
    world.emulator.advance(delay).unwrap();
    assert_eq!(
        world.get(&format!("{FEED}?activity_types[]=platform_workspace_created")).await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    world.call("PUT /_emulator/feed", json!({"delay_ms": 0, "repeats": true})).await;
    let only = "exclude_activity_types[]=compliance_api_accessed&limit=3";
    let first = world.get(&format!("{FEED}?{only}")).await;
    let second = world.get(&format!("{FEED}?{only}&after_id={}", first["last_id"].as_str().unwrap())).await;
    assert_eq!(first["data"][2], second["data"][0]);
    assert_eq!(world.call("GET /_emulator/feed", Value::Null).await.body["repeats"], true);
}
