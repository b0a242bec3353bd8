//! Spend limits: of the organization and its workspaces in the Console, of members in Enterprise.

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::feed::told;
use crate::http::Answer;
use crate::world::{KEY, World, acme, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const WRONG: &str = "400 organization_type_not_supported";
const SET: &str = "POST /spend_limits";

fn seed() -> Value {
    let mut seed = acme();
    seed["spend_limits"] = json!([
        {"id": "spl_lab", "scope": {"type": "workspace", "workspace_id": "wrkspc_lab"}, "amount": "500000",
         "created_at": "2026-11-02T00:00:00Z"},
        {"id": "spl_old", "scope": {"type": "workspace", "workspace_id": "wrkspc_old"}, "amount": "7"},
        {"id": "spl_tier", "scope": {"type": "usage_tier"}, "amount": "2000000", "currency": "EUR", "mood": 1},
    ]);
    seed
}

/// Returns an Enterprise organization with limits of several scopes.
fn enterprise() -> Value {
    let mut seed = acme();
    seed["kind"] = json!("enterprise");
    seed["spend_limits"] = json!([
        {"id": "spl_org", "scope": {"type": "organization"}, "amount": "900"},
        {"id": "spl_new", "scope": {"type": "scope_of_next_year"}, "amount": "1"},
        {"id": "spl_seat", "scope": {"type": "seat_tier", "seat_tier": "premium"}, "amount": null},
        {"id": "spl_dev", "scope": {"type": "user", "user_id": "user_dev"}, "amount": "100", "period": "daily"},
        {"id": "spl_all", "scope": {"type": "user", "user_id": "user_dev"}, "amount": "300", "period": "weekly"},
    ]);
    seed
}

/// Sends a request that asks for the beta of the list.
async fn ask(world: &World, request: &str) -> Answer {
    let headers = format!(
        "x-api-key: {KEY}\r\nanthropic-version: 2026-10-21\r\n\
         anthropic-beta: other-2026-01-01, spend-limit-reads-2026-09-26"
    );
    world.raw(request, &headers, b"").await.unwrap()
}

/// Returns the ids of the list.
async fn listed(world: &World, query: &str) -> Vec<String> {
    let answer = ask(world, &format!("GET /spend_limits{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    each(&answer.body, "id").into_iter().map(str::to_owned).collect()
}

fn of(scope: &Value, amount: &str) -> Value {
    json!({"scope": scope, "amount": amount})
}

fn lab() -> Value {
    json!({"type": "workspace", "workspace_id": "wrkspc_lab"})
}

#[tokio::test]
async fn the_list_has_the_limits_of_the_seed_and_its_filters() {
    let world = World::seeded(seed()).await;
    for (query, told) in [
        ("", &["spl_lab", "spl_old", "spl_tier"][..]),
        ("?scope_type[]=workspace", &["spl_lab", "spl_old"]),
        ("?scope_type[]=usage_tier&scope_type[]=organization", &["spl_tier"]),
        ("?workspace_id=wrkspc_lab", &["spl_lab"]),
        ("?workspace_id=wrkspc_lab&scope_type[]=usage_tier", &[]),
        ("?workspace_id=wrkspc_none", &[]),
    ] {
        assert_eq!(listed(&world, query).await, told, "{query}");
    }
    let lab = world.get("/spend_limits/spl_lab").await;
    assert_eq!(
        lab,
        json!({
            "id": "spl_lab", "type": "spend_limit",
            "scope": {"type": "workspace", "workspace_id": "wrkspc_lab"},
            "period": "monthly", "amount": "500000", "currency": "USD", "is_enabled": true,
            "created_at": "2026-11-02T00:00:00Z", "updated_at": "2026-11-02T00:00:00Z",
        })
    );
    let tier = world.get("/spend_limits/spl_tier").await;
    assert_eq!((&tier["currency"], &tier["mood"]), (&json!("EUR"), &json!(1)));
}

#[tokio::test]
async fn the_list_needs_its_beta_and_no_other_operation_does() {
    let world = World::seeded(seed()).await;
    world
        .story(&[
            ("GET /spend_limits", NONE, "404 not_found_error"),
            ("GET /spend_limits/spl_lab", NONE, "200"),
            (SET, of(&lab(), "1"), "200"),
            ("DELETE /spend_limits/spl_lab", NONE, "200"),
        ])
        .await;
}

#[tokio::test]
async fn setting_a_limit_adds_it_or_replaces_its_amount() {
    let world = World::seeded(seed()).await;
    let first = world.call(SET, of(&json!({"type": "organization"}), "2000000")).await.body;
    assert!(first["id"].as_str().unwrap().starts_with("spl_01"), "{first}");
    assert_eq!((&first["period"], &first["created_at"]), (&json!("monthly"), &json!("2026-11-21T09:00:00Z")));
    assert_eq!(listed(&world, "").await[1..], ["spl_lab", "spl_old", "spl_tier"], "the newest comes first");
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let before = world.get("/spend_limits/spl_lab").await;
    let same = world.call(SET, of(&lab(), "500000")).await.body;
    assert_eq!(same, before, "the same again changes nothing");
    let body = json!({"scope": lab(), "amount": "0", "period": "monthly"});
    let changed = world.call(SET, body).await.body;
    assert_eq!((&changed["id"], &changed["amount"]), (&json!("spl_lab"), &json!("0")));
    assert_eq!(
        (&changed["created_at"], &changed["updated_at"]),
        (&before["created_at"], &json!("2026-11-21T10:00:00Z"))
    );
    assert_eq!(world.get("/spend_limits/spl_lab").await, changed);
    assert_eq!(listed(&world, "").await.len(), 4);
}

#[tokio::test]
async fn a_deleted_limit_is_gone_and_can_be_set_again() {
    let world = World::seeded(seed()).await;
    let deleted = world.call("DELETE /spend_limits/spl_lab", NONE).await.body;
    assert_eq!(deleted, json!({"id": "spl_lab", "type": "spend_limit_deleted"}));
    world
        .story(&[
            ("GET /spend_limits/spl_lab", NONE, "404 not_found_error"),
            ("DELETE /spend_limits/spl_lab", NONE, "404 not_found_error"),
            ("DELETE /spend_limits/spl_tier", NONE, BAD),
            ("DELETE /spend_limits/spl_old", NONE, "200"),
            (SET, of(&lab(), "3"), "200"),
        ])
        .await;
    assert_eq!(listed(&world, "").await[1..], ["spl_tier"]);
}

#[tokio::test]
async fn invalid_requests_are_refused_and_change_nothing() {
    let world = World::seeded(seed()).await;
    let before = world.emulator.state();
    let workspace = |id: &str| of(&json!({"type": "workspace", "workspace_id": id}), "1");
    let organization = |amount: Value| json!({"scope": {"type": "organization"}, "amount": amount});
    let with = |field: &str, value: Value| {
        let mut body = organization(json!("1"));
        body[field] = value;
        body
    };
    world
        .story(&[
            (SET, workspace("wrkspc_none"), BAD),
            (SET, workspace("wrkspc_old"), BAD),
            (SET, workspace("wrkspc_default"), BAD),
            (SET, workspace("lab"), BAD),
            (SET, of(&json!({"type": "workspace"}), "1"), BAD),
            (SET, of(&json!({"type": "organization", "workspace_id": "wrkspc_lab"}), "1"), BAD),
            (SET, of(&json!({"type": "usage_tier"}), "1"), BAD),
            (SET, of(&json!({"type": "user", "user_id": "user_dev"}), "1"), WRONG),
            (SET, of(&json!("organization"), "1"), BAD),
            (SET, json!({"amount": "1"}), BAD),
            (SET, json!({"scope": {"type": "organization"}}), BAD),
            (SET, organization(NONE), BAD),
            (SET, organization(json!(5000)), BAD),
            (SET, organization(json!("")), BAD),
            (SET, organization(json!("-1")), BAD),
            (SET, organization(json!("1.5")), BAD),
            (SET, organization(json!("1e3")), BAD),
            (SET, with("period", json!("daily")), BAD),
            (SET, with("period", json!("yearly")), BAD),
            (SET, with("period", NONE), BAD),
            (SET, with("is_enabled", json!(false)), BAD),
            (SET, with("currency", json!("USD")), BAD),
            (SET, NONE, BAD),
            ("POST /spend_limits/spl_lab", organization(json!("1")), "405 invalid_request_error"),
            ("GET /spend_limits/effective", NONE, "404 not_found_error"),
        ])
        .await;
    for (query, told) in [
        ("?scope_type[]=user", WRONG),
        ("?scope_type[]=team", BAD),
        ("?scope_type=workspace", BAD),
        ("?workspace_id=lab", BAD),
        ("?limit=0", BAD),
        ("?limit=1001", BAD),
        ("?page=next", BAD),
        ("?period[]=monthly", BAD),
    ] {
        assert_eq!(ask(&world, &format!("GET /spend_limits{query}")).await.told(), told, "{query}");
    }
    assert_eq!(world.emulator.state(), before);
}

#[tokio::test]
async fn without_the_list_a_console_organization_has_no_access() {
    let world = World::acme().await;
    let told = "403 spend_limits_admin_api_writes_not_enabled";
    assert_eq!(ask(&world, "GET /spend_limits").await.told(), told);
    world
        .story(&[
            (SET, of(&lab(), "1"), told),
            ("GET /spend_limits/spl_lab", NONE, told),
            ("DELETE /spend_limits/spl_lab", NONE, told),
        ])
        .await;
    let mut seed = acme();
    seed["spend_limits"] = json!([]);
    assert_eq!(listed(&World::seeded(seed).await, "").await, [""; 0], "an empty list is access");
}

#[tokio::test]
async fn an_enterprise_organization_limits_its_members() {
    let world = World::seeded(enterprise()).await;
    assert_eq!(
        listed(&world, "").await,
        ["spl_dev", "spl_all", "spl_seat", "spl_org", "spl_new"],
        "grouped by scope"
    );
    assert_eq!(listed(&world, "?scope_type[]=user").await, ["spl_dev", "spl_all"]);
    for query in ["?workspace_id=wrkspc_lab", "?scope_type[]=workspace", "?scope_type[]=usage_tier"] {
        assert_eq!(ask(&world, &format!("GET /spend_limits{query}")).await.told(), WRONG, "{query}");
    }
    let user = |id: &str| json!({"type": "user", "user_id": id});
    world
        .story(&[
            (SET, of(&json!({"type": "organization"}), "1"), WRONG),
            (SET, of(&lab(), "1"), WRONG),
            (SET, of(&user("user_none"), "1"), BAD),
            (SET, of(&user("ada@acme.com"), "1"), BAD),
            (SET, json!({"scope": user("user_dev"), "period": "daily"}), BAD),
            (SET, json!({"scope": user("user_dev"), "period": "daily", "amount": null}), "200"),
            (SET, of(&user("user_dev"), "5"), "200"),
            ("DELETE /spend_limits/spl_org", NONE, BAD),
            ("DELETE /spend_limits/spl_seat", NONE, BAD),
        ])
        .await;
    assert_eq!(world.get("/spend_limits/spl_dev").await["amount"], NONE);
    assert_eq!(listed(&world, "?scope_type[]=user").await.len(), 3, "each period has its own limit");
    let mut seed = enterprise();
    seed.as_object_mut().unwrap().remove("spend_limits");
    let world = World::seeded(seed).await;
    assert_eq!(listed(&world, "").await, [""; 0]);
    world.story(&[(SET, of(&user("user_dev"), "5"), "200")]).await;
}

#[tokio::test]
async fn pages_join_and_are_bound_to_their_query() {
    let mut seed = seed();
    let scope = |at: u32| json!({"scope": {"type": format!("scope_{at}")}, "amount": "1"});
    seed["spend_limits"].as_array_mut().unwrap().extend((0..30).map(scope));
    let world = World::seeded(seed).await;
    let get = async |query: &str| ask(&world, &format!("GET /spend_limits?{query}")).await.body;
    let whole = get("limit=1000").await;
    let first = get("").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 20, "the default");
    let token = first["next_page"].as_str().unwrap();
    let second = get(&format!("page={token}")).await;
    let joined = [&first, &second].map(|page| page["data"].as_array().unwrap().clone()).concat();
    assert_eq!((json!(joined), &second["next_page"]), (whole["data"].clone(), &NONE));
    let elsewhere = ask(&world, &format!("GET /spend_limits?workspace_id=wrkspc_lab&page={token}")).await;
    assert_eq!(elsewhere.told(), BAD);
}

#[tokio::test]
async fn requests_about_spend_limits_have_a_lower_rate_limit_together() {
    let state = Seed::from_value(seed()).unwrap();
    let world = World::with(Options { state, rate_limit: Some(1_000), ..Options::default() }).await;
    let mut refused = 0;
    for turn in 0..70 {
        let request =
            if turn % 2 == 0 { "GET /spend_limits/spl_lab" } else { "DELETE /spend_limits/spl_none" };
        let answer = world.call(request, NONE).await;
        if answer.status == 429 {
            refused += 1;
            let seconds: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&seconds), "{seconds}");
        }
        assert!(turn >= 60 || answer.status != 429, "request {turn}");
    }
    assert!((1..=10).contains(&refused), "{refused}");
    world.story(&[("GET /me", NONE, "200"), ("GET /rate_limits", NONE, "200")]).await;
}

