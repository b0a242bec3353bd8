//! Rate limits: what the organization has, and what a workspace overrides.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::world::{KEY, World, acme};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const ENTRY: &str = "POST /workspaces/wrkspc_lab/rate_limits/rl_sonnet";

fn seed() -> Value {
    let mut seed = acme();
    seed["rate_limits"] = json!([
        {"id": "rl_sonnet", "models": ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"],
         "group": {"id": "rlg_sonnet", "type": "model_group", "display_name": "Sonnet"},
         "limits": [{"type": "requests_per_minute", "value": 1000}, {"type": "output_tokens_per_minute", "value": 90000}]},
        {"id": "rl_haiku", "models": ["claude-haiku-4-5"], "group": {"type": "model_group"},
         "limits": [{"type": "requests_per_minute", "value": 4000}]},
        {"id": "rl_batch", "group": {"type": "batch"},
         "limits": [{"type": "requests_per_minute", "value": 50}, {"type": "enqueued_batch_requests", "value": 100_000}]},
    ]);
    seed["workspace_rate_limits"] = json!([
        {"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_sonnet",
         "limits": [{"type": "requests_per_minute", "value": 20}, {"type": "tokens_per_day", "value": 7}]},
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

/// Returns one line for each limiter: `entry limiter value`, and for a workspace the organization's limit and
/// the source.
fn lines(page: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in page["data"].as_array().unwrap() {
        let id = entry.get("rate_limit_id").unwrap_or(&entry["id"]).as_str().unwrap();
        for limit in entry["limits"].as_array().unwrap() {
            let of = limit.get("org_limit").map(|of| format!(" of {of}")).unwrap_or_default();
            let source = limit.pointer("/source/type").and_then(Value::as_str);
            let source = source.map(|source| format!(", {source}")).unwrap_or_default();
            let kind = limit["type"].as_str().unwrap();
            lines.push(format!("{id} {kind} {}{of}{source}", limit["value"]));
        }
    }
    lines
}

#[tokio::test]
async fn an_organization_has_the_limits_of_its_seed() {
    let world = world().await;
    let all = [
        "rl_sonnet requests_per_minute 1000",
        "rl_sonnet output_tokens_per_minute 90000",
        "rl_haiku requests_per_minute 4000",
        "rl_batch requests_per_minute 50",
        "rl_batch enqueued_batch_requests 100000",
    ];
    for (query, from, to) in [
        ("", 0, 5),
        ("?limit=1000", 0, 5),
        ("?group_type=model_group", 0, 3),
        ("?group_type=batch", 3, 5),
        ("?group_type=files", 0, 0),
        ("?model=claude-sonnet-4-5-20250929", 0, 2),
        ("?model=claude-haiku-4-5&group_type=model_group", 2, 3),
        ("?model=claude-haiku-4-5&group_type=batch", 0, 0),
    ] {
        let page = world.get(&format!("/rate_limits{query}")).await;
        assert_eq!(lines(&page), all[from..to], "{query}");
        assert_eq!(page["next_page"], NONE, "{query}");
    }
    let entries = world.get("/rate_limits").await["data"].clone();
    assert_eq!((&entries[0]["type"], &entries[2]["models"]), (&json!("rate_limit"), &NONE));
    assert_eq!(entries[1]["group"]["display_name"], "claude-haiku-4-5");
    assert!(entries[1]["group"]["id"].as_str().unwrap().starts_with("rlg_"), "{}", entries[1]);
    // Without the section, the organization has none.
    assert_eq!(lines(&World::acme().await.get("/rate_limits").await), [""; 0]);
}

#[tokio::test]
async fn a_workspace_has_its_overrides_and_inherits_the_rest() {
    let world = world().await;
    let own = [
        "rl_sonnet requests_per_minute 20 of 1000, workspace",
        "rl_sonnet tokens_per_day 7 of null, workspace",
    ];
    let both = [
        "rl_sonnet requests_per_minute 20 of 1000, workspace",
        "rl_sonnet output_tokens_per_minute 90000 of 90000, organization",
        "rl_sonnet tokens_per_day 7 of null, workspace",
        "rl_haiku requests_per_minute 4000 of 4000, organization",
    ];
    for (path, told) in [
        ("lab/rate_limits", &own[..]),
        ("lab/rate_limits?group_type=model_group&limit=5", &own[..]),
        ("lab/rate_limits?group_type=batch", &[]),
        ("lab/rate_limits?include_inherited=true&group_type=model_group", &both[..]),
        ("code/rate_limits", &[]),
        ("default/rate_limits", &[]),
        ("old/rate_limits", &[]),
    ] {
        assert_eq!(lines(&world.get(&format!("/workspaces/wrkspc_{path}")).await), told, "{path}");
    }
    let inherited = world.get("/workspaces/wrkspc_default/rate_limits?include_inherited=true").await;
    assert_eq!(lines(&inherited).len(), 5);
}

#[tokio::test]
async fn an_update_changes_only_the_named_limiters() {
    let world = world().await;
    for (limits, told) in [
        (
            json!([{"type": "requests_per_minute", "value": 30}]),
            &["requests 30 of 1000", "day 7 of null"][..],
        ),
        // A value above the organization's limit is stored.
        (
            json!([{"type": "requests_per_minute", "value": 9_007_199_254_740_991_u64}]),
            &["requests 9007199254740991 of 1000", "day 7 of null"],
        ),
        (
            json!([{"type": "tokens_per_day", "value": null}, {"type": "requests_per_minute", "value": 0}]),
            &["requests 0 of 1000"],
        ),
        (json!([{"type": "tokens_per_day", "value": null}]), &["requests 0 of 1000"]),
        (json!([{"type": "fast_otpm", "value": 5}]), &["requests 0 of 1000", "fast_otpm 5 of null"]),
        (json!([{"type": "requests_per_minute", "value": null}, {"type": "fast_otpm", "value": null}]), &[]),
    ] {
        let mut dumps = Vec::new();
        // Twice: repeating a write changes nothing.
        for _ in 0..2 {
            let answer = world.call(ENTRY, json!({"limits": limits})).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let listed = world.get("/workspaces/wrkspc_lab/rate_limits").await;
            let short = |line: &String| {
                let line = line.replace("rl_sonnet ", "").replace(", workspace", "");
                line.replace("requests_per_minute", "requests").replace("tokens_per_day", "day")
            };
            assert_eq!(lines(&listed).iter().map(short).collect::<Vec<_>>(), told, "{limits}");
            assert_eq!(lines(&json!({"data": [answer.body]})), lines(&listed), "{limits}");
            dumps.push(world.emulator.state());
        }
        assert_eq!(dumps[0], dumps[1], "{limits}");
    }
    assert!(world.emulator.state().workspace_rate_limits.is_empty());
    assert_eq!(lines(&world.get("/rate_limits").await).len(), 5, "the organization's limits stay");
}

#[tokio::test]
async fn invalid_requests_are_refused_and_change_nothing() {
    let world = world().await;
    let before = world.emulator.state();
    let one = json!({"limits": [{"type": "requests_per_minute", "value": 1}]});
    for limits in [
        NONE,
        json!([]),
        json!({"requests_per_minute": 1}),
        json!([{"type": "requests_per_minute"}]),
        json!([{"value": 1}]),
        json!([{"type": "enqueued_batch_requests", "value": 1}]),
        json!([{"type": "requests_per_minute", "value": -1}]),
        json!([{"type": "requests_per_minute", "value": 1.5}]),
        json!([{"type": "requests_per_minute", "value": "1"}]),
        json!([{"type": "requests_per_minute", "value": 9_007_199_254_740_992_u64}]),
        json!([{"type": "requests_per_minute", "value": 1, "source": {"type": "workspace"}}]),
        json!([{"type": "tokens_per_day", "value": 1}, {"type": "tokens_per_day", "value": 2}]),
        Value::Array(vec![json!({"type": "tokens_per_day", "value": 1}); 17]),
    ] {
        world.story(&[(ENTRY, json!({"limits": limits}), BAD)]).await;
    }
    world
        .story(&[
            (ENTRY, json!({"limits": one["limits"], "mode": "replace"}), BAD),
            ("POST /workspaces/wrkspc_lab/rate_limits/rl_sonnet?force=1", one.clone(), BAD),
            ("POST /workspaces/wrkspc_lab/rate_limits/rlg_sonnet", one.clone(), "404 not_found_error"),
            ("POST /workspaces/wrkspc_none/rate_limits/rl_sonnet", one.clone(), "404 not_found_error"),
            ("POST /workspaces/wrkspc_old/rate_limits/rl_sonnet", one.clone(), BAD),
            ("POST /workspaces/wrkspc_default/rate_limits/rl_sonnet", one.clone(), BAD),
            ("POST /workspaces/wrkspc_lab/rate_limits", one.clone(), "405 invalid_request_error"),
            ("POST /rate_limits", one, "405 invalid_request_error"),
            ("GET /workspaces/wrkspc_lab/rate_limits/rl_sonnet", NONE, "405 invalid_request_error"),
            ("GET /workspaces/wrkspc_none/rate_limits", NONE, "404 not_found_error"),
            ("GET /rate_limits?model=claude-1", NONE, "404 not_found_error"),
            ("GET /rate_limits?model=", NONE, BAD),
            ("GET /rate_limits?group_type=models", NONE, BAD),
            ("GET /rate_limits?limit=0", NONE, BAD),
            ("GET /rate_limits?limit=1001", NONE, BAD),
            ("GET /rate_limits?page=next", NONE, BAD),
            ("GET /rate_limits?include_inherited=true", NONE, BAD),
            ("GET /workspaces/wrkspc_lab/rate_limits?model=claude-sonnet-4-5", NONE, BAD),
            ("GET /workspaces/wrkspc_lab/rate_limits?include_inherited=yes", NONE, BAD),
        ])
        .await;
    assert_eq!(world.emulator.state(), before);
}

#[tokio::test]
async fn pages_join_and_are_bound_to_their_list_and_query() {
    let world = world().await;
    for list in ["/rate_limits?", "/workspaces/wrkspc_lab/rate_limits?include_inherited=true&"] {
        let whole = world.get(&format!("{list}limit=1000")).await;
        let (mut joined, mut page) = (Vec::new(), world.get(&format!("{list}limit=1")).await);
        while let Some(token) = page["next_page"].as_str() {
            joined.extend(page["data"].as_array().unwrap().clone());
            page = world.get(&format!("{list}limit=1&page={token}")).await;
        }
        joined.extend(page["data"].as_array().unwrap().clone());
        assert_eq!(json!(joined), whole["data"], "{list}");
    }
    let inherited = "include_inherited=true&limit=1";
    let page = world.get(&format!("/workspaces/wrkspc_lab/rate_limits?{inherited}")).await;
    let token = page["next_page"].as_str().unwrap();
    for elsewhere in [
        format!("GET /rate_limits?page={token}"),
        format!("GET /workspaces/wrkspc_code/rate_limits?{inherited}&page={token}"),
        format!("GET /workspaces/wrkspc_lab/rate_limits?page={token}"),
    ] {
        world.story(&[(&elsewhere, NONE, BAD)]).await;
    }
}

#[tokio::test]
async fn the_old_version_adds_the_type_of_the_group() {
    let world = world().await;
    for (version, told) in [("2023-06-01", json!("model_group")), ("2026-10-21", NONE)] {
        let headers =
            format!("x-api-key: {KEY}\r\nanthropic-version: {version}\r\ncontent-type: application/json");
        for list in ["/rate_limits", "/workspaces/wrkspc_lab/rate_limits"] {
            let page = world.raw(&format!("GET {list}"), &headers, b"").await.unwrap().body;
            assert_eq!(page["data"][0]["group_type"], told, "{version} {list}");
        }
        let body = br#"{"limits": [{"type": "tokens_per_day", "value": 7}]}"#;
        assert_eq!(world.raw(ENTRY, &headers, body).await.unwrap().body["group_type"], told, "{version}");
    }
}

#[tokio::test]
async fn an_enterprise_organization_has_no_rate_limits() {
    let mut seed = seed();
    seed["kind"] = json!("enterprise");
    let world = World::seeded(seed).await;
    for request in ["GET /rate_limits", "GET /workspaces/wrkspc_lab/rate_limits", ENTRY] {
        assert_eq!(
            world.call(request, NONE).await.told(),
            "400 organization_type_not_supported",
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_dump_has_the_same_limits_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    // The answers to both lists are a seed, with what the second repeats of the first.
    let mut answered = seed();
    answered["rate_limits"] = world.get("/rate_limits").await["data"].clone();
    answered["workspace_rate_limits"] =
        world.get("/workspaces/wrkspc_lab/rate_limits?include_inherited=true").await["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
}

#[test]
fn an_override_may_follow_the_limit_that_it_replaces() {
    let mut seed = seed();
    seed["workspace_rate_limits"] = json!([{ "workspace_id": "wrkspc_lab", "rate_limit_id": "rl_sonnet", "limits": [
        { "type": "requests_per_minute", "value": 4000, "source": { "type": "organization" } },
        { "type": "requests_per_minute", "value": 20, "source": { "type": "workspace" } },
    ] }]);
    let read = Seed::from_json(&seed.to_string()).unwrap();
    let limits = &read.workspace_rate_limits[0].limits;
    assert_eq!(limits.iter().map(|limit| limit.value).collect::<Vec<_>>(), [20]);
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    for (place, value, problem) in [
        ("/rate_limits/0/group", NONE, "rate_limits[0].group: is required"),
        ("/rate_limits/0/group", json!({}), "rate_limits[0].group.type: is required"),
        ("/rate_limits/0/id", json!(""), "rate_limits[0].id: is empty"),
        ("/rate_limits/1/id", json!("rl_sonnet"), "rate_limits[1].id: \"rl_sonnet\" appears twice"),
        (
            "/rate_limits/2/limits/1/value",
            json!(-1),
            "rate_limits[2].limits[1].value: expected a whole number from 0 up, found -1",
        ),
        (
            "/rate_limits/2/limits/1/type",
            json!("requests_per_minute"),
            "rate_limits[2].limits[1].type: \"requests_per_minute\" appears twice",
        ),
        (
            "/workspace_rate_limits/0/workspace_id",
            json!("wrkspc_none"),
            "workspace_rate_limits[0].workspace_id: is not a workspace of this seed",
        ),
        (
            "/workspace_rate_limits/0/rate_limit_id",
            json!("rl_none"),
            "workspace_rate_limits[0].rate_limit_id: is not an entry of `rate_limits` in this seed",
        ),
        (
            "/workspace_rate_limits/0",
            json!({"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_sonnet"}),
            "workspace_rate_limits[0].limits: is required",
        ),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(place).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
}
