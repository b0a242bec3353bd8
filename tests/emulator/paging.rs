//! Pages over HTTP: both directions, every list, and 100,000 memberships in reasonable time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{World, each};

#[tokio::test]
async fn every_list_can_be_paged_both_ways() {
    let world = World::acme().await;
    for (path, id) in [("/users", "id"), ("/workspaces?include_default=true", "id"), ("/api_keys", "id")] {
        let ask = async |more: &str| {
            let sign = if path.contains('?') { '&' } else { '?' };
            world.get(&format!("{path}{sign}{more}")).await
        };
        let all = ask("limit=1000").await;
        let all: Vec<&str> = each(&all, id);
        let mut forward: Vec<String> = Vec::new();
        let mut page = ask("limit=2").await;
        loop {
            forward.extend(each(&page, id).into_iter().map(str::to_owned));
            if page["has_more"] == false {
                break;
            }
            page = ask(&format!("limit=2&after_id={}", page["last_id"].as_str().unwrap())).await;
        }
        assert_eq!(forward, all, "{path}");
        let mut backward: Vec<String> = vec![all.last().unwrap().to_string()];
        loop {
            let page = ask(&format!("limit=2&before_id={}", backward[0])).await;
            backward.splice(0..0, each(&page, id).into_iter().map(str::to_owned));
            if page["has_more"] == false {
                break;
            }
        }
        assert_eq!(backward, all, "{path}");
    }
}

#[tokio::test]
async fn an_empty_page_has_no_ids() {
    let world = World::acme().await;
    let page = world.get("/users?email=nobody@acme.com").await;
    assert_eq!(page, json!({"data": [], "has_more": false, "first_id": null, "last_id": null}));
}

#[tokio::test]
async fn a_hundred_thousand_memberships_page_quickly() {
    let memberships: Vec<Value> = (0..100_000)
        .map(|n| json!({"workspace_id": "wrkspc_big", "user_id": format!("user_{n}"), "workspace_role": "workspace_user"}))
        .collect();
    let world = World::seeded(
        json!({"workspaces": [{"id": "wrkspc_big", "name": "big"}], "workspace_members": memberships}),
    )
    .await;
    let start = Instant::now();
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = world.get(&format!("/workspaces/wrkspc_big/members?limit=1000{after}")).await;
        count += page["data"].as_array().unwrap().len();
        if page["has_more"] == false {
            break;
        }
        after = format!("&after_id={}", page["last_id"].as_str().unwrap());
    }
    assert_eq!(count, 100_000);
    // Measured far below; a page that scanned the whole list would take minutes.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