fn recording(mut seed: Value) -> Value {
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    seed
}

#[tokio::test]
async fn changes_are_recorded_in_dollars() {
    let world = World::seeded(recording(seed())).await;
    let organization = json!({"type": "organization"});
    let id = world.call(SET, of(&organization, "2000050")).await.body["id"].as_str().unwrap().to_owned();
    for body in [of(&organization, "300"), of(&organization, "300"), of(&lab(), "5")] {
        assert_eq!(world.call(SET, body).await.status, 200);
    }
    for id in ["spl_lab", &id] {
        assert_eq!(world.call(&format!("DELETE /spend_limits/{id}"), NONE).await.status, 200);
    }
    let gone = format!("platform_spend_limit_deleted KEY spend_limit_id={id}");
    let changed = format!("platform_spend_limit_updated KEY spend_limit_id={id}");
    assert_eq!(
        told(&world),
        [
            "platform_spend_limit_created KEY limit_usd=20000.5",
            &changed,
            "workspace_spend_limit_created KEY limit_usd=0.05 workspace_id=wrkspc_lab",
            "workspace_spend_limit_deleted KEY spend_limit_id=spl_lab workspace_id=wrkspc_lab",
            &gone,
        ]
        .map(|line| line.replace("KEY", "admin_api_key_actor"))
    );
}

