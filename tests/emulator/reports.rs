//! Reports: the same figures every time, groups that add up, page tokens that are bound to their query.

use serde_json::{Value, json};

use crate::world::{KEY, World, acme};

const NONE: Value = Value::Null;
const SINCE: &str = "starting_at=2026-11-01T00:00:00Z";

fn results(report: &Value) -> Vec<&Value> {
    let buckets = report["data"].as_array().unwrap().iter();
    buckets.flat_map(|bucket| bucket["results"].as_array().unwrap()).collect()
}

fn total(report: &Value) -> u64 {
    results(report).iter().map(|result| result["output_tokens"].as_u64().unwrap()).sum()
}

/// Sums the decimal amounts in billionths of a cent.
fn cost(report: &Value) -> u128 {
    let amount = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{part:0<9}").parse::<u128>().unwrap()
    };
    results(report).iter().map(|result| amount(result["amount"].as_str().unwrap())).sum()
}

#[tokio::test]
async fn groups_add_up_to_the_total() {
    let world = World::acme().await;
    let usage = async |more: &str| world.get(&format!("/usage_report/messages?{SINCE}&limit=31{more}")).await;
    let plain = usage("").await;
    assert!(total(&plain) > 0);
    assert!(results(&plain).iter().all(|result| result["model"].is_null() && result.get("speed").is_none()));
    for dimension in [
        "account_id",
        "api_key_id",
        "context_window",
        "inference_geo",
        "model",
        "service_tier",
        "workspace_id",
    ] {
        assert_eq!(total(&usage(&format!("&group_by[]={dimension}")).await), total(&plain), "{dimension}");
    }
    let parts: u64 = {
        let lab = usage("&workspace_ids[]=wrkspc_lab").await;
        let rest =
            usage("&workspace_ids[]=wrkspc_default&workspace_ids[]=wrkspc_code&workspace_ids[]=wrkspc_old")
                .await;
        total(&lab) + total(&rest)
    };
    assert_eq!(parts, total(&plain));
    let money = async |more: &str| world.get(&format!("/cost_report?{SINCE}&limit=31{more}")).await;
    let whole = cost(&money("").await);
    assert!(whole > 0);
    assert_eq!(cost(&money("&group_by[]=description").await), whole);
    assert_eq!(cost(&money("&group_by[]=workspace_id").await), whole);
    assert_eq!(cost(&money("&group_by[]=workspace_id&group_by[]=description").await), whole);
}

#[tokio::test]
async fn a_day_is_the_sum_of_its_hours_and_minutes() {
    let world = World::acme().await;
    let day = "starting_at=2026-11-18T00:00:00Z&ending_at=2026-11-19T00:00:00Z";
    let by = async |width: &str| total(&world.get(&format!("/usage_report/messages?{day}&{width}")).await);
    let days = by("bucket_width=1d").await;
    assert!(days > 0);
    assert_eq!(by("bucket_width=1h&limit=24").await, days);
    assert_eq!(by("bucket_width=1m&limit=1440").await, days);
}

#[tokio::test]
async fn pages_of_buckets_join_and_are_bound_to_their_query() {
    let world = World::acme().await;
    let query = format!("/usage_report/messages?{SINCE}&group_by[]=model");
    let whole = world.get(&format!("{query}&limit=31")).await;
    assert_eq!(
        (whole["data"].as_array().unwrap().len(), &whole["has_more"], &whole["next_page"]),
        (21, &json!(false), &NONE)
    );
    let mut joined = Vec::new();
    let mut page = world.get(&format!("{query}&limit=5")).await;
    let first_token = page["next_page"].as_str().unwrap().to_owned();
    loop {
        joined.extend(page["data"].as_array().unwrap().clone());
        let Some(token) = page["next_page"].as_str() else { break };
        page = world.get(&format!("{query}&limit=5&page={token}")).await;
    }
    assert_eq!(json!(joined), whole["data"]);
    let other = format!("GET /usage_report/messages?{SINCE}&group_by[]=workspace_id&page={first_token}");
    let cost = format!("GET /cost_report?{SINCE}&page={first_token}");
    world
        .story(&[(&other, NONE, "400 invalid_request_error"), (&cost, NONE, "400 invalid_request_error")])
        .await;
}

