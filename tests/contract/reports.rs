//! The three reports: every width, group, filter and page, derived and stated figures.

use serde_json::{Value, json};

use crate::http::Ask;
use crate::world::{NONE, World, acme};

const BETA: &str = "fast-mode-2026-02-01";
const DIMENSIONS: &[&str] = &[
    "account_id",
    "api_key_id",
    "context_window",
    "inference_geo",
    "model",
    "service_account_id",
    "service_tier",
    "speed",
    "workspace_id",
];
const FILTERS: &[&str] = &[
    "account_ids[]=user_dev",
    "api_key_ids[]=apikey_ci&api_key_ids[]=apikey_own",
    "workspace_ids[]=wrkspc_lab&workspace_ids[]=wrkspc_default",
    "service_account_ids[]=svac_bot",
    "models[]=claude-sonnet-4-5",
    "context_window[]=0-200k&context_window[]=200k-1M",
    "inference_geos[]=global&inference_geos[]=us&inference_geos[]=not_available",
    "service_tiers[]=batch&service_tiers[]=standard&service_tiers[]=priority",
    "service_tiers[]=flex&service_tiers[]=flex_discount&service_tiers[]=priority_on_demand",
    "speeds[]=fast&speeds[]=standard",
];

/// Returns usage of every kind, on one day.
fn stated() -> Value {
    let mut seed = acme();
    let mut usage = Vec::new();
    for (at, tier) in
        ["batch", "flex", "flex_discount", "priority", "priority_on_demand", "standard"].iter().enumerate()
    {
        usage.push(json!({
            "starting_at": format!("2026-11-18T{at:02}:30:00Z"), "service_tier": tier,
            "api_key_id": "apikey_ci", "workspace_id": "wrkspc_lab", "model": "claude-sonnet-4-5",
            "context_window": if at % 2 == 0 { "0-200k" } else { "200k-1M" },
            "inference_geo": (["global", "us", "not_available"])[at % 3],
            "speed": if at == 3 { "fast" } else { "standard" },
            "uncached_input_tokens": 1234 * at, "output_tokens": 7, "cache_read_input_tokens": 3,
            "cache_creation": {"ephemeral_1h_input_tokens": 1, "ephemeral_5m_input_tokens": 2},
            "server_tool_use": {"web_search_requests": at},
        }));
    }
    usage.push(json!({"starting_at": "2026-11-18T00:00:00Z", "account_id": "user_dev", "output_tokens": 5}));
    usage.push(json!({
        "starting_at": "2026-11-18T23:59:59Z", "service_account_id": "svac_bot", "api_key_id": "apikey_bot",
        "model": "claude-opus-4-8", "output_tokens": 5,
    }));
    seed["usage"] = json!(usage);
    seed
}

/// Reads all pages of a report; returns the number of buckets or records.
async fn walk(world: &World, query: &str, beta: bool) -> usize {
    let (mut page, mut items) = (String::new(), 0);
    loop {
        let ask = Ask::new(&format!("GET {query}{page}"), &NONE);
        let answer = world.ask(&if beta { ask.with("anthropic-beta", BETA) } else { ask }).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        items += answer.body["data"].as_array().unwrap().len();
        assert_eq!(answer.body["has_more"].as_bool(), Some(answer.body["next_page"].is_string()));
        let Some(token) = answer.body["next_page"].as_str() else { return items };
        page = format!("&page={token}");
    }
}

#[tokio::test]
async fn usage_by_every_dimension_filter_and_width() {
    for seed in [acme(), stated()] {
        let world = World::seeded(seed).await;
        let report = "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&ending_at=2026-11-19T00:00:00Z";
        for dimension in DIMENSIONS {
            let query = format!("{report}&group_by[]={dimension}");
            assert_eq!(walk(&world, &query, true).await, 1);
        }
        let all = format!("&group_by[]={}", DIMENSIONS.join("&group_by[]="));
        for filter in FILTERS {
            assert_eq!(walk(&world, &format!("{report}&{filter}"), true).await, 1);
            assert_eq!(walk(&world, &format!("{report}&{filter}{all}"), true).await, 1);
        }
        let unseen = all.replace("&group_by[]=speed", "");
        assert_eq!(walk(&world, &format!("{report}{unseen}"), false).await, 1);
        for (width, buckets) in [("1d&limit=31", 1), ("1h", 24), ("1h&limit=10", 24), ("1m&limit=480", 1440)]
        {
            let query = format!("{report}&bucket_width={width}&group_by[]=model");
            assert_eq!(walk(&world, &query, false).await, buckets, "{width}");
        }
    }
}

#[tokio::test]
async fn cost_by_every_group_and_page() {
    for seed in [acme(), stated()] {
        let world = World::seeded(seed).await;
        for groups in ["", "&group_by[]=description", "&group_by[]=workspace_id&group_by[]=description"] {
            for more in ["", "&bucket_width=1d&limit=4", "&ending_at=2026-11-19T00:00:00Z&limit=31"] {
                let query = format!("/cost_report?starting_at=2026-11-10T00:00:00Z{groups}{more}");
                let days = if more.contains("ending_at") { 9 } else { 12 };
                assert_eq!(walk(&world, &query, false).await, days, "{query}");
            }
        }
    }
}

#[tokio::test]
async fn claude_code_by_day_and_page() {
    let world = World::acme().await;
    let mut records = 0;
    for day in ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-21", "2026-11-30"] {
        let query = format!("/usage_report/claude_code?starting_at={day}");
        let whole = walk(&world, &format!("{query}&limit=1000"), false).await;
        assert_eq!(walk(&world, &format!("{query}&limit=1"), false).await, whole);
        records += whole;
    }
    assert!(records > 3, "days without use prove nothing");
}

#[tokio::test]
async fn an_empty_organization_has_empty_reports() {
    let world = World::seeded(json!({"now": "2026-11-21T09:00:00Z"})).await;
    let since = "starting_at=2026-11-18T00:00:00Z";
    assert_eq!(walk(&world, &format!("/usage_report/messages?{since}"), false).await, 4);
    assert_eq!(walk(&world, &format!("/cost_report?{since}"), false).await, 4);
    assert_eq!(walk(&world, "/usage_report/claude_code?starting_at=2026-11-18", false).await, 0);
    for list in ["/users", "/invites", "/workspaces", "/workspaces?include_default=true", "/api_keys"] {
        world.get(list).await;
    }
}