#[tokio::test]
async fn changes_of_a_member_are_recorded_with_the_member() {
    let world = World::seeded(recording(enterprise())).await;
    let scope = json!({"type": "user", "user_id": "user_uma"});
    let first = world.call(SET, of(&scope, "500")).await;
    world.call(SET, json!({"scope": scope, "amount": null})).await;
    let id = first.body["id"].as_str().unwrap();
    assert_eq!(world.call(&format!("DELETE /spend_limits/{id}"), NONE).await.status, 200);
    assert_eq!(
        told(&world),
        [
            "created admin_api_key_actor amount=500 is_enabled=true",
            "updated admin_api_key_actor amount=null is_enabled=true",
            "deleted admin_api_key_actor"
        ]
        .map(|line| format!("extra_usage_spend_limit_{line} spend_limit_id={id} user_id=user_uma"))
    );
}

#[tokio::test]
async fn a_change_of_the_state_in_a_name_is_recorded_too() {
    let world = World::seeded(recording(seed())).await;
    let mut state = json!(world.emulator.state());
    state["spend_limits"] = json!([{"id": "spl_1", "scope": {"type": "organization"}, "amount": "101"}]);
    world.emulator.set_state_as(Seed::from_value(state).unwrap(), "ada@acme.com").unwrap();
    assert_eq!(
        told(&world),
        [
            "platform_spend_limit_created ada@acme.com limit_usd=1.01",
            "workspace_spend_limit_deleted ada@acme.com spend_limit_id=spl_lab workspace_id=wrkspc_lab",
            "workspace_spend_limit_deleted ada@acme.com spend_limit_id=spl_old workspace_id=wrkspc_old",
        ]
    );
}