#[tokio::test]
async fn stated_usage_is_reported_exactly() {
    let mut seed = acme();
    seed["usage"] = json!([
        {"starting_at": "2026-11-20T10:30:00Z", "api_key_id": "apikey_ci", "workspace_id": "wrkspc_lab",
         "model": "claude-sonnet-4-5", "service_tier": "standard", "uncached_input_tokens": 1000, "output_tokens": 1},
        {"starting_at": "2026-11-20T11:30:00Z", "model": "claude-sonnet-4-5", "service_tier": "batch", "output_tokens": 3,
         "server_tool_use": {"web_search_requests": 2}},
    ]);
    let world = World::seeded(seed).await;
    let since = "starting_at=2026-11-20T00:00:00Z&ending_at=2026-11-21T00:00:00Z";
    let usage = world.get(&format!("/usage_report/messages?{since}&group_by[]=workspace_id")).await;
    assert_eq!(usage["data"][0]["starting_at"], "2026-11-20T00:00:00Z");
    let found: Vec<(&Value, &Value)> =
        results(&usage).iter().map(|result| (&result["workspace_id"], &result["output_tokens"])).collect();
    assert_eq!(found, [(&NONE, &json!(3)), (&json!("wrkspc_lab"), &json!(1))]);
    let cost = world.get(&format!("/cost_report?{since}&group_by[]=workspace_id")).await;
    let found: Vec<&str> = results(&cost).iter().map(|result| result["amount"].as_str().unwrap()).collect();
    assert_eq!(found, ["2.00225", "0.3015"]);
    let lines = world.get(&format!("/cost_report?{since}&group_by[]=description")).await;
    let lines: Vec<&str> =
        results(&lines).iter().map(|result| result["description"].as_str().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "Claude Sonnet 4.5 Usage - Input Tokens",
            "Claude Sonnet 4.5 Usage - Output Tokens",
            "Claude Sonnet 4.5 Usage - Output Tokens (Batch)",
            "Web Search Usage",
        ]
    );
}

#[tokio::test]
async fn speed_needs_the_beta() {
    let world = World::acme().await;
    let path = format!("GET /usage_report/messages?{SINCE}&group_by[]=speed");
    assert_eq!(world.call(&path, NONE).await.told(), "400 invalid_request_error");
    let headers = format!(
        "x-api-key: {KEY}\r\nanthropic-version: 2026-10-21\r\nanthropic-beta: other, fast-mode-2026-02-01"
    );
    let answer = world.raw(&path, &headers, b"").await.unwrap();
    assert!(results(&answer.body).iter().any(|result| result["speed"] == "standard"));
}

#[tokio::test]
async fn claude_code_reports_one_complete_day() {
    let world = World::acme().await;
    let day = "starting_at=2026-11-18";
    let whole = world.get(&format!("/usage_report/claude_code?{day}")).await;
    let records = whole["data"].as_array().unwrap();
    assert!(records.len() > 1 && records.iter().all(|record| record["date"] == "2026-11-18T00:00:00Z"));
    assert!(records[0]["model_breakdown"][0]["estimated_cost"]["amount"].is_u64());
    let one = world.get(&format!("/usage_report/claude_code?{day}&limit=1")).await;
    let token = one["next_page"].as_str().unwrap();
    let next = world.get(&format!("/usage_report/claude_code?{day}&limit=1&page={token}")).await;
    assert_eq!((&one["data"][0], &next["data"][0]), (&records[0], &records[1]));
    let other = format!("GET /usage_report/claude_code?starting_at=2026-11-17&page={token}");
    world.story(&[(&other, NONE, "400 invalid_request_error")]).await;
    // Too recent to be included: half an hour after midnight the new day has no records yet.
    world.call("POST /_emulator/clock", json!({"set": "2026-11-22T00:30:00Z"})).await;
    let today = world.get("/usage_report/claude_code?starting_at=2026-11-22").await;
    assert_eq!(today, json!({"data": [], "has_more": false, "next_page": null}));
}
