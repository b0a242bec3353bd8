//! Lists page by page: every list, both directions, every filter, both versions.

use serde_json::{Value, json};

use crate::closed::Version;
use crate::http::Ask;
use crate::world::{NONE, World, acme};

const LISTS: &[&str] = &[
    "/users",
    "/invites",
    "/workspaces?include_archived=true&include_default=true",
    "/workspaces/wrkspc_lab/members",
    "/api_keys",
];

/// Returns a seed with several pages of everything.
fn full() -> Value {
    let mut seed = acme();
    for at in 0..6 {
        let mut push = |list: &str, item: Value| seed[list].as_array_mut().unwrap().push(item);
        push(
            "users",
            json!({"id": format!("user_p{at}"), "email": format!("p{at}@acme.com"), "role": "user"}),
        );
        push("invites", json!({"email": format!("i{at}@acme.com"), "role": "user"}));
        push("workspaces", json!({"name": format!("w{at}")}));
        push("api_keys", json!({"name": format!("k{at}"), "workspace_id": "wrkspc_lab"}));
        push(
            "workspace_members",
            json!({"workspace_id": "wrkspc_lab", "user_id": format!("user_p{at}"), "workspace_role": "workspace_user"}),
        );
    }
    seed
}

fn with(list: &str, more: &str) -> String {
    format!("{list}{}{more}", if list.contains('?') { '&' } else { '?' })
}

#[tokio::test]
async fn pages_of_every_list_join_in_both_directions() {
    let world = World::seeded(full()).await;
    for list in LISTS {
        let whole = world.get(&with(list, "limit=1000")).await;
        assert_eq!(whole["has_more"], false);
        let (mut forth, mut page) = (Vec::new(), world.get(&with(list, "limit=3")).await);
        loop {
            forth.extend(page["data"].as_array().unwrap().clone());
            if page["has_more"] == false {
                break;
            }
            let cursor = page["last_id"].as_str().unwrap();
            page = world.get(&with(list, &format!("limit=3&after_id={cursor}"))).await;
        }
        assert_eq!(json!(forth), whole["data"], "{list}");
        let mut back = vec![whole["data"].as_array().unwrap().last().unwrap().clone()];
        let mut cursor = whole["last_id"].as_str().unwrap().to_owned();
        loop {
            page = world.get(&with(list, &format!("limit=2&before_id={cursor}"))).await;
            let mut items = page["data"].as_array().unwrap().clone();
            items.append(&mut back);
            back = items;
            if page["has_more"] == false {
                break;
            }
            page["first_id"].as_str().unwrap().clone_into(&mut cursor);
        }
        assert_eq!(json!(back), whole["data"], "{list}");
        let end = format!("limit=3&after_id={}", whole["last_id"].as_str().unwrap());
        let empty = world.get(&with(list, &end)).await;
        assert_eq!(empty, json!({"data": [], "has_more": false, "first_id": null, "last_id": null}));
    }
}

#[tokio::test]
async fn every_filter_of_every_list_by_both_versions() {
    let world = World::seeded(full()).await;
    let mut lines: Vec<String> = LISTS.iter().map(|list| (*list).to_owned()).collect();
    for role in ["user", "developer", "billing", "admin", "claude_code_user", "owner", "primary_owner"] {
        lines.extend([format!("/users?roles[]={role}"), format!("/invites?roles%5B%5D={role}")]);
    }
    for status in ["accepted", "expired", "pending"] {
        lines.push(format!("/invites?statuses[]={status}&statuses[]=pending&email=sam%40acme.com"));
    }
    for archived in ["", "&include_archived=true", "&include_archived=false"] {
        for default in ["", "&include_default=true", "&include_default=false"] {
            lines.push(format!("/workspaces?ids[]=wrkspc_old&ids[]=wrkspc_none{archived}{default}"));
            lines.push(format!("/workspaces?limit=1{archived}{default}"));
        }
    }
    for status in ["", "&status=active", "&status=archived", "&status=expired", "&status=inactive"] {
        for place in ["", "&workspace_id=wrkspc_default", "&workspace_id=wrkspc_lab"] {
            for creator in ["", "&created_by_user_id=user_dev"] {
                lines.push(format!("/api_keys?limit=50{status}{place}{creator}"));
            }
        }
    }
    for line in &lines {
        for version in Version::ALL {
            let ask = Ask::new(&format!("GET {line}"), &NONE).version(version);
            assert_eq!(world.ask(&ask).await.status, 200, "{line}");
            assert_eq!(world.ask(&ask.bearer()).await.status, 200, "{line}");
        }
    }
}

#[tokio::test]
async fn the_deprecated_field_of_keys_exists_only_in_the_old_version() {
    let world = World::acme().await;
    for (key, place) in [
        ("apikey_ci", json!("wrkspc_lab")),
        ("apikey_home", NONE),
        ("apikey_own", NONE),
        ("apikey_bot", NONE),
    ] {
        let ask = Ask::new(&format!("GET /api_keys/{key}"), &NONE);
        let old = world.ask(&ask.clone().version(Version::Old)).await.body;
        assert_eq!(old.get("workspace_id"), Some(&place), "{key}");
        assert_eq!(world.ask(&ask).await.body.get("workspace_id"), None, "{key}");
        let update = Ask::new(&format!("POST /api_keys/{key}"), &json!({"name": "n"})).version(Version::Old);
        assert_eq!(world.ask(&update).await.body.get("workspace_id"), Some(&place), "{key}");
    }
}

#[tokio::test]
async fn seeded_fields_come_back_and_are_the_only_unknown_ones() {
    let mut seed = acme();
    for list in ["users", "invites", "workspaces", "workspace_members", "api_keys"] {
        for item in seed[list].as_array_mut().unwrap() {
            item["novelty"] = json!({"level": 1});
        }
    }
    seed["organization"]["novelty"] = json!(true);
    let world = World::seeded(seed).await.open();
    for line in LISTS.iter().chain(&["/me", "/users/user_dev", "/workspaces/wrkspc_lab"]) {
        let body = world.get(line).await;
        let mut items = body["data"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        // Objects that the emulator adds itself have no such fields.
        items.retain(|item| item["id"] != "wrkspc_default" || item.get("novelty").is_some());
        assert!(items.iter().all(|item| item.get("novelty").is_some()), "{line}: {body}");
    }
}