#[tokio::test]
async fn a_dump_has_the_same_limits_and_so_has_a_seed_of_the_answers() {
    let world = World::seeded(seed()).await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    answered["spend_limits"] = ask(&world, "GET /spend_limits").await.body["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    for (place, value, problem) in [
        ("/spend_limits/0/scope", NONE, "spend_limits[0].scope: is required"),
        ("/spend_limits/0/scope", json!({}), "spend_limits[0].scope.type: is required"),
        (
            "/spend_limits/0/scope",
            json!({"type": "workspace"}),
            "spend_limits[0].scope.workspace_id: is required",
        ),
        (
            "/spend_limits/0/scope/workspace_id",
            json!("wrkspc_none"),
            "spend_limits[0].scope.workspace_id: is not a workspace of this seed",
        ),
        (
            "/spend_limits/0/amount",
            json!(500),
            "spend_limits[0].amount: expected whole cents as text, such as \"5000\", found 500",
        ),
        ("/spend_limits/1/id", json!("spl_lab"), "spend_limits[1].id: \"spl_lab\" appears twice"),
        (
            "/spend_limits/1/scope/workspace_id",
            json!("wrkspc_lab"),
            "spend_limits[1]: the same scope and period appear twice",
        ),
        (
            "/spend_limits/0",
            json!({"scope": {"type": "organization"}}),
            "spend_limits[0].amount: is required",
        ),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(place).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
}
